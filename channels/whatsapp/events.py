"""What a webhook can tell us, one class per kind of news. `number` is the phone_number_id of ours that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a family sent."""

    TEXT = "text"
    CHOICE = "choice"
    MEDIA = "media"  # photograph, document or video; `text` is its caption
    VOICE = "voice"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    REACTION = "reaction"
    OPENED = "opened"  # somebody opened the talk for the first time, and wrote nothing yet
    UNREADABLE = "unreadable"  # what Meta itself calls unsupported, and every kind that we do not know


@dataclass(frozen=True, slots=True)
class Who:
    """Under which names Meta knows somebody; any of them may be missing. A phone number has digits only."""

    bsuid: str = ""
    parent: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return bool(self.bsuid or self.parent or self.phone)


@dataclass(frozen=True, slots=True)
class Message:
    """Something a family sent. `choice`: the id of what was tapped; `reply_to`: the message that it quotes."""

    number: str
    wamid: str
    who: Who
    at: datetime | None
    kind: Kind
    text: str = ""
    choice: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """A family changed what it wrote before (`wamid`)."""

    number: str
    wamid: str
    who: Who
    text: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """A family took back what it wrote before (`wamid`)."""

    number: str
    wamid: str
    who: Who


@dataclass(frozen=True, slots=True)
class Status:
    """What became of a message of ours. `ours`: the text that we sent along with it; `code`: of an error, else 0."""

    number: str
    wamid: str
    status: str
    at: datetime | None
    ours: str = ""
    code: int = 0
    details: str = ""
    billable: bool | None = None
    category: str = ""


@dataclass(frozen=True, slots=True)
class Renamed:
    """Somebody has another id or number from now on."""

    number: str
    before: Who
    after: Who


@dataclass(frozen=True, slots=True)
class Preference:
    """Somebody asked Meta to stop, or to allow again, messages that we begin."""

    number: str
    who: Who
    stop: bool


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody calls us."""

    number: str
    wamid: str
    who: Who


@dataclass(frozen=True, slots=True)
class Trouble:
    """Meta tells of an error that belongs to no message."""

    number: str
    code: int
    details: str


@dataclass(frozen=True, slots=True)
class News:
    """Kept, counted and shown by `doctor`, but nothing happens: about an account, a template, a call that goes on."""

    number: str
    field: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """We do not know this; `why` says which part. It is kept and counted."""

    number: str
    why: str


Event = Message | Edited | Revoked | Status | Renamed | Preference | Call | Trouble | News | Unknown
