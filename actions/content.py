"""The words, as Dutch source text with key. Strict reader of data/messages, data/organisations and data/intents.yml."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from actions.desk import Card, LetterText, load_cards, load_letters
from actions.glossary import Term, load_glossary
from actions.law import Law, load_law
from actions.municipalities import Municipalities, load_municipalities, no_municipalities
from actions.posts import Posts, load_posts
from actions.yaml_files import BrokenData, Errors, Strict, read, validate


class Message(Strict):
    """What a family can read. `choices` are choice ids; their words stand under `choice.<id>`."""

    text: str = Field(min_length=1)
    grounds: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    note: str = ""


class Intent(Strict):
    """One thing a person can mean; see data/intents.yml."""

    kind: Literal["topic", "conversation"]
    file: str
    importance: Literal["required", "usable"]
    meaning: str
    example: str


class Organisation(Strict):
    """Somebody to turn to. The words stand under the message key `contact.<slug>`."""

    name: str
    does: str = ""
    for_whom: str = ""
    phone: str = ""
    phone_from_abroad: str = ""
    hours: str = ""
    url: str = ""
    source: str
    certainty: Literal["law", "policy", "practice", "contested", "unverified"]
    checked: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the product can say and what it rests on. `places`: message key → file and line."""

    law: Law
    messages: Mapping[str, Message]
    intents: Mapping[str, Intent]
    organisations: Mapping[str, Organisation]
    places: Mapping[str, tuple[Path, int]]
    cards: Mapping[str, Card] = field(default_factory=dict)
    letters: Mapping[str, LetterText] = field(default_factory=dict)
    municipalities: Municipalities = field(default_factory=no_municipalities)
    posts: Posts = field(default_factory=Posts)
    glossary: Mapping[str, Term] = field(default_factory=dict)

    def source_texts(self) -> Iterator[tuple[str, str, str, Path, int]]:
        """Every Dutch text to translate: key, text, note for the translator, file, line."""
        for key, message in self.messages.items():
            yield (key, message.text, message.note, *self.places[key])
        for fact_id, fact in self.law.facts.items():
            key = f"fact.{fact_id}"
            place = self.places.get(key, (Path("data/rights"), 1))
            yield (key, fact.text, fact.note, *place)
            if fact.differs:
                yield (f"differs.{fact_id}", fact.differs, "", *place)
        for slug, term in self.glossary.items():
            yield (f"term.{slug}", term.meaning, term.english, Path("data/glossary.yml"), 1)


def load_content(data: Path) -> Content:
    """Read all of `data`. Raises BrokenData with every error of every file at once."""
    errors = Errors()
    law = _law_or_errors(data, errors)
    messages: dict[str, Message] = {}
    places: dict[str, tuple[Path, int]] = {}
    for path in sorted((data / "messages").glob("*.yml")):
        _read_messages(path, messages, places, errors)
    intents: dict[str, Intent] = {}
    if document := read(data / "intents.yml", errors):
        for name, raw in document.data.items():
            if intent := validate(Intent, raw, document, (name,), errors):
                intents[name] = intent
    organisations: dict[str, Organisation] = {}
    for path in sorted((data / "organisations").glob("*.yml")):
        document = read(path, errors)
        if document and (found := validate(Organisation, document.data, document, (), errors)):
            organisations[path.stem] = found
    # a broken file would make everything that names its content look wrong too
    facts, keys = ({}, {}) if errors.found else (law.facts, messages)
    cards, letters = load_cards(data, facts, keys, errors), load_letters(data, facts, keys, errors)
    municipalities, posts, glossary = _places_and_terms(data, law, errors)
    errors.raise_if_any()
    return Content(law, messages, intents, organisations, places, cards, letters, municipalities, posts, glossary)


def _places_and_terms(data: Path, law: Law, errors: Errors) -> tuple[Municipalities, Posts, Mapping[str, Term]]:
    """What rests on the law is read only when the law itself could be read; its errors come beside all others."""
    found: list[Any] = [no_municipalities(), Posts(), {}]
    readers: tuple[Callable[[], Any], ...] = (
        lambda: load_municipalities(data, law),
        lambda: load_posts(data),
        lambda: load_glossary(data, law),
    )
    for number, reader in enumerate(readers if law.facts else ()):
        try:
            found[number] = reader()
        except BrokenData as broken:
            errors.found.extend(broken.errors)
    return found[0], found[1], found[2]


def _read_messages(
    path: Path, messages: dict[str, Message], places: dict[str, tuple[Path, int]], errors: Errors
) -> None:
    document = read(path, errors)
    for key, raw in document.data.items() if document else ():
        if document and (message := validate(Message, raw, document, (key,), errors)):
            if key in messages:
                first, line = places[key]
                errors.add(path, document.line(key), f"'{key}' stands already in {first}:{line}; keep one")
            messages[key], places[key] = message, (path, document.line(key))


def _law_or_errors(data: Path, errors: Errors) -> Law:
    try:
        return load_law(data)
    except BrokenData as broken:
        errors.found.extend(broken.errors)
        return Law({}, {}, {}, "")
