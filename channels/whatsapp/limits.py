"""What WhatsApp takes, as numbers; and what the Graph API would refuse in a message, in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """The most there may be of each, in letters (see `length`) or pieces."""

    text: int = 4096
    body: int = 1024  # of anything with buttons or a list
    header: int = 60
    footer: int = 60
    buttons: int = 3
    button_title: int = 20
    button_id: int = 256
    sections: int = 10
    section_title: int = 24
    rows: int = 10  # of all sections together
    row_title: int = 24
    row_description: int = 72
    row_id: int = 200
    list_button: int = 20
    link_label: int = 20
    callback_data: int = 512
    template_name: int = 512
    template_body: int = 1024
    template_button: int = 20


LIMITS = Limits()


def length(text: str) -> int:
    """Letters as the strictest reader may count them: an emoji is two (UTF-16), for Meta does not say how it counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def broken(payload: Mapping[str, Any]) -> list[str]:
    """Everything in the content of a payload for /messages that the Graph API would refuse; to whom it goes is
    `misaddressed`. Takes any JSON object, and never raises."""
    kind = "read" if payload.get("status") == "read" else payload.get("type")
    check = _KINDS.get(str(kind))
    return list(check(payload)) if check else [f"type: {kind!r} is not one that we send"]


def misaddressed(payload: Mapping[str, Any]) -> list[str]:
    """Everything around the content that the Graph API would refuse: product, addressee, our own mark."""
    found = []
    if payload.get("messaging_product") != "whatsapp":
        found.append("messaging_product: must be 'whatsapp'")
    if payload.get("recipient_type", "individual") != "individual":
        found.append("recipient_type: must be 'individual'")
    if not any(isinstance(payload.get(name), str) and payload[name] for name in ("to", "recipient")):
        found.append("to or recipient: is missing")
    if "biz_opaque_callback_data" in payload:
        found += _text(payload, "biz_opaque_callback_data", most=LIMITS.callback_data)
    return found


def _read(payload: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(payload, "message_id")
    if "typing_indicator" in payload and _at(payload, "typing_indicator", "type") != "text":
        yield "typing_indicator.type: must be 'text'"


def _plain(payload: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(payload, "text", "body", most=LIMITS.text)


def _interactive(payload: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(payload, "interactive", "body", "text", most=LIMITS.body)
    if _at(payload, "interactive", "header", "type") == "text":
        yield from _text(payload, "interactive", "header", "text", most=LIMITS.header)
        yield from _emoji(payload, "interactive", "header", "text")
    if _at(payload, "interactive", "footer") is not None:
        yield from _text(payload, "interactive", "footer", "text", most=LIMITS.footer)
    kind = str(_at(payload, "interactive", "type")).lower()
    check = _INTERACTIVE.get(kind)
    yield from check(payload) if check else [f"interactive.type: {kind!r} is not one that we send"]


def _buttons(payload: Mapping[str, Any]) -> Iterator[str]:
    buttons = _several(payload, "interactive", "action", "buttons")
    yield from _count("buttons", buttons, LIMITS.buttons)
    for button in buttons:
        if _at(button, "type") != "reply":
            yield "button.type: must be 'reply'"
        yield from _id(button, "reply", most=LIMITS.button_id)
        yield from _text(button, "reply", "title", most=LIMITS.button_title)
    for name in ("id", "title"):
        yield from _twice(f"button.{name}", [_at(button, "reply", name) for button in buttons])


def _list(payload: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(payload, "interactive", "action", "button", most=LIMITS.list_button)
    yield from _emoji(payload, "interactive", "action", "button")
    sections = _several(payload, "interactive", "action", "sections")
    yield from _count("sections", sections, LIMITS.sections)
    for section in sections:
        if len(sections) > 1 or _at(section, "title") is not None:
            yield from _text(section, "title", most=LIMITS.section_title)
        if not _several(section, "rows"):
            yield "section.rows: is empty"
    rows = [row for section in sections for row in _several(section, "rows")]
    yield from _count("rows", rows, LIMITS.rows)
    for row in rows:
        yield from _id(row, most=LIMITS.row_id)
        yield from _text(row, "title", most=LIMITS.row_title)
        if _at(row, "description") is not None:
            yield from _text(row, "description", most=LIMITS.row_description)
    yield from _twice("row.id", [_at(row, "id") for row in rows])


def _link(payload: Mapping[str, Any]) -> Iterator[str]:
    action = ("interactive", "action")
    if _at(payload, *action, "name") != "cta_url":
        yield "interactive.action.name: must be 'cta_url'"
    yield from _text(payload, *action, "parameters", "display_text", most=LIMITS.link_label)
    yield from _emoji(payload, *action, "parameters", "display_text")
    if not str(_at(payload, *action, "parameters", "url")).startswith(("https://", "http://")):
        yield "interactive.action.parameters.url: must be a whole address"


def _template(payload: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(payload, "template", "name", most=LIMITS.template_name)
    yield from _text(payload, "template", "language", "code")
    for component in _several(payload, "template", "components"):
        parameters = _several(component, "parameters")
        if _at(component, "type") == "button":
            if _at(component, "sub_type") is None or not str(_at(component, "index")).isdigit():
                yield "component: a button needs sub_type and index"
            for parameter in parameters:
                if _at(parameter, "type") == "payload":
                    yield from _text(parameter, "payload")
        if not parameters:
            yield "component.parameters: is empty"


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "read": _read,
    "text": _plain,
    "interactive": _interactive,
    "template": _template,
}
_INTERACTIVE: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _link,
}


def _at(data: object, *path: str) -> Any:
    """What stands there, or None."""
    for name in path:
        data = data.get(name) if isinstance(data, Mapping) else None
    return data


def _several(data: object, *path: str) -> list[Any]:
    found = _at(data, *path)
    return found if isinstance(found, list) else []


def _text(data: object, *path: str, most: int | None = None) -> Iterator[str]:
    text = _at(data, *path)
    if not isinstance(text, str) or not text.strip():
        yield f"{'.'.join(path)}: is missing"
    elif most is not None and length(text) > most:
        yield f"{'.'.join(path)}: has {length(text)} letters; at most {most}"


def _id(data: object, *path: str, most: int) -> Iterator[str]:
    yield from _text(data, *path, "id", most=most)
    text = _at(data, *path, "id")
    if isinstance(text, str) and text != text.strip():
        yield f"{'.'.join((*path, 'id'))}: begins or ends with white space"


def _emoji(data: object, *path: str) -> Iterator[str]:
    if any(unicodedata.category(letter) == "So" for letter in str(_at(data, *path))):
        yield f"{'.'.join(path)}: no emoji may stand here"


def _count(what: str, found: list[Any], most: int) -> Iterator[str]:
    if not 1 <= len(found) <= most:
        yield f"{what}: there are {len(found)}; from 1 to {most}"


def _twice(what: str, found: list[Any]) -> Iterator[str]:
    if len({str(one) for one in found}) < len(found):
        yield f"{what}: one stands here twice"
