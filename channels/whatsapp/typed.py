"""Whole messages with a meaning of their own on WhatsApp, and choosing by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field

from actions.yaml_files import Document, Errors, Strict, read, validate
from channels.words import plain

_Listed = Mapping[str, tuple[str, ...]]
_Counted = Annotated[tuple[tuple[str, ...], ...], Field(min_length=10, max_length=10)]
_Meaning = TypeVar("_Meaning", str, int)
_TEN = "🔟"  # the one number on a key that is not written with digits


class _Words(Strict):
    """data/whatsapp/words.yml: what is typed, per language."""

    stop: _Listed
    start: _Listed
    delete: _Listed
    page: _Listed
    only_own: tuple[str, ...]
    numbers: Mapping[str, _Counted]


_MEANINGS = ("stop", "start", "delete", "page")


@dataclass(frozen=True, slots=True)
class Typed:
    """What people type. `only_own`: words that count in some languages only, and in which; all others count in any."""

    meanings: Mapping[str, str]
    only_own: Mapping[str, frozenset[str]]
    numbers: Mapping[str, int]

    def meant(self, text: str, lang: str) -> str | None:
        """What a whole message asks for in a talk in `lang`: "stop", "start", "delete", "page"; else None."""
        word = plain(text)
        return self.meanings.get(word) if lang in self.only_own.get(word, {lang}) else None

    def number(self, text: str) -> int | None:
        """The number that a whole message is, in digits of any script (two at most) or, up to ten, in words."""
        word = plain(text.replace(_TEN, "10"))
        if word.isdecimal() and len(word) <= 2:
            return int(word) or None
        return self.numbers.get(word)


def chosen(text: str, numbered: Sequence[str], typed: Typed) -> str | None:
    """The id behind the number that somebody typed under a numbered list; None when it is no number of that list."""
    number = typed.number(text)
    return numbered[number - 1] if number and number <= len(numbered) else None


def load_typed(path: Path) -> Typed:
    """Read data/whatsapp/words.yml. Raises BrokenData with everything that is wrong in it."""
    errors = Errors()
    document = read(path, errors)
    words = validate(_Words, document.data, document, (), errors) if document else None
    typed = _checked(words, document, errors) if words and document else Typed({}, {}, {})
    errors.raise_if_any()
    return typed


def _checked(words: _Words, document: Document, errors: Errors) -> Typed:
    meanings: dict[str, str] = {}
    langs: dict[str, set[str]] = {}
    for meaning in _MEANINGS:
        for lang, listed in getattr(words, meaning).items():
            for at, word in enumerate(listed):
                said = plain(word)
                if _add(meanings, said, meaning):
                    langs.setdefault(said, set()).add(lang)
                else:
                    errors.add(document.path, document.line(meaning, lang, at), _fault(word, meanings.get(said)))
    for at, word in enumerate(words.only_own):
        if plain(word) not in langs:
            errors.add(document.path, document.line("only_own", at), f"'{word}' stands in no list; add it to one")
    only_own = {said: frozenset(langs[said]) for said in map(plain, words.only_own) if said in langs}
    return Typed(meanings, only_own, _numbers(words, document, errors))


def _numbers(words: _Words, document: Document, errors: Errors) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for lang, counted in words.numbers.items():
        for at, listed in enumerate(counted):
            for place, word in enumerate(listed):
                if not _add(numbers, plain(word), at + 1):
                    line = document.line("numbers", lang, at, place)
                    errors.add(document.path, line, _fault(word, numbers.get(plain(word))))
    return numbers


def _add(known: dict[str, _Meaning], said: str, meaning: _Meaning) -> bool:
    """Note what a word means; False for a word without letters, or with another meaning already."""
    return bool(said) and known.setdefault(said, meaning) == meaning


def _fault(word: str, other: str | int | None) -> str:
    return f"'{word}' already means {other}; keep one" if other else f"'{word}' has no letters; write a word"
