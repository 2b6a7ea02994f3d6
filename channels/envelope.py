"""The one vocabulary all channels share."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Author = Literal["family", "bot", "worker", "system"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a family sent: either words or a tapped choice. `key` is unique per conversation (no duplicates)."""

    conversation: str
    key: str
    text: str = ""
    choice: str = ""


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
class Outgoing:
    """One message to a family, in words. `key` names the words; tests and reviewers look at it, never at `text`."""

    author: Author
    key: str
    text: str
    lang: str
    dir: Literal["ltr", "rtl"]
    choices: tuple[Choice, ...] = ()
    sources: tuple[Source, ...] = ()
    receipt: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-able data; what the web chat API shows, without the number."""
        return asdict(self)
