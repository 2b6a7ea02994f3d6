"""What people send, as Meta words it: the part of a message that belongs to its type."""

from __future__ import annotations

import base64
import itertools
import os
from typing import Any

_ids = itertools.count(1)
_FILE = {"sha256": "4654+8g=", "id": "1234567890987654321"}
_SAMPLES: dict[str, dict[str, Any]] = {
    "image": {"mime_type": "image/jpeg", **_FILE},
    "video": {"mime_type": "video/mp4", **_FILE},
    "audio": {"mime_type": "audio/ogg; codecs=opus", "voice": True, **_FILE},
    "document": {"mime_type": "application/pdf", "filename": "brief.pdf", **_FILE},
    "sticker": {"mime_type": "image/webp", "animated": False, **_FILE},
    "location": {"latitude": 52.08, "longitude": 4.31, "name": "Den Haag"},
    "order": {"catalog_id": "354160437058781", "product_items": []},
}
_CONTACTS = [{"name": {"first_name": "Ana", "formatted_name": "Ana"}, "phones": [{"phone": "+599 0000000"}]}]
_UNSUPPORTED = {
    "errors": [
        {
            "code": 131051,
            "title": "Message type unknown",
            "message": "Message type unknown",
            "error_data": {"details": "Message type is currently not supported."},
        }
    ]
}


def new_wamid() -> str:
    """An id that no other message has."""
    return "wamid." + base64.b64encode(b"HBgL%08d" % next(_ids) + os.urandom(6)).decode()


def content(kind: str, last: str, more: dict[str, Any]) -> dict[str, Any]:
    """Type and content of a message of this kind; `last`: what a reaction is about; `more` goes over the sample.

    A kind that nobody knows is sent as it is, as a newer WhatsApp would.
    """
    if kind == "unsupported":
        return {"type": kind, **_UNSUPPORTED, **more}
    if kind == "contacts":
        return {"type": kind, kind: more.get("contacts", _CONTACTS)}
    if kind == "reaction":
        return {"type": kind, kind: {"message_id": last, "emoji": "👍", **more}}
    return {"type": kind, kind: {**_SAMPLES.get(kind, {}), **more}}


def call(wamid: str, to: str, timestamp: str) -> dict[str, Any]:
    """Somebody begins to call."""
    session = {"sdp_type": "offer", "sdp": "v=0"}
    told = {"id": wamid.replace("wamid", "wacid"), "to": to, "event": "connect", "direction": "USER_INITIATED"}
    return {**told, "timestamp": timestamp, "session": session}


def preference(stop: bool, timestamp: int) -> dict[str, Any]:
    """Somebody stops, or allows again, messages that a business begins."""
    value = "stop" if stop else "resume"
    detail = f"User requested to {value} marketing messages"
    return {"detail": detail, "category": "marketing_messages", "value": value, "timestamp": timestamp}
