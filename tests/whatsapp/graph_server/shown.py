"""What a person sees of a message: the fake's own reading of a payload."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Tap:
    """Something to tap. `section`: the heading above it in a list."""

    id: str
    title: str
    description: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a page."""

    title: str
    url: str


@dataclass(slots=True)
class Bubble:
    """One message on the phone. `how`: "buttons", "list", "quick" (of a template) or "".

    `state` of what we sent: "" until it is delivered, then "delivered" and "read"; of what the person sent: "sent",
    "delivered" once our webhook took it, "read". `quotes`: the id of the message that this one answers.
    """

    wamid: str
    mine: bool
    at: datetime
    kind: str
    text: str = ""
    header: str = ""
    footer: str = ""
    how: str = ""
    open_list: str = ""
    choices: tuple[Tap, ...] = ()
    link: Link | None = None
    template: str = ""
    quotes: str = ""
    state: str = ""
    edited: bool = False
    revoked: bool = False

    def to_dict(self) -> dict[str, Any]:
        """For the page; `at` in milliseconds since 1970."""
        return {**asdict(self), "at": round(self.at.timestamp() * 1000)}


def bubble(payload: dict[str, Any], wamid: str, at: datetime, components: list[dict[str, Any]]) -> Bubble:
    """What arrives on the phone. `components`: the content of the template that the payload names, else empty."""
    kind = payload.get("type", "text")
    shown = Bubble(wamid, False, at, kind, quotes=(payload.get("context") or {}).get("message_id", ""))
    content = payload[kind]
    if kind == "text":
        shown.text = content["body"]
    elif kind == "interactive":
        _interactive(shown, content)
    elif kind == "template":
        _template(shown, content, components)
    elif isinstance(content, dict):
        shown.text = content.get("caption", "")
    return shown


def _interactive(shown: Bubble, content: dict[str, Any]) -> None:
    action = content["action"]
    shown.text = content["body"]["text"]
    shown.header = (content.get("header") or {}).get("text", "")
    shown.footer = (content.get("footer") or {}).get("text", "")
    kind = content["type"].lower()
    if kind == "button":
        shown.how = "buttons"
        shown.choices = tuple(Tap(one["reply"]["id"], one["reply"]["title"]) for one in action["buttons"])
    elif kind == "list":
        shown.how, shown.open_list = "list", action["button"]
        shown.choices = tuple(
            Tap(row["id"], row["title"], row.get("description", ""), section.get("title", ""))
            for section in action["sections"]
            for row in section["rows"]
        )
    else:
        told = action["parameters"]
        shown.link = Link(told["display_text"], told["url"])


def _template(shown: Bubble, content: dict[str, Any], components: list[dict[str, Any]]) -> None:
    shown.template = content["name"]
    given = content.get("components") or []
    shown.text = _filled(_text(components, "BODY"), values(given, "body"))
    shown.header, shown.footer = _text(components, "HEADER"), _text(components, "FOOTER")
    buttons = [button for part in components if part["type"].upper() == "BUTTONS" for button in part["buttons"]]
    payloads = {
        int(one.get("index", 0)): one["parameters"][0].get("payload", "") for one in given if one["type"] == "button"
    }
    quick = [(index, one) for index, one in enumerate(buttons) if one["type"].upper() == "QUICK_REPLY"]
    shown.choices = tuple(Tap(payloads.get(index) or one["text"], one["text"]) for index, one in quick)
    shown.how = "quick" if quick else ""
    for one in buttons:
        if one["type"].upper() == "URL":
            shown.link = Link(one["text"], one["url"])


def values(given: list[dict[str, Any]], kind: str) -> list[str]:
    """What a message fills into this part of its template."""
    return [
        str(one.get("text", "")) for part in given if part["type"].lower() == kind for one in part.get("parameters", ())
    ]


def _text(components: list[dict[str, Any]], kind: str) -> str:
    return next((str(part.get("text", "")) for part in components if part["type"].upper() == kind), "")


def _filled(text: str, given: list[str]) -> str:
    for index, value in enumerate(given, 1):
        text = text.replace(f"{{{{{index}}}}}", value)
    return text
