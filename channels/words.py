"""Languages and their catalogues: message key → words. A translation that is not current is never shown as current."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from babel import Locale
from babel.messages.pofile import read_po

from actions.content import Content
from actions.yaml_files import Errors, Strict, read, validate


class Language(Strict):
    """One line of locales/languages.yml."""

    name: str
    dir: Literal["ltr", "rtl"]
    state: Literal["live", "draft", "off"]
    reviewer: str
    reviewed: date | None
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    """Dutch source texts and, per language, the translations that are current."""

    dutch: Mapping[str, str]
    languages: Mapping[str, Language]
    translated: Mapping[str, Mapping[str, str]]

    def text(self, key: str, lang: str) -> tuple[str, bool]:
        """The words of `key`; False beside them when they are Dutch because no current translation exists.

        Raises KeyError for a key that nobody wrote.
        """
        if lang == "nl":
            return self.dutch[key], True
        words = self.translated.get(lang, {}).get(key)
        return (words, True) if words is not None else (self.dutch[key], False)

    def has(self, key: str) -> bool:
        """Whether there are words for `key`."""
        return key in self.dutch

    def offered(self) -> list[str]:
        """Codes of the languages a family can choose."""
        return [code for code, language in self.languages.items() if language.state != "off"]

    def asked_for(self, text: str) -> str | None:
        """The language that this whole message asks for, or None."""
        return self._names.get(plain(text))

    @cached_property
    def _names(self) -> dict[str, str]:
        """What people call each language: its own name, its code, what languages.yml lists, its name in all others."""
        names: dict[str, str] = {}
        for code in self.offered():
            for reader in self.languages:
                names.setdefault(plain(str(Locale.parse(reader).languages.get(code, code))), code)
        for code in self.offered():
            language = self.languages[code]
            names |= {plain(name): code for name in (language.name, *language.asks)}
        return names


def plain(text: str) -> str:
    """Lower case, without accents and punctuation: for comparing what people type."""
    letters = unicodedata.normalize("NFKD", text.casefold()).replace("ı", "i")  # Turkish capitals, or a plain keyboard
    kept = (c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def load_languages(locales: Path) -> dict[str, Language]:
    """Read languages.yml. Raises BrokenData."""
    errors = Errors()
    languages = {}
    if document := read(locales / "languages.yml", errors):
        for code, raw in document.data.items():
            if language := validate(Language, raw, document, (code,), errors):
                languages[code] = language
    errors.raise_if_any()
    return languages


def load_words(content: Content, locales: Path) -> Words:
    """Languages and catalogues for this content. Raises BrokenData when languages.yml is broken."""
    dutch = {key: text for key, text, *_ in content.source_texts()}
    languages = load_languages(locales)
    translated = {
        code: _current(locales / code / "LC_MESSAGES" / "messages.po", dutch) for code in languages if code != "nl"
    }
    return Words(dutch, languages, translated)


def _current(path: Path, dutch: Mapping[str, str]) -> dict[str, str]:
    """Only translations made from the Dutch text as it is today, and not marked fuzzy."""
    if not path.exists():
        return {}
    return {key: text for key, made_of, text in _entries(path, path.stat().st_mtime_ns) if dutch.get(key) == made_of}


@lru_cache(maxsize=32)
def _entries(path: Path, _changed: int) -> list[tuple[str, str, str]]:
    """Key, Dutch text and translation of what is not fuzzy; a file is read again only when it changed."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    return [
        (entry.context, str(entry.id), str(entry.string))
        for entry in catalogue
        if entry.context and entry.string and not entry.fuzzy
    ]
