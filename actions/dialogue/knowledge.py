"""What every turn needs and no turn changes: content, words of yes and no. Read once, at the first turn."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from actions.content import Content, load_content
from actions.eligibility.next_question import Assessor
from actions.plan.items import Catalogue, load_plan
from actions.yaml_files import load


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The content, and the single words that begin a yes or a no in any language."""

    content: Content
    yes: frozenset[str]
    no: frozenset[str]
    plan: Catalogue

    def assessor(self, today: date) -> Assessor:
        """The rules on this day, with the law and the gemeenten of this content."""
        return Assessor(self.content.law, self.content.municipalities.get, today)


@cache
def knowledge() -> Knowledge:
    """What stands in the data folder of this house. Raises BrokenData with every error of every data file."""
    return read_knowledge(Path(os.environ.get("THUISWIJZER_DATA", Path(__file__).resolve().parents[2] / "data")))


def read_knowledge(data: Path) -> Knowledge:
    """Read the folder `data`. Raises BrokenData with every error of every data file."""
    words: dict[str, set[str]] = {"affirm": set(), "deny": set()}
    for path in sorted((data / "nlu" / "words").glob("*.yml")):
        lists = load(path.read_text(encoding="utf-8"))
        for intent, found in words.items():
            found.update(word.casefold() for word in map(str, lists.get(intent, ())) if " " not in word)
    shared = words["affirm"] & words["deny"]
    yes, no = (frozenset(words[intent] - shared) for intent in ("affirm", "deny"))
    content = load_content(data)
    return Knowledge(content, yes, no, load_plan(data, content))


def today() -> date:
    """The day in the Netherlands, or the day that staff chose to preview."""
    preview = os.environ.get("THUISWIJZER_TODAY")
    return date.fromisoformat(preview) if preview else datetime.now(ZoneInfo("Europe/Amsterdam")).date()
