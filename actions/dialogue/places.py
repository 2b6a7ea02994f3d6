"""Where to go: the door of a gemeente and the Dutch post of a country, each line dated and left out when unknown."""

from __future__ import annotations

from typing import Any

from actions.content import Content
from actions.dialogue.talk import Payload
from actions.municipalities import Found, Municipality
from actions.municipality_files import Door
from actions.posts import Post

_DETAILS = ("address", "phone", "email", "hours")


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
    return {"lines": lines, "grounds": ["visa.facilitating.where"], "choices": []}


def _post(best: Post, country: str) -> list[Payload]:
    here = best.countries[0] == country and best.consular
    key = "post.elsewhere"
    if here:
        key = "post.representation" if best.kind == "representation" else "post.known"
    lines = [_line(key, name=best.name), _line("post.site", url=best.url), _line("post.dated", dated=best.dated)]
    return [*lines, _line("post.check")] if best.certainty == "unverified" else lines


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
