"""Which language is this? Script first, then a naive Bayes over characters trained on our own examples.

Also the languages we cannot write are recognised, so that whoever uses one is not answered with a guess.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field

from actions.yaml_files import Errors, Strict, read, validate

_SIZES = (1, 2, 3, 4)
_SURE, _LIKELY = 0.97, 0.8
_SHARE_OF_SCRIPT = 0.03  # a language is also written in a script when so many of its examples are
_SURE_WORDS, _FEWEST_LETTERS = 3, 4
_SMOOTH, _UNSEEN = 0.3, ""


class Other(Strict):
    """A language we recognise and cannot write. `sorry`: a line in it; `examples`: to recognise it by."""

    name: str
    dir: Literal["ltr", "rtl"] = "ltr"
    sorry: str = Field(min_length=1)
    examples: tuple[str, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest language. `sure`: switching on it would be right. `likely`: asking about it would be right."""

    lang: str
    sure: bool
    likely: bool = False


@dataclass(frozen=True, slots=True)
class LanguageGuesser:
    """Knows how often character sequences occur per script and language: Arabic in Latin letters is a thing apart."""

    weights: Mapping[str, Mapping[str, Mapping[str, float]]]
    own_words: Mapping[str, frozenset[str]]
    others: Mapping[str, Other]

    @staticmethod
    def train(examples: Mapping[str, Iterable[str]], others: Mapping[str, Other]) -> LanguageGuesser:
        """From example sentences per language; those of the others come with them."""
        words: dict[str, frozenset[str]] = {}
        counts: dict[str, dict[str, Counter[str]]] = {}
        for lang, texts in {**{code: other.examples for code, other in others.items()}, **examples}.items():
            sentences = [(script_of(text), _normal(text)) for text in texts]
            words[lang] = frozenset(word for _, letters in sentences for word in letters.split())
            seen = Counter(script for script, _ in sentences)
            for script in (s for s, n in seen.items() if s and n >= _SHARE_OF_SCRIPT * len(sentences)):
                mine = (letters for written, letters in sentences if written == script)
                counts.setdefault(script, {})[lang] = Counter(chain.from_iterable(map(_grams, mine)))
        own = {
            lang: mine - frozenset().union(*(theirs for other, theirs in words.items() if other != lang))
            for lang, mine in words.items()
        }
        return LanguageGuesser({script: _weights(found) for script, found in counts.items()}, own, others)

    def guess(self, text: str) -> Guess | None:
        """None when there is too little to go by; a language of "" when the script is none we know."""
        script, letters = script_of(text), _normal(text)
        known = self.weights.get(script, {})
        if not script or (script == "LATIN" and len(letters) < _FEWEST_LETTERS):
            return None
        if len(known) < 2:
            return Guess(next(iter(known), ""), sure=True, likely=True)
        grams, words = _grams(letters), letters.split()
        scores = {
            lang: sum(weights.get(gram, weights[_UNSEEN]) for gram in grams) / len(grams)
            for lang, weights in known.items()
        }
        best, second = sorted(scores, key=lambda lang: -scores[lang])[:2]
        share = 1 / (1 + math.exp((scores[second] - scores[best]) * min(len(grams), 60)))
        own = any(word in self.own_words[best] for word in words)
        enough = len(words) >= _SURE_WORDS or script != "LATIN"
        return Guess(best, sure=enough and share >= _SURE and own, likely=enough and share >= _LIKELY)


def _weights(counts: Mapping[str, Counter[str]]) -> dict[str, dict[str, float]]:
    """Per language the logarithm of how often each sequence occurs; under _UNSEEN that of one never seen."""
    vocabulary = len(set().union(*counts.values())) or 1
    weights = {}
    for lang, found in counts.items():
        total = sum(found.values()) + _SMOOTH * vocabulary
        weights[lang] = {gram: math.log((n + _SMOOTH) / total) for gram, n in found.items()}
        weights[lang][_UNSEEN] = math.log(_SMOOTH / total)
    return weights


def load_guesser(data: Path, languages: Iterable[str]) -> LanguageGuesser:
    """Train on data/nlu/<lang>/*.yml and on the others. A language without examples is never guessed."""
    examples: dict[str, list[str]] = {}
    for lang in languages:
        for path in sorted((data / "nlu" / lang).glob("*.yml")):
            loader = _Loader(path.read_text(encoding="utf-8"))
            for block in loader.get_data().get("nlu", ()):
                lines = block.get("examples", "").splitlines()
                examples.setdefault(lang, []).extend(line.removeprefix("- ").strip() for line in lines if line)
    return LanguageGuesser.train(examples, load_others(data))


def load_others(data: Path) -> dict[str, Other]:
    """Read data/other_languages.yml. Raises BrokenData with every error at once."""
    errors, others = Errors(), {}
    document = read(data / "other_languages.yml", errors)
    for code, raw in document.data.items() if document else ():
        if document and (other := validate(Other, raw, document, (code,), errors)):
            others[code] = other
    errors.raise_if_any()
    return others


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _normal(text: str) -> str:
    return " ".join("".join(c if c.isalpha() else " " for c in unicodedata.normalize("NFC", text.casefold())).split())


def _grams(normal: str) -> list[str]:
    letters = f" {normal[:400]} "
    return [letters[i : i + n] for n in _SIZES for i in range(len(letters) - n + 1)]


def script_of(text: str) -> str:
    """The script of most letters ("LATIN", "ARABIC", "ETHIOPIC"), "" when there are none."""
    plain = unicodedata.normalize("NFKC", text[:400])
    scripts = Counter(filter(None, map(_script, plain)))
    return scripts.most_common(1)[0][0] if scripts else ""


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """What the name of a letter begins with; "" for anything else. Looking up names is slow and letters are few."""
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""
