"""What Meta posted, as a list of events. Nothing that arrives makes this raise, and a broken part stays alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import chain, islice

from channels.whatsapp.events import Call, Event, News, Preference, Status, Trouble, Unknown
from channels.whatsapp.parsing_message import message, renamed
from channels.whatsapp.parsing_parts import MOST, Part, error, items, moment, name, part, senders, who

_LONGEST_NUMBER = 20  # digits; Python refuses to read whole numbers of thousands of digits
_NEWS = (
    *("account_", "business_", "group_", "message_template_", "phone_number_", "smb_", "template_"),
    *("automatic_events", "flows", "history", "message_echoes", "messaging_handovers", "partner_solutions"),
    *("payment_configuration_update", "security", "standby", "tracking_events"),
)
_TELLING = (
    *("event", "waba_ban_state", "violation_type", "status", "decision", "message_template_name"),
    *("new_category", "new_quality_score", "display_phone_number", "current_limit"),
)


def parse(raw: bytes) -> list[Event]:
    """Everything that the body of one webhook tells, in its order: at least one event, at most MOST."""
    try:
        body = json.loads(raw.decode("utf-8", "replace"), parse_int=_whole, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return [Unknown("", "not JSON")]
    events = list(islice(_events(body), MOST + 1))
    if len(events) > MOST:
        events[MOST - 1 :] = [Unknown("", "too many at once")]
    return events or [Unknown("", "no entry")]


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


def _events(body: object) -> Iterator[Event]:
    for entry in items(part(body).get("entry")):
        changes = items(part(entry).get("changes"))
        if not changes:
            yield Unknown("", "entry without changes")
        for change in map(part, changes):
            yield from _change(name(change.get("field")), part(change.get("value")))


def _change(field: str, value: Part) -> Iterator[Event]:
    number = name(part(value.get("metadata")).get("phone_number_id"))
    read = _FIELDS.get(field, _other)
    told = None
    for told in chain(read(number, field, value), _troubles(number, value)):
        yield told
    if told is None:
        yield Unknown(number, f"{field} with nothing in it")


def _messages(number: str, field: str, value: Part) -> Iterator[Event]:
    for one, sender in senders(value, "messages"):
        yield message(number, one, sender)
    for one in map(part, items(value.get("statuses"))):
        grouped = one.get("recipient_type") == "group"
        yield News(number, field, "status of a group") if grouped else _status(number, one)


def _status(number: str, one: Part) -> Event:
    wamid, status = name(one.get("id")), name(one.get("status"))
    if not wamid or not status:
        return Unknown(number, "status of no message")
    code, details = error(next(iter(items(one.get("errors"))), None))
    pricing = part(one.get("pricing"))
    return Status(
        *(number, wamid, status, moment(one.get("timestamp"))),
        ours=name(one.get("biz_opaque_callback_data")),
        code=code,
        details=details,
        billable=_billable(pricing),
        category=name(pricing.get("category")),
    )


def _billable(pricing: Part) -> bool | None:
    told, sort = pricing.get("billable"), name(pricing.get("type"))
    if isinstance(told, bool):
        return told
    return sort == "regular" if sort else None


def _calls(number: str, field: str, value: Part) -> Iterator[Event]:
    for one, caller in senders(value, "calls"):
        wamid, what = name(one.get("id")), name(one.get("event"))
        if what != "connect" or one.get("direction") == "BUSINESS_INITIATED":
            yield News(number, field, what)
        elif wamid and caller:
            yield Call(number, wamid, caller)
        else:
            yield Unknown(number, "call of nobody")
    for one in map(part, items(value.get("statuses"))):
        yield News(number, field, name(one.get("status")))


def _preferences(number: str, field: str, value: Part) -> Iterator[Event]:
    for one, sender in senders(value, "user_preferences"):
        category, wish = name(one.get("category")), name(one.get("value"))
        if category != "marketing_messages":
            yield News(number, field, category)
        elif sender and wish in ("stop", "resume", "signup"):
            yield Preference(number, sender, stop=wish == "stop")
        else:
            yield Unknown(number, "preference of nobody")


def _renames(number: str, _field: str, value: Part) -> Iterator[Event]:
    for one in map(part, items(value.get("user_id_update"))):
        own, parent = part(one.get("user_id")), part(one.get("parent_user_id"))
        # `wa_id` stays out: it does not say whether it is the number of before or of after.
        ids = (who(own.get(when), parent.get(when)) for when in ("previous", "current"))
        yield renamed(number, *ids)


def _troubles(number: str, value: Part) -> Iterator[Event]:
    for one in items(value.get("errors")):
        code, details = error(one)
        yield Trouble(number, code, details) if code or details else Unknown(number, "error without a code")


def _other(number: str, field: str, value: Part) -> Iterator[Event]:
    if not field.startswith(_NEWS):
        yield Unknown(number, f"field {field[:80]}")
        return
    inside = (part(one) for key, one in value.items() if key != "metadata")
    told = (name(holder.get(key)) for holder in chain([value], islice(inside, 9)) for key in _TELLING)
    yield News(number, field, name(" ".join(filter(None, told))))


_FIELDS: dict[str, Callable[[str, str, Part], Iterator[Event]]] = {
    "messages": _messages,
    "calls": _calls,
    "user_preferences": _preferences,
    "user_id_update": _renames,
}
