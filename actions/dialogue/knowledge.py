"""What every turn needs and no turn changes: content, words of yes and no. Read once, at the first turn."""

from __future__ import annotations

import os
from collections.abc import Mapping
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
    """The content, the plan, and per language the single words that begin a yes (True) or a no (False)."""

    content: Content
    yes_no: Mapping[str, Mapping[str, bool]]
    plan: Catalogue

    def first_word(self, word: str, lang: str) -> bool | None:
        """What this first word of a message says in its language: "may" is a no in Somali and nothing in English.

        Without a language it counts where all languages that know the word agree.
        """
        lists = [self.yes_no[lang]] if lang in self.yes_no else list(self.yes_no.values())
        found = {words[word] for words in lists if word in words}
        return found.pop() if len(found) == 1 else None

    def assessor(self, today: date) -> Assessor:
        """The rules on this day, with the law and the gemeenten of this content."""
        return Assessor(self.content.law, self.content.municipalities.get, today)


@cache
def knowledge() -> Knowledge:
    """What stands in the data folder of this house. Raises BrokenData with every error of every data file."""
    return read_knowledge(Path(os.environ.get("THUISWIJZER_DATA", Path(__file__).resolve().parents[2] / "data")))


def read_knowledge(data: Path) -> Knowledge:
    """Read the folder `data`. Raises BrokenData with every error of every data file."""
    words: dict[str, dict[str, bool]] = {}
    for path in sorted((data / "nlu" / "words").glob("*.yml")):
        lists = load(path.read_text(encoding="utf-8"))
        said = words.setdefault(path.stem, {})
        for intent in ("affirm", "deny"):
            said |= {word.casefold(): intent == "affirm" for word in map(str, lists.get(intent, ())) if " " not in word}
    content = load_content(data)
    return Knowledge(content, words, load_plan(data, content))


def today() -> date:
    """The day in the Netherlands, or the day that staff chose to preview."""
    preview = os.environ.get("THUISWIJZER_TODAY")
    return date.fromisoformat(preview) if preview else datetime.now(ZoneInfo("Europe/Amsterdam")).date()
