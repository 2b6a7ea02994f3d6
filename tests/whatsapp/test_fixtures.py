"""Payloads that this project did not write: every one becomes what it should."""

from __future__ import annotations

from collections import defaultdict

import pytest

from channels.whatsapp.events import (
    Call,
    Edited,
    Event,
    Kind,
    Message,
    News,
    Preference,
    Renamed,
    Revoked,
    Status,
    Trouble,
    Who,
)
from channels.whatsapp.parsing import parse
from tests.whatsapp.mutating import INBOUND, recorded
from tests.whatsapp.payloads import as_bytes

RECORDED = recorded()
pytestmark = pytest.mark.skipif(not RECORDED, reason=f"the shared fixtures are not at {INBOUND}")
SOMEBODY = Who("US.13491208655302741918", "US.ENT.11815799212886844830", "972987654321")

# Per file what its bodies become; "*" for every body that is not named.
EXPECTED: dict[str, dict[str, list[type[Event]]]] = {
    "account_update": {"*": [News]},
    "call_connect": {"user_initiated": [Call], "business_initiated": [News]},
    "call_permission_update": {"*": [News]},
    "call_status": {"*": [News]},
    "call_terminate": {"*": [News, Trouble]},
    "callback_button": {"*": [Message]},
    "callback_selection": {"*": [Message]},
    "deleted_message": {"*": [Revoked]},
    "edited_message": {"*": [Edited]},
    "flow_completion": {"*": [Message]},
    "message": {"interactive_message_with_err": [Message, Trouble], "*": [Message]},
    "message_status": {"group": [News], "*": [Status]},
    "outgoing_message": {"*": [News]},
    "system": {"phone_number_change": [Renamed], "*": [News]},
    "template_category_update": {"*": [News]},
    "template_components_update": {"*": [News]},
    "template_quality_update": {"*": [News]},
    "template_status_update": {"*": [News]},
    "user_marketing_preferences": {"*": [Preference]},
}
KINDS = {
    "text": Kind.TEXT,
    "image": Kind.MEDIA,
    "media_with_url": Kind.MEDIA,
    "video": Kind.MEDIA,
    "document": Kind.MEDIA,
    "audio": Kind.VOICE,
    "voice": Kind.VOICE,
    "static_sticker": Kind.STICKER,
    "animated_sticker": Kind.STICKER,
    "reaction": Kind.REACTION,
    "unreaction_empty": Kind.REACTION,
    "unreaction_no_emoji": Kind.REACTION,
    "current_location": Kind.LOCATION,
    "chosen_location": Kind.LOCATION,
    "contacts": Kind.CONTACT,
    "order": Kind.UNREADABLE,
    "unsupported": Kind.UNREADABLE,
    "unsupported_with_type": Kind.UNREADABLE,
    "interactive_message_with_err": Kind.UNREADABLE,
    "reply": Kind.TEXT,
    "forwarded": Kind.TEXT,
    "forwarded_many_times": Kind.TEXT,
    "referral": Kind.TEXT,
}


def split(path: str) -> tuple[str, str]:
    """File and name of a body."""
    file, _, rest = path.partition("/")
    return file, rest


def test_all_nineteen_files_are_read() -> None:
    files: defaultdict[str, set[str]] = defaultdict(set)
    for path in RECORDED:
        file, rest = split(path)
        files[file].add(rest)
    assert set(files) == set(EXPECTED)
    assert len(files) == len(list(INBOUND.glob("*.json"))) == 19
    for file, expected in EXPECTED.items():
        assert set(expected) - {"*"} <= files[file]
    assert files["message"] == set(KINDS)


@pytest.mark.parametrize("path", RECORDED)
def test_every_recorded_body_becomes_what_it_should(path: str) -> None:
    file, rest = split(path)
    events = parse(as_bytes(RECORDED[path]))
    assert [type(event) for event in events] == EXPECTED[file].get(rest, EXPECTED[file].get("*"))
    if file == "message":
        assert isinstance(events[0], Message)
        assert events[0].kind is KINDS[rest]
        assert events[0].who == SOMEBODY
