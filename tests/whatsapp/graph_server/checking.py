"""What Meta demands of a message: its shape and its lengths, written down here apart from what our sender knows."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

from tests.whatsapp.graph_server.refusals import Refusal

BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_TYPES = {
    "text", "interactive", "template", "image", "audio", "video", "document", "sticker", "location", "contacts",
    "reaction",
}  # fmt: skip
_OURS = ("text", "interactive", "template")  # what our service sends
# (where, longest); * stands for every one of a list
_LENGTHS = (
    ("biz_opaque_callback_data", 512),
    ("text.body", 4096),
    ("interactive.body.text", 1024),
    ("interactive.header.text", 60),
    ("interactive.footer.text", 60),
    ("interactive.action.button", 20),
    ("interactive.action.buttons.*.reply.title", 20),
    ("interactive.action.buttons.*.reply.id", 256),
    ("interactive.action.sections.*.title", 24),
    ("interactive.action.sections.*.rows.*.title", 24),
    ("interactive.action.sections.*.rows.*.description", 72),
    ("interactive.action.sections.*.rows.*.id", 200),
    ("interactive.action.parameters.display_text", 20),
)
_NEEDED = {
    "text": ("text.body",),
    "template": ("template.name", "template.language.code"),
    "button": ("interactive.body.text", "interactive.action.buttons.*.reply.title",
               "interactive.action.buttons.*.reply.id"),
    "list": ("interactive.body.text", "interactive.action.button", "interactive.action.sections.*.rows.*.title",
             "interactive.action.sections.*.rows.*.id"),
    "cta_url": ("interactive.body.text", "interactive.action.parameters.display_text",
                "interactive.action.parameters.url"),
}  # fmt: skip


def refuse_wrong(payload: dict[str, Any]) -> None:
    """Raises Refusal when Meta would not take this payload."""
    try:
        _refuse_wrong(payload)
    except (AttributeError, KeyError, TypeError) as error:
        raise Refusal(100, f"The payload has another shape than its type: {error}") from None
    _refuse_broken(payload)


def _refuse_wrong(payload: dict[str, Any]) -> None:
    kind = _kind(payload)
    for path in _NEEDED.get(kind, ()):
        _refuse_missing(payload, path)
    for path, longest in _LENGTHS:
        for value in _at(payload, path.split(".")):
            if not isinstance(value, str) or len(value) > longest:
                raise Refusal(100, f"Param {path} must be at most {longest} characters long.")
    if kind == "button":
        _refuse_buttons(payload["interactive"])
    if kind == "list":
        _refuse_list(payload["interactive"])


def _kind(payload: dict[str, Any]) -> str:
    """Its type; for an interactive message which sort of that."""
    if payload.get("messaging_product") != "whatsapp":
        raise Refusal(100, "The parameter messaging_product is required.")
    kind = payload.get("type", "text")
    if kind not in _TYPES:
        raise Refusal(100, f"Param type must be one of {sorted(_TYPES)}")
    if not payload.get(kind):
        raise Refusal(131008, f"Parameter {kind} is missing")
    if kind != "interactive":
        return str(kind)
    sort = str(payload[kind].get("type")).lower()
    if sort not in ("button", "list", "cta_url"):
        raise Refusal(131009, f"interactive.type '{sort}' is not known here")
    return sort


def _refuse_missing(payload: dict[str, Any], path: str) -> None:
    """Everything at `path` must be a text that is not empty, and there must be something."""
    found = list(_at(payload, path.split(".")))
    parent = list(_at(payload, path.split(".")[:-1]))
    if not found or len(found) < len(parent) or not all(isinstance(one, str) and one.strip() for one in found):
        raise Refusal(131008, f"Parameter {path} is missing or empty")


def _refuse_buttons(interactive: dict[str, Any]) -> None:
    buttons = interactive["action"]["buttons"]
    if not 1 <= len(buttons) <= 3:
        raise Refusal(131009, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
    _refuse_twins([one["reply"] for one in buttons], "button", "id", "title")


def _refuse_list(interactive: dict[str, Any]) -> None:
    sections = interactive["action"]["sections"]
    rows = [row for section in sections for row in section.get("rows", ())]
    if not 1 <= len(rows) <= 10 or len(sections) > 10:
        raise Refusal(131009, "Total row count exceed max allowed count: 10")
    if len(sections) > 1 and not all(section.get("title") for section in sections):
        raise Refusal(131009, "Section title is required when there is more than one section")
    _refuse_twins(rows, "row", "id")


def _refuse_twins(things: list[dict[str, Any]], what: str, *keys: str) -> None:
    for key in keys:
        if len({one[key] for one in things}) < len(things):
            raise Refusal(131009, f"Duplicated {what} {key}")


def _refuse_broken(payload: dict[str, Any]) -> None:
    """Our own table as well: what it calls broken must never leave us."""
    limits = importlib.import_module("channels.whatsapp.limits")
    if payload.get("type", "text") in _OURS and (wrong := limits.broken(payload)):
        raise Refusal(100, "; ".join(wrong))


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == "*":
        for one in value if isinstance(value, list) else ():
            yield from _at(one, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])
