"""The sentences no model has learnt from, and how an understanding of them is scored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from actions.dialogue.knowledge import knowledge
from actions.dialogue.talk import Heard
from actions.dialogue.turns import ASKED, also_meant, likely

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("nl", "en", "es", "pap", "ar", "fr", "pt", "so", "ti", "tr")
OUTSIDE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a person might write. `means`: every intent that would be a right reading, the best first."""

    lang: str
    text: str
    means: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """What a model made of a sentence: intents with confidence, best first, and whether it would ask again."""

    sentence: Sentence
    sure: Sequence[tuple[str, float]]
    asks: bool

    @property
    def ranking(self) -> list[str]:
        """The intents, best first."""
        return [name for name, _ in self.sure]

    @property
    def first_right(self) -> bool:
        """Whether the first guess is one of the right readings."""
        return self.ranking[0] in self.sentence.means

    @property
    def truth(self) -> str:
        """The right reading to hold the first guess against: the guess itself where that is right."""
        return self.ranking[0] if self.first_right else self.sentence.means[0]


def held_out(lang: str) -> list[Sentence]:
    """Every held-out sentence of a language."""
    path = ROOT / "tests" / "nlu" / lang / "held_out.yml"
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [Sentence(lang, str(row["text"]), tuple(row["means"])) for row in rows]


def macro_f1(rows: Iterable[Understood]) -> float:
    """The mean over the intents of the harmonic mean of precision and recall."""
    pairs = [(row.truth, row.ranking[0]) for row in rows]
    scores = []
    for intent in {right for right, _ in pairs}:
        hits = sum(right == said == intent for right, said in pairs)
        wrong = sum((right == intent) != (said == intent) for right, said in pairs)
        scores.append(2 * hits / (2 * hits + wrong))
    return sum(scores) / len(scores)


def share(rows: Iterable[Understood], good: str) -> float:
    """The share of rows with a property; 1 where there are none. See PROPERTIES."""
    found = [PROPERTIES[good](row) for row in rows]
    return sum(found) / len(found) if found else 1.0


def _three(row: Understood) -> bool:
    return any(intent in row.sentence.means for intent in row.ranking[:3])


def _reached(row: Understood) -> list[str]:
    """What the family gets at once or with one tap, as the dialogue offers it; asking reaches "something else" too."""
    knows = knowledge()
    heard = Heard(row.ranking[0], ranking=tuple(row.sure))
    if row.asks:
        return [*likely(heard, knows, ASKED), OUTSIDE]
    topic = knows.content.intents[row.ranking[0]].kind == "topic"
    return [row.ranking[0], *(also_meant(heard, knows) if topic else [])]


PROPERTIES = {
    "accuracy": lambda row: row.first_right,
    "top3": _three,
    "within_one": lambda row: bool(set(_reached(row)) & set(row.sentence.means)),
    "asks": lambda row: row.asks,
    "caught": lambda row: row.asks or row.ranking[0] == OUTSIDE,
    "turned_away": lambda row: not row.asks and row.ranking[0] == OUTSIDE,
}


def scores(rows: Sequence[Understood]) -> dict[str, float]:
    """All figures of one language."""
    outside = [row for row in rows if OUTSIDE in row.sentence.means]
    inside = [row for row in rows if OUTSIDE not in row.sentence.means]
    return {
        "macro_f1": macro_f1(rows),
        **{name: share(rows, name) for name in ("accuracy", "top3", "within_one", "asks")},
        "caught": share(outside, "caught"),
        "turned_away": share(inside, "turned_away"),
    }


def worst_pairs(rows: Iterable[Understood], most: int = 10) -> list[tuple[tuple[str, str], int]]:
    """The pairs (right, guessed) that are mistaken most often."""
    wrong = Counter((row.truth, row.ranking[0]) for row in rows if not row.first_right)
    return wrong.most_common(most)
