"""Reads one value at a time out of JSON that may hold anything. Nothing here raises; what cannot be read is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from channels.whatsapp.events import Who

MOST = 1_000  # events and contacts in one body
LONGEST_TEXT = 8_000
LONGEST_ID = 400
_LONGEST_NAME = 150  # of an id that looks like nothing we know
_FIRST, _LAST = 1_230_768_000, 4_102_444_800  # WhatsApp begins in 2009; 2100 is no moment but a mistake
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_BSUID = re.compile(r"[A-Za-z]{2}\.[A-Za-z0-9]{1,128}")
_PARENT = re.compile(r"[A-Za-z]{2}\.ENT\.[A-Za-z0-9]{1,128}")
_PHONE = re.compile(r"[0-9]{5,15}")
_SENDER = ("from_user_id", "from_parent_user_id", "from", "user_id", "parent_user_id", "wa_id")

Part = dict[str, Any]


def part(value: object) -> Part:
    """The object that stands here, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """The list that stands here; something else than a list is the only one of its kind."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def words(value: object) -> str:
    """What somebody wrote, without what UTF-8 or a database cannot hold."""
    return _UNSTORABLE.sub("\ufffd", value[:LONGEST_TEXT]) if isinstance(value, str) else ""


def name(value: object) -> str:
    """An id or a word of Meta's own."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return words(value).strip()[:LONGEST_ID]


def whole(value: object) -> int:
    """A number of at most nine digits, else 0."""
    digits = name(value)
    return int(digits) if re.fullmatch("[0-9]{1,9}", digits) else 0


def moment(value: object) -> datetime | None:
    """Seconds since 1970, as a number or as text."""
    digits = name(value)
    if not re.fullmatch("[0-9]{10}", digits) or not _FIRST <= int(digits) <= _LAST:
        return None
    return datetime.fromtimestamp(int(digits), UTC)


def error(value: object) -> tuple[int, str]:
    """Code and details of an error; its titles are only read when there is nothing better."""
    one = part(value)
    details = (part(one.get("error_data")).get("details"), one.get("message"), one.get("title"))
    return whole(one.get("code")), next((text for text in map(name, details) if text), "")


def who(*ids: object) -> Who:
    """Sorts ids by what they look like, whatever key they stood under; the first of a kind counts.

    An id that looks like nothing we know is only kept when there is nothing better: many people may share a "null".
    """
    bsuid = parent = phone = odd = ""
    for one in map(name, ids):
        bare = re.sub(r"[+\s]", "", one)
        if _PARENT.fullmatch(one):
            parent = parent or one
        elif _BSUID.fullmatch(one):
            bsuid = bsuid or one
        elif _PHONE.fullmatch(bare):
            phone = phone or bare
        elif len(one) <= _LONGEST_NAME and one.isprintable():
            odd = odd or one
    return Who(bsuid or ("" if parent or phone else odd), parent, phone)


def senders(value: Part, key: str) -> Iterator[tuple[Part, Who]]:
    """Everything in the list `key`, each with who it is from. The contacts of the same body tell more about them."""
    contacts = [who(*map(part(one).get, _SENDER)) for one in items(value.get("contacts"))[:MOST]]
    all_of_them = items(value.get(key))
    for one in map(part, all_of_them):
        own = who(*map(one.get, _SENDER))
        known = [contact for contact in contacts if _same(own, contact)]
        if not known and len(contacts) == len(all_of_them) == 1 and not _differ(own, contacts[0]):
            known = contacts
        yield one, _together(own, known)


def _same(one: Who, other: Who) -> bool:
    pairs = ((one.bsuid, other.bsuid), (one.parent, other.parent), (one.phone, other.phone))
    return not _two_people(one, other) and any(a == b != "" for a, b in pairs)


def _differ(one: Who, other: Who) -> bool:
    return _two_people(one, other) or (one.phone != other.phone and bool(one.phone and other.phone))


def _two_people(one: Who, other: Who) -> bool:
    return one.bsuid != other.bsuid and bool(_BSUID.fullmatch(one.bsuid) and _BSUID.fullmatch(other.bsuid))


def _together(own: Who, known: list[Who]) -> Who:
    if len({contact.bsuid for contact in known if contact.bsuid}) > 1:  # two people under one number: believe neither
        return own
    return who(*(one for person in (own, *known) for one in (person.bsuid, person.parent, person.phone) if one))
