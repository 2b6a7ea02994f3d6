"""A sheet and its ticks as what is shown on one day in one language: the same for the page and for paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from channels.plans.telling import Telling
from channels.settings import DUTCH_TIME
from channels.storage.plans import Opened

# the headings of both sorts of plan, for who travels and for who is here, in the order in which they stand
_GROUPS = ("now", "early", "today", "months", "week", "weeks", "six_weeks", "arrival", "later", "settled")
CARE = (
    *("passport", "child_passport", "birth", "own_letter", "other_letter", "school"),
    *("doctor", "office", "custody", "photos", "payments"),
)
Shown = dict[str, Any]


def slugs(sheet: Mapping[str, Any]) -> frozenset[str]:
    """Everything that can be ticked on this sheet."""
    care = (f"care.{name}" for name in CARE if sheet["care"])
    return frozenset([*(item["slug"] for item in sheet["items"]), *care])


def ticks(opened: Opened) -> dict[str, bool]:
    """Of everything on the sheet whether it is done: by the last word about it, else as the sheet has it."""
    there = {item["slug"]: bool(item["done"]) for item in opened.sheet["items"]}
    return {slug: opened.ticks.get(slug, there.get(slug, False)) for slug in sorted(slugs(opened.sheet))}


def progress(opened: Opened) -> dict[str, int]:
    """How much of the plan is done; papers for the care do not count."""
    done = ticks(opened)
    return {"done": sum(done[item["slug"]] for item in opened.sheet["items"]), "all": len(opened.sheet["items"])}


def to_come(opened: Opened, today: date) -> list[Mapping[str, Any]]:
    """The open items whose day is still to come, today among them."""
    done, day = ticks(opened), today.isoformat()
    return [item for item in opened.sheet["items"] if item["due"] and item["due"] >= day and not done[item["slug"]]]


def shown(opened: Opened, telling: Telling) -> Shown:
    """The whole plan in words. `texts` of it stand in the list of Dutch terms."""
    sheet, done = opened.sheet, ticks(opened)
    items = [_item(item, done, telling) for item in sheet["items"] if telling.has(item["say"])]
    cards = [telling.card(slug) for slug in sheet["cards"] if telling.has_card(slug)]
    findings = [_finding(finding, telling) for finding in sheet["findings"] if telling.has(finding["key"])]
    told = {
        "made": telling.say("sheet.made", day={"date": sheet["day"]}),
        "shared": telling.say(
            "sheet.shared", day={"date": opened.expires_at.astimezone(DUTCH_TIME).date().isoformat()}
        ),
        "progress": telling.say("planning.progress", **progress(opened)),
        "light": _light(sheet, done, telling),
        "groups": list(_grouped(items, telling)),
        "days": days(opened, telling),
        "care": _care(done, telling) if sheet["care"] else None,
        "cards": cards,
        "findings": findings,
        "for_child": bool(sheet["child"]),
        "calendar": bool(to_come(opened, telling.today)),
    }
    texts = [text for item in items for text in _texts(item)] + [text for one in findings for text in one["texts"]]
    told |= {"terms": telling.terms(texts), "draft": telling.draft()}
    return {**told, "dutch_too": telling.say("system.not_translated") if telling.dutch_too else None}


def days(opened: Opened, telling: Telling) -> list[Shown]:
    """The days of the plan in order, with today and the journey among them; [] when there are not two."""
    sheet, done = opened.sheet, ticks(opened)
    today = telling.today.isoformat()
    named: dict[str, list[str]] = {today: ["sheet.today"]}
    for kind in ("departure", "arrival"):
        if kind in sheet["days"]:
            named.setdefault(sheet["days"][kind], []).append(f"sheet.{kind}")
    due: dict[str, list[Mapping[str, Any]]] = {}
    for item in sheet["items"]:
        if item["due"] and telling.has(item["say"]):
            due.setdefault(item["due"], []).append(item)
    if len(due) < 2:
        return []
    return [
        {
            "day": day,
            "when": telling.day(day),
            "named": [telling.say(key) for key in named.get(day, ())],
            "items": [
                {"label": telling.say(f"label.plan.{item['slug']}"), "done": done[item["slug"]]}
                for item in due.get(day, ())
            ],
            "late": day < today and any(not done[item["slug"]] for item in due.get(day, ())),
        }
        for day in sorted({*due, *named})
    ]


def _item(item: Mapping[str, Any], done: Mapping[str, bool], telling: Telling) -> Shown:
    ready, late = done[item["slug"]], bool(item["due"]) and item["due"] < telling.today.isoformat()
    waits = [slug for slug in item["waits_for"] if not done.get(slug, False)]
    return {
        "slug": item["slug"],
        "done": ready,
        "group": "now" if not ready and (item["overdue"] or late) else item["group"],
        "label": telling.say(f"label.plan.{item['slug']}"),
        "text": telling.say(item["say"]),
        "when": None if ready else _when(item, late, telling),
        "waits": telling.say("planning.first", what=telling.names(waits)) if waits and not ready else None,
        "who": telling.say(f"planning.who.{item['who']}"),
        "proof": telling.say("planning.proof"),
        "keep": telling.say(item["proof"]),
        "facts": telling.facts(item["grounds"]),
        "link": item["link"],
    }


def _when(item: Mapping[str, Any], late: bool, telling: Telling) -> Any:
    if item["due"]:
        return telling.say("planning.overdue" if late else "planning.due", day={"date": item["due"]})
    return telling.say("planning.urgent") if item["overdue"] else None


def _grouped(items: list[Shown], telling: Telling) -> Iterator[Shown]:
    for name in _GROUPS:
        if mine := [item for item in items if item["group"] == name]:
            yield {"title": telling.say(f"plan.group.{name}"), "items": mine}


def _light(sheet: Mapping[str, Any], done: Mapping[str, bool], telling: Telling) -> Shown | None:
    """The advice about leaving, as it was, its numbers counted again; not repeated without a reason left."""
    light = sheet["light"]
    if not light:
        return None
    left = sum(item["leaving"] and not done[item["slug"]] for item in sheet["items"])
    gone = (telling.today - date.fromisoformat(sheet["day"])).days
    reasons = []
    for reason in light["reasons"]:
        values = dict(reason["with"])
        if "number" in values:
            values["number"] = left
        if "days" in values:
            values["days"] -= gone
        if min(values.values(), default=1) >= ("number" in values):
            reasons.append(telling.say(reason["say"], **values))
    if light["reasons"] and not reasons:
        return None
    told = {"say": telling.say(light["say"]), "advice": telling.say("light.advice")}
    return {**told, "colour": light["colour"], "reasons": reasons}


def _care(done: Mapping[str, bool], telling: Telling) -> Shown:
    papers = [
        {"slug": f"care.{name}", "done": done[f"care.{name}"], "label": telling.say(f"sheet.care.{name}")}
        for name in CARE
    ]
    facts = telling.facts(telling.grounds("sheet.care_intro"))
    return {"intro": telling.say("sheet.care_intro"), "papers": papers, "facts": facts}


def _finding(finding: Mapping[str, Any], telling: Telling) -> Shown:
    values, own = finding["values"], f"outcome.{finding['right']}.{finding['outcome']}"
    outcome = telling.say(own if telling.has(own) else f"outcome.{finding['outcome']}")
    text = telling.say(finding["key"], **values)
    steps = [telling.say(step, **values) for step in finding["steps"] if telling.has(step)]
    others = (f"contact.{code}" for code in finding["contacts"] if code != "person")
    contacts = [telling.say(key) for key in others if telling.has(key)]
    receipt = telling.say("finding.no_decision", receipt=finding["receipt"])
    texts = [text["text"], *(step["text"] for step in steps)]
    told = {"outcome": outcome, "text": text, "steps": steps, "contacts": contacts, "receipt": receipt, "texts": texts}
    return {**told, "facts": telling.facts(finding["grounds"])}


def _texts(item: Shown) -> list[str]:
    return [item["text"]["text"], item["keep"]["text"], *(fact["text"]["text"] for fact in item["facts"][:1])]
