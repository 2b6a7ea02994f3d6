"""The words, as Dutch source text with key. Strict reader of data/messages, data/organisations and data/intents.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from actions.law import Law, load_law
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

    def source_texts(self) -> Iterator[tuple[str, str, str, Path, int]]:
        """Every Dutch text to translate: key, text, note for the translator, file, line."""
        for key, message in self.messages.items():
            yield (key, message.text, message.note, *self.places[key])
        for fact_id, fact in self.law.facts.items():
            key = f"fact.{fact_id}"
            yield (key, fact.text, fact.note, *self.places.get(key, (Path("data/rights"), 1)))


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
    errors.raise_if_any()
    return Content(law, messages, intents, organisations, places)


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
