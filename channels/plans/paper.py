"""The plan as a PDF: shorter than the page, one reason per point, and all sources numbered in a list at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from channels import typesetting
from channels.plans import page
from channels.plans.telling import Telling
from channels.storage.plans import Opened

_TEMPLATE = Path(__file__).with_name("plan.typ")
_WORDS = (
    *("sheet.title", "sheet.list", "sheet.timeline", "sheet.care_title", "sheet.cards_title", "sheet.cards_intro"),
    *("desk.only_true", "desk.means", "sheet.findings_title", "sheet.words_title", "sheet.no_decision", "web.sources"),
    *("finding.steps_title", "finding.contacts_title", "planning.nothing_open", "planning.why"),
)
Shown = dict[str, Any]


class _Sources:
    """Gives each source a number, in the order in which they come."""

    def __init__(self) -> None:
        self.found: dict[str, Shown] = {}

    def numbers(self, facts: Iterable[Mapping[str, Any]]) -> list[int]:
        """The numbers of what these facts rest on."""
        mine = [source for fact in facts for source in fact["sources"]]
        for source in mine:
            self.found.setdefault(source["about"], {**source, "number": len(self.found) + 1})
        return sorted({self.found[source["about"]]["number"] for source in mine})


def pdf(opened: Opened, telling: Telling) -> bytes:
    """An accessible PDF in the language of `telling`, with Dutch where it stays Dutch."""
    told, sources = page.shown(opened, telling), _Sources()
    for group in told["groups"]:
        group["items"] = [{**item, **_because(item["facts"], 1, sources)} for item in group["items"]]
    if told["care"]:
        told["care"] |= _because(told["care"]["facts"], len(told["care"]["facts"]), sources)
    for name in ("findings", "cards"):
        told[name] = [{**part, **_because(part["facts"], 0, sources)} for part in told[name]]
    words = {key: telling.say(key) for key in _WORDS}
    given = {"lang": telling.lang, "dir": telling.dir, "plan": told, "words": words}
    return typesetting.pdf(_TEMPLATE, {**given, "sources": list(sources.found.values())})


def _because(facts: list[Shown], most: int, sources: _Sources) -> Shown:
    """The first facts in full; of all of them what is not sure, and the numbers of their sources."""
    cautions = list(dict.fromkeys(caution for fact in facts for caution in fact["cautions"]))
    return {"facts": facts[:most], "cautions": cautions, "numbers": sources.numbers(facts)}
