"""Invented bodies of webhooks, in the shapes that Meta documents."""

from __future__ import annotations

import json
from typing import Any

NUMBER = "100000000000001"
PHONE = "31600000001"
BSUID = "NL.1000000000000000001"
PARENT = "NL.ENT.2000000000000000001"
AT = "1764576000"
METADATA = {"display_phone_number": "31970000000", "phone_number_id": NUMBER}
CONTACT = {"profile": {"name": "Test Testers"}, "wa_id": PHONE, "user_id": BSUID, "parent_user_id": PARENT}
SENDER = {"from": PHONE, "from_user_id": BSUID, "from_parent_user_id": PARENT}
ERROR = {"code": 131051, "title": "Title", "message": "Message", "error_data": {"details": "Details"}}


def change(field: str = "messages", **value: Any) -> dict[str, Any]:
    """One item of `changes`, about our number."""
    return {"field": field, "value": {"messaging_product": "whatsapp", "metadata": METADATA, **value}}


def body(*changes: dict[str, Any]) -> dict[str, Any]:
    """A whole body with these changes."""
    entry = {"id": "900000000000001", "time": int(AT), "changes": list(changes)}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def as_bytes(whole: object) -> bytes:
    """How it is posted."""
    return json.dumps(whole).encode()


def message(sort: str, inside: object = None, **more: Any) -> dict[str, Any]:
    """One item of `messages`; `inside` stands under its type."""
    own = {} if inside is None else {sort: inside}
    return {"id": f"wamid.{sort}", "timestamp": AT, "type": sort, **SENDER, **own, **more}


def interactive(sort: str, inside: object = None) -> dict[str, Any]:
    """Something tapped."""
    return message("interactive", {"type": sort, sort: inside}, context={"from": "31970000000", "id": "wamid.ours"})


def status(what: str, **more: Any) -> dict[str, Any]:
    """One item of `statuses`."""
    return {"id": "wamid.ours", "status": what, "timestamp": AT, "recipient_id": PHONE, **more}


def edit(new: object, original: object = "wamid.before") -> dict[str, Any]:
    """A changed message."""
    return message("edit", {"original_message_id": original, "message": new})


def system(sort: str, **inside: Any) -> dict[str, Any]:
    """What Meta says about somebody; such a message comes without contacts."""
    return {
        "id": "wamid.system",
        "timestamp": AT,
        "type": "system",
        "from": PHONE,
        "system": {"type": sort, "body": "User Test Testers changed from NL.7 to NL.8", **inside},
    }


def preference(value: str, category: str = "marketing_messages") -> dict[str, Any]:
    """One item of `user_preferences`; its moment is a number, not text."""
    own = {"wa_id": PHONE, "user_id": BSUID, "detail": "Details", "timestamp": int(AT)}
    return {**own, "category": category, "value": value}


def call(event: str, direction: str = "USER_INITIATED") -> dict[str, Any]:
    """One item of `calls`."""
    return {"id": "wacid.one", **SENDER, "to": "31970000000", "event": event, "direction": direction, "timestamp": AT}


MESSAGES: tuple[dict[str, Any], ...] = (
    message("text", {"body": "Wij zoeken een kamer"}, context={"from": "31970000000", "id": "wamid.ours"}),
    interactive("button_reply", {"id": "answer:yes", "title": "Ja"}),
    interactive("list_reply", {"id": "answer:no", "title": "Nee", "description": "Nu niet"}),
    interactive("nfm_reply", {"name": "flow", "body": "Sent", "response_json": '{"a": 1}'}),
    interactive("call_permission_reply", {"response": "accept", "response_source": "user_action"}),
    message("button", {"payload": "answer:later", "text": "Later"}),
    message("image", {"id": "1", "mime_type": "image/jpeg", "sha256": "aaaa", "caption": "Onze brief"}),
    message("audio", {"id": "2", "mime_type": "audio/ogg", "sha256": "bbbb", "voice": True}),
    message("sticker", {"id": "3", "mime_type": "image/webp", "sha256": "cccc", "animated": False}),
    message("location", {"latitude": 52.1, "longitude": 4.3, "name": "Ergens"}),
    message("contacts", [{"name": {"formatted_name": "Test Tante"}, "phones": [{"phone": "+31 6 00000002"}]}]),
    message("reaction", {"message_id": "wamid.ours", "emoji": "\N{THUMBS UP SIGN}"}),
    message("unsupported", {"type": "poll"}, errors=[ERROR]),
    message("order", {"catalog_id": "1", "product_items": []}),
    message("request_welcome"),
    message("text", {"body": "Hallo allemaal"}, group_id="group.1"),
    edit({"type": "text", "text": {"body": "Wij zoeken twee kamers"}}),
    message("revoke", {"original_message_id": "wamid.before"}),
    system("user_changed_number", wa_id="31600000009", user_id="NL.9", previous_user_id=BSUID),
    {**system("customer_identity_changed"), "identity": {"acknowledged": True, "created_timestamp": AT, "hash": "d"}},
)
STATUSES: tuple[dict[str, Any], ...] = (
    status("sent", pricing={"billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility"}),
    status("failed", errors=[ERROR], biz_opaque_callback_data="12"),
)
OTHERS: tuple[dict[str, Any], ...] = (
    change(errors=[ERROR]),
    change("user_id_update", user_id_update=[{"wa_id": PHONE, "user_id": {"previous": BSUID, "current": "NL.9"}}]),
    change("user_preferences", contacts=[CONTACT], user_preferences=[preference("stop"), preference("resume")]),
    change("calls", contacts=[CONTACT], calls=[call("connect"), call("terminate")]),
    change("smb_message_echoes", contacts=[CONTACT], message_echoes=[message("text", {"body": "Van de telefoon"})]),
    change("group_participants_update", groups=[{"group_id": "group.1", "type": "group_participants_add"}]),
    {"field": "account_update", "value": {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SPAM"}}},
    {"field": "something_new", "value": {"event": "NEW"}},
)
EVERYTHING = [
    *(body(change(contacts=[CONTACT], messages=[one])) for one in MESSAGES),
    *(body(change(contacts=[CONTACT], statuses=[one])) for one in STATUSES),
    *(body(one) for one in OTHERS),
    body(change(contacts=[CONTACT], messages=list(MESSAGES), statuses=list(STATUSES)), *OTHERS),
]
