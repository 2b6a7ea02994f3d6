"""The one vocabulary all channels share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Author = Literal["family", "bot", "worker", "system"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a family sent: either words or a tapped choice. `key` is unique per conversation (no duplicates).

    `kind`: of what is not kept, such as a photograph; `text` is then what was written beside it.
    """

    conversation: str
    key: str
    text: str = ""
    choice: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tap. `id` comes back unchanged; `title` is what the family reads."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Source:
    """What a sentence rests on, as shown to a family."""

    fact: str
    title: str
    article: str
    url: str
    dated: str
    read: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Term:
    """A Dutch legal term in the text, and what it means in the language of the family."""

    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to a family, in words. `key` names the words; tests and reviewers look at it, never at `text`.

    `card`: {name, title, dutch, meaning, lang, dir} to show large; `letter`: what is on paper. `text` has both.
    """

    author: Author
    key: str
    text: str
    lang: str
    dir: Literal["ltr", "rtl"]
    choices: tuple[Choice, ...] = ()
    sources: tuple[Source, ...] = ()
    receipt: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    card: dict[str, Any] | None = None
    letter: dict[str, Any] | None = None
    terms: tuple[Term, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-able data; what the web chat API shows, without the number."""
        return asdict(self)


def letter_blocks(letter: Mapping[str, Any]) -> list[list[str]]:
    """The lines of a letter in the order of reading, in blocks with white between them."""
    heads = [letter["sender"], letter["to"], [letter["day"]], [letter["title"]], [letter["subject"]]]
    return [*(list(head) for head in heads), *([line] for line in letter["paragraphs"]), list(letter["closing"])]
