"""Where to go: the door of a gemeente and the Dutch post of a country, each line dated and left out when unknown."""

from __future__ import annotations

from datetime import date
from typing import Any

from actions.content import Content
from actions.dialogue.talk import Payload, Talk
from actions.eligibility.situation import known
from actions.municipalities import Found, Municipality
from actions.municipality_files import Door
from actions.posts import Post

_DETAILS = ("address", "phone", "email", "hours")
_WHERE = "visa.facilitating.where"
_MOST_RULES = 2  # of a gemeente, before the law


def door(town: str, content: Content) -> Payload | None:
    """Where a homeless family reports in this gemeente, and what that gemeente does above the law."""
    municipality = content.municipalities.get(town)
    if municipality is None:
        return None
    told = {"gemeente": municipality.name}
    lines: list[Payload] = []
    doors = municipality.doors_for("family_shelter", "shelter")
    for one in doors:
        lines += _door(one, municipality)
    if not any(one.families for one in doors):
        lines.append(_line("door.unknown", **told))
    main = next((one for one in municipality.doors_for("main") if one.phone), None)
    if main:
        lines.append(_line("door.call_first_number", **told, phone=main.phone))
    else:
        lines.append(_line("door.call_first", **told))
    offers = municipality.offers
    lines += [_line("door.offer_above_law", **told, name=offer.name, dated=offer.dated) for offer in offers]
    grounds = ["shelter.national_access", *(offer.fact for offer in municipality.offers)]
    return {"lines": lines, "grounds": list(dict.fromkeys(grounds)), "choices": []}


def _door(one: Door, municipality: Municipality) -> list[Payload]:
    lines = [_line("door.known", gemeente=municipality.name, name=one.name)]
    lines += [_line(f"door.{part}", **{part: value}) for part in _DETAILS if (value := getattr(one, part))]
    lines += [_line("door.site", url=one.url)] if one.url else []
    lines += [] if one.families else [_line("door.not_families")]
    return [*lines, _line("door.dated", dated=one.dated)] if one.call_first else lines


def post(country: str, content: Content) -> Payload | None:
    """The Dutch post for this country; None when the family is in the Netherlands."""
    if country == "NL":
        return None
    best = next(iter(content.posts.for_country(country)), None)
    lines = _post(best, country) if best else [_line("post.unknown")]
    return {"lines": lines, "grounds": [_WHERE], "choices": []}


def _post(best: Post, country: str) -> list[Payload]:
    here = best.countries[0] == country and best.consular
    key = "post.elsewhere"
    if here:
        key = "post.representation" if best.kind == "representation" else "post.known"
    lines = [_line(key, name=best.name), _line("post.site", url=best.url), _line("post.dated", dated=best.dated)]
    return [*lines, _line("post.check")] if best.certainty == "unverified" else lines


def of_entry(talk: Talk, content: Content) -> str:
    """The gemeente by which the family came in, as long as it named no other itself; "" for none."""
    code, said = talk.entry.get("gemeente", ""), talk.situation.town
    return code if content.municipalities.get(code) and (not known(said) or said == code) else ""


def entry_door(code: str, content: Content) -> Payload | None:
    """The door of the gemeente by which a family came in; it is said that this is where we know it from."""
    told = door(code, content)
    return {**told, "lines": [_via_gemeente(code, content), *told["lines"]]} if told else None


def entry_rules(code: str, topic: str, content: Content, today: date) -> list[Payload]:
    """What the gemeente by which a family came in does in its own way about this subject; nothing when unknown."""
    gemeente = content.municipalities.get(code)
    if gemeente is None:
        return []
    rules = [rule.fact for name in gemeente.norms if (rule := gemeente.norm(name, today))]
    facts = dict.fromkeys([*rules, *(offer.fact for offer in gemeente.offers)])
    about = [fact for fact in facts if topic in content.law.facts[fact].topics][:_MOST_RULES]
    told: list[Payload] = [{"say": f"fact.{fact}", "grounds": [fact]} for fact in about]
    return [{"lines": [_via_gemeente(code, content)]}, *told] if told else []


def entry_post(talk: Talk, content: Content) -> Payload | None:
    """The post by which the family came in, as long as it named no country itself."""
    came = content.posts.open(talk.entry.get("post"))
    if came is None or known(talk.situation.country):
        return None
    via, home = _line(f"entry.post.{came.kind}", place=came.place), came.countries[0]
    best = came if came.consular else next(iter(content.posts.for_country(home)))
    lines = _post(best, home)
    # its own name was said already
    return {"lines": [via, *(lines[1:] if best is came else lines)], "grounds": [_WHERE], "choices": []}


def _via_gemeente(code: str, content: Content) -> Payload:
    return _line("entry.gemeente", gemeente=content.municipalities.by_code[code].name)


def which(found: Found) -> Payload | None:
    """A question back about a gemeente that is no more, was divided, or shares its name; None when it is clear."""
    choices = [*(f"ask.town={one.code}" for one in found.options), "ask.town=unsure", "person"]
    if found.kind == "merged" and len(found.options) == 1:
        return {**_line("town.merged", old=found.former, new=found.options[0].name), "choices": choices}
    if found.kind == "merged":
        return {**_line("town.divided", old=found.former), "choices": choices}
    if found.kind == "ambiguous":
        return {**_line("town.which", name=found.options[0].name), "choices": choices}
    return None


def _line(key: str, **values: Any) -> Payload:
    return {"say": key, "with": values}
