"""What a catalogue must keep of the Dutch: placeholders, lengths, fixed words for legal terms, the second reading."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from actions.content import Content
from actions.yaml_files import Errors, Strict, read, validate
from channels.filling import holes, plural_faults
from channels.language import script_of
from channels.words import Words

BUTTON = 20


class Fixed(Strict):
    """How a language says one legal term. `say`: one of these or the Dutch term must stand; `never`: none may."""

    say: tuple[str, ...]
    never: tuple[str, ...] = ()


class Reading(Strict):
    """One weighty sentence, read a second time. `of`: the mark of the text that was read; `back`: its English."""

    of: str
    back: str
    missing: tuple[str, ...] = ()
    corrected: str = ""
    doubt: str = ""


class Review(Strict):
    """locales/<lang>/review.yml: who read when, and what each weighty sentence says."""

    reader: str
    read: date
    readings: dict[str, Reading]


def is_button(key: str) -> bool:
    """Whether the words of this key are something to tap or a heading, so that every letter counts."""
    return key.startswith(("choice.", "label.")) or (key.startswith("desk.") and key.endswith(".title"))


def mark(text: str) -> str:
    """Twelve signs that change with the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def faults(content: Content, words: Words, locales: Path) -> list[str]:
    """Everything wrong with the translations, as sentences."""
    errors = Errors()
    found = [fault for code in words.translated for fault in _of_language(code, words)]
    weighty = load_weight(locales, errors)
    named = {slug: _keys_naming(term.term, words) for slug, term in content.glossary.items()}
    for code in words.translated:
        glossary = load_fixed(locales / code / "glossary.yml", errors)
        found += _terms(code, content, words, glossary, named)
        found += _readings(code, words, locales, weighty, errors)
    return [*errors.found, *found]


def _of_language(code: str, words: Words) -> Iterator[str]:
    for key, text in words.translated[code].items():
        if holes(text) != holes(words.dutch[key]):
            yield f"locales/{code}: '{key}' has other placeholders than the Dutch text; write the same ones"
        for fault in plural_faults(text, code):
            yield f"locales/{code}: '{key}' {fault}"
        if is_button(key) and len(text) > BUTTON:
            yield f"locales/{code}: '{key}' is {len(text)} characters; a button takes {BUTTON}: '{text}'"


def load_fixed(path: Path, errors: Errors) -> dict[str, Fixed]:
    """The glossary of one language: slug of data/glossary.yml → its fixed words."""
    document = read(path, errors) if path.exists() else None
    fixed = {}
    for slug, raw in document.data.items() if document else ():
        if document and (entry := validate(Fixed, raw, document, (slug,), errors)):
            fixed[slug] = entry
    return fixed


def _keys_naming(term: str, words: Words) -> list[str]:
    """The keys whose Dutch text uses a term; buttons are too short to name it."""
    term = term.partition(" (")[0]
    named = re.compile(rf"\b{re.escape(term)}\b", 0 if term[0].isupper() else re.IGNORECASE)
    seen = ((key, dutch) for key, dutch in words.dutch.items() if term.casefold() in dutch.casefold())
    return [key for key, dutch in seen if not is_button(key) and named.search(dutch)]


def _terms(
    code: str, content: Content, words: Words, glossary: Mapping[str, Fixed], named: Mapping[str, list[str]]
) -> Iterator[str]:
    for slug, fixed in glossary.items():
        if slug not in content.glossary:
            yield f"locales/{code}/glossary.yml: '{slug}' is no term of data/glossary.yml; write one that is"
            continue
        term = content.glossary[slug].term.partition(" (")[0]
        allowed = re.compile("|".join(_stem(form) for form in (term, *fixed.say)))
        never = re.compile("|".join(rf"(?<!\w){re.escape(folded(form))}(?!\w)" for form in fixed.never) or r"(?!)")
        for key in named[slug]:
            text, current = words.text(key, code)
            said = folded(text)
            if current and not allowed.search(said):
                yield f"locales/{code}: '{key}' does not say '{term}' as the glossary does ({' / '.join(fixed.say)})"
            if current and (wrong := never.search(said)):
                yield f"locales/{code}: '{key}' says '{wrong[0]}' for '{term}', which the glossary forbids"


def _stem(form: str) -> str:
    """A pattern for a word that begins so; in scripts that glue words to its front, for one that has it inside."""
    plain = re.escape(folded(form))
    return rf"(?<!\w){plain}" if script_of(form) == "LATIN" else plain


@lru_cache(maxsize=1 << 14)
def folded(text: str) -> str:
    """For finding a fixed word in a sentence: small letters, no marks, one kind of apostrophe, holes and all."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def load_review(path: Path, errors: Errors) -> Review | None:
    """The second reading of one language; None where there is none."""
    document = read(path, errors) if path.exists() else None
    return validate(Review, document.data, document, (), errors) if document else None


def load_weight(locales: Path, errors: Errors) -> dict[str, list[str]]:
    """Key of a sentence that carries legal weight → the points its translation must make."""
    document = read(locales / "weight.yml", errors)
    return dict(document.data) if document else {}


def _readings(
    code: str, words: Words, locales: Path, weighty: Mapping[str, list[str]], errors: Errors
) -> Iterator[str]:
    review = load_review(locales / code / "review.yml", errors)
    place = f"locales/{code}/review.yml"
    for key in weighty:
        if not words.has(key):
            yield f"locales/weight.yml: '{key}' is no key any more; write one that is"
            continue
        text, current = words.text(key, code)
        reading = review.readings.get(key) if review else None
        if not current:
            yield f"locales/{code}: '{key}' carries legal weight and has no current translation; translate it"
        elif reading is None:
            yield f"{place}: '{key}' was not read a second time; read it and write down what it says"
        elif reading.of != mark(text):
            yield f"{place}: '{key}' was read in an older form; read it again and set of: {mark(text)}"
        elif reading.missing:
            yield f"{place}: '{key}' misses a point: {reading.missing[0]}; mend the translation"
