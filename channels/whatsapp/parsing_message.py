"""One item of `messages`: what a family sent, changed or took back, or what Meta says about a family."""

from __future__ import annotations

from typing import NamedTuple

from channels.whatsapp.events import Edited, Event, Kind, Message, News, Renamed, Revoked, Unknown, Who
from channels.whatsapp.parsing_parts import Part, moment, name, part, who, words

_RENAMES = {"user_changed_number", "customer_changed_number", "user_changed_user_id"}
_EARLIER = ("previous_user_id", "previous_parent_user_id", "customer")
_LATER = ("user_id", "parent_user_id", "wa_id", "new_wa_id")
_WORDLESS = {
    "audio": Kind.VOICE,
    "voice": Kind.VOICE,
    "sticker": Kind.STICKER,
    "location": Kind.LOCATION,
    "contacts": Kind.CONTACT,
    "request_welcome": Kind.OPENED,
}


class _Content(NamedTuple):
    kind: Kind
    text: str = ""
    choice: str = ""


_UNREADABLE = _Content(Kind.UNREADABLE)


def message(number: str, one: Part, sender: Who) -> Event:
    """Never raises. Nothing is said in a group by us, so nothing is heard there either."""
    sort = name(one.get("type"))
    if one.get("group_id"):
        return News(number, "messages", "group")
    if sort == "system":
        return _system(number, one)
    if sort == "interactive" and _reply(one) == "call_permission_reply":
        return News(number, "messages", "call_permission_reply")
    wamid = name(one.get("id"))
    if not wamid or not sender:
        return Unknown(number, "message without an id" if sender else "message without a sender")
    if sort in ("edit", "revoke"):
        return _changed(number, sort, part(one.get(sort)), sender)
    kind, text, choice = _content(sort, one)
    quoted = part(one.get("reaction")).get("message_id") if sort == "reaction" else part(one.get("context")).get("id")
    return Message(number, wamid, sender, moment(one.get("timestamp")), kind, text, choice, name(quoted))


def _content(sort: str, one: Part) -> _Content:
    inside = part(one.get(sort))
    match sort:
        case "text":
            return _typed(words(inside.get("body")))
        case "interactive":
            tapped = part(inside.get(_reply(one)))
            return _tapped(tapped.get("id"), tapped.get("title"))
        case "button":
            return _tapped(inside.get("payload"), inside.get("text"))
        case "image" | "video" | "document":
            return _Content(Kind.MEDIA, words(inside.get("caption")))
        case "reaction":
            return _Content(Kind.REACTION, words(inside.get("emoji")))
    return _Content(_WORDLESS[sort]) if sort in _WORDLESS else _UNREADABLE


def _reply(one: Part) -> str:
    return name(part(one.get("interactive")).get("type"))


def _typed(text: str) -> _Content:
    return _Content(Kind.TEXT, text) if text.strip() else _UNREADABLE


def _tapped(choice: object, title: object) -> _Content:
    tapped = name(choice)
    return _Content(Kind.CHOICE, words(title), tapped) if tapped else _typed(words(title))


def _changed(number: str, sort: str, inside: Part, sender: Who) -> Event:
    original = name(inside.get("original_message_id"))
    if not original:
        return Unknown(number, f"{sort} of no message")
    if sort == "revoke":
        return Revoked(number, original, sender)
    new = part(inside.get("message"))
    content = _content(name(new.get("type")), new)
    if content.kind is Kind.UNREADABLE:
        return Unknown(number, "edit without words")
    return Edited(number, original, sender, content.text)


def _system(number: str, one: Part) -> Event:
    inside = part(one.get("system"))
    sort = name(inside.get("type"))
    if sort == "customer_identity_changed":
        return News(number, "messages", sort)
    if sort not in _RENAMES:
        return Unknown(number, f"system {sort[:80]}")
    before = who(*map(inside.get, _EARLIER), *map(one.get, ("from_user_id", "from_parent_user_id", "from")))
    # Never from `body`: it holds the name that somebody chose, who could call themselves "changed from NL.1 to NL.2".
    after = who(*map(inside.get, _LATER))
    return renamed(number, before, after)


def renamed(number: str, before: Who, after: Who) -> Event:
    """A change of ids, when there is one."""
    if not before or not after or before == after:
        return Unknown(number, "new ids of nobody")
    return Renamed(number, before, after)
