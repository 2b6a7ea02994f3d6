"""Reads an invented body, for a test that asks what came out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from channels.whatsapp.events import Event, Message, Who
from channels.whatsapp.parsing import parse
from tests.whatsapp.payloads import BSUID, CONTACT, PARENT, PHONE, as_bytes, body, change

WHO = Who(BSUID, PARENT, PHONE)
MOMENT = datetime(2025, 12, 1, 8, 0, tzinfo=UTC)


def read(*changes: dict[str, Any]) -> list[Event]:
    """The events of one body with these changes."""
    return parse(as_bytes(body(*changes)))


def heard(one: dict[str, Any], *contacts: dict[str, Any]) -> Event:
    """The only event of a body with one message."""
    (event,) = read(change(messages=[one], contacts=list(contacts) or [CONTACT]))
    return event


def sent(one: dict[str, Any]) -> Message:
    """The same, for something that a family sent."""
    event = heard(one)
    assert isinstance(event, Message)
    return event
