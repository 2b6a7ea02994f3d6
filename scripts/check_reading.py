"""How easy the Dutch and English texts read (Flesch, by textstat). Fails when a group is harder than its bar.

Flesch measures short words and short sentences; it is no proof of B1. Higher is easier: 60 is ordinary, 80 very easy.
"""

from __future__ import annotations

import re
import statistics
import sys

import textstat

from actions.content import load_content
from channels.filling import fill, holes
from channels.settings import ROOT
from channels.words import Words, load_words

GROUPS = {"simpler.": "simpler words", "child.": "for a child", "answer.": "answers"}
GROUPS |= {"fact.": "facts", "step.": "steps"}
BARS = {"simpler words": 75, "for a child": 80, "answers": 65, "facts": 60, "steps": 65}  # means
_NAMES = re.compile(r"\([^)]*\)|https?://\S+|\b\S+\.nl\b")


def ease(text: str) -> float:
    """The Flesch score of a text, its holes filled and its legal references left out."""
    plain = _NAMES.sub("", fill(text, dict.fromkeys(holes(text), "6"), "nl", isolate=False))
    return float(textstat.flesch_reading_ease(plain.replace("\n", ". ")))


def rows(words: Words, lang: str) -> list[tuple[str, float, str, float]]:
    """Per group: name, mean, key of the hardest text, its score."""
    textstat.set_lang(lang)
    found = []
    for start, name in GROUPS.items():
        scores = {key: ease(words.text(key, lang)[0]) for key in words.dutch if key.startswith(start)}
        hardest = min(scores, key=lambda key: scores[key])
        found.append((name, statistics.mean(scores.values()), hardest, scores[hardest]))
    return found


def main() -> int:
    """Print the table; 1 when a bar is missed."""
    words = load_words(load_content(ROOT / "data"), ROOT / "locales")
    missed = 0
    for lang in ("nl", "en"):
        for name, mean, hardest, worst in rows(words, lang):
            missed += mean < BARS[name]
            print(f"reading ease {lang}, {name}: {mean:.0f} (bar {BARS[name]}); hardest {hardest}: {worst:.0f}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
