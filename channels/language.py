"""Which language is this? Script first, then a naive Bayes over characters trained on our own examples."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_SIZES = (1, 2, 3, 4)
_SURE = 0.97


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest language; `sure` only when switching on it would be right."""

    lang: str
    sure: bool


@dataclass(frozen=True, slots=True)
class LanguageGuesser:
    """Knows how often character sequences occur per language."""

    weights: Mapping[str, Mapping[str, float]]
    unseen: Mapping[str, float]
    own_words: Mapping[str, frozenset[str]]

    @staticmethod
    def train(examples: Mapping[str, Iterable[str]]) -> LanguageGuesser:
        """From example sentences per language."""
        counts, words = {}, {}
        for lang, texts in examples.items():
            sentences = list(texts)
            counts[lang] = Counter(gram for text in sentences for gram in _grams(text))
            words[lang] = frozenset(word for text in sentences for word in _normal(text).split())
        vocabulary = len(set().union(*counts.values())) or 1
        weights, unseen = {}, {}
        for lang, found in counts.items():
            total = sum(found.values()) + 0.3 * vocabulary
            weights[lang] = {gram: math.log((n + 0.3) / total) for gram, n in found.items()}
            unseen[lang] = math.log(0.3 / total)
        own = {
            lang: mine - frozenset().union(*(theirs for other, theirs in words.items() if other != lang))
            for lang, mine in words.items()
        }
        return LanguageGuesser(weights, unseen, own)

    def guess(self, text: str) -> Guess | None:
        """None when there is too little to go by. Sure: three words or more and a clear margin."""
        script = _script(text)
        if script and script in self.weights:
            return Guess(script, sure=True)
        letters = _normal(text)
        if len(letters) < 4 or not self.weights:
            return None
        grams = list(_grams(text))
        scores = {
            lang: sum(weights.get(gram, self.unseen[lang]) for gram in grams) / len(grams)
            for lang, weights in self.weights.items()
        }
        best, second = sorted(scores, key=lambda lang: -scores[lang])[:2]
        share = 1 / (1 + math.exp((scores[second] - scores[best]) * min(len(grams), 60)))
        words = letters.split()
        return Guess(best, sure=len(words) >= 3 and share >= _SURE and any(w in self.own_words[best] for w in words))


def load_guesser(nlu: Path, languages: Iterable[str]) -> LanguageGuesser:
    """Train on data/nlu/<lang>/*.yml. A language without examples is never guessed."""
    examples: dict[str, list[str]] = {}
    for lang in languages:
        for path in sorted((nlu / lang).glob("*.yml")):
            loader = _Loader(path.read_text(encoding="utf-8"))
            for block in loader.get_data().get("nlu", ()):
                lines = block.get("examples", "").splitlines()
                examples.setdefault(lang, []).extend(line.removeprefix("- ").strip() for line in lines if line)
    return LanguageGuesser.train(examples)


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _normal(text: str) -> str:
    return " ".join("".join(c if c.isalpha() else " " for c in unicodedata.normalize("NFC", text.casefold())).split())


def _grams(text: str) -> Iterable[str]:
    letters = f" {_normal(text)[:400]} "
    return (letters[i : i + n] for n in _SIZES for i in range(len(letters) - n + 1))


def _script(text: str) -> str | None:
    letters = [c for c in text if c.isalpha()]
    arabic = sum("\u0600" <= c <= "\u06ff" for c in letters)
    return "ar" if letters and arabic / len(letters) > 0.5 else None
