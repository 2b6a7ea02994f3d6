"""pywa, another reader of the same webhooks, reads the same as we do."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from pywa import WhatsApp
from pywa import types as theirs
from pywa.types.base_update import RawUpdate

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
from tests.whatsapp.mutating import recorded
from tests.whatsapp.payloads import (
    CONTACT,
    ERROR,
    MESSAGES,
    OTHERS,
    PHONE,
    STATUSES,
    as_bytes,
    body,
    change,
    message,
    preference,
)

RECORDED = recorded()
OWN = {
    f"own/{number}": whole
    for number, whole in enumerate(
        [
            *(body(change(contacts=[CONTACT], messages=[one])) for one in MESSAGES if "group_id" not in one),
            *(body(change(contacts=[CONTACT], statuses=[one])) for one in STATUSES),
            body(change("user_preferences", contacts=[CONTACT], user_preferences=[preference("stop")])),
            *(body(one) for one in OTHERS if one["field"] in ("calls", "smb_message_echoes", "account_update")),
        ]
    )
}
# What of theirs stands beside what of ours.
OF_THEIRS = {
    theirs.Message: Message,
    theirs.CallbackButton: Message,
    theirs.CallbackSelection: Message,
    theirs.FlowCompletion: Message,
    theirs.EditedMessage: Edited,
    theirs.DeletedMessage: Revoked,
    theirs.MessageStatus: Status,
    theirs.PhoneNumberChange: Renamed,
    theirs.UserMarketingPreferences: Preference,
}
# Where these bodies contradict themselves: `from` or `wa_id` is one number, the contact beside it has another. pywa
# believes the contact; we believe the message, because a message in the wrong conversation is worse than a new one.
CONTRADICT = {"edited_message/image", "user_marketing_preferences/resume", "user_marketing_preferences/signup"}


@pytest.fixture(scope="module")
def pywa() -> Iterator[WhatsApp]:
    """A client of theirs that only reads; it never sends."""
    logging.getLogger("pywa").setLevel(logging.CRITICAL)
    client = WhatsApp(phone_id="1", token="invented", filter_updates=False)
    yield client
    client.api._session.close()


def raw_for_pywa(whole: dict[str, Any]) -> RawUpdate:
    """A body as pywa wants it."""
    return RawUpdate(as_bytes(whole), hmac_header=None, update_hash="")


def read_by(pywa: WhatsApp, whole: dict[str, Any]) -> Any:
    """What pywa makes of it. Only its own server calls these two: not public, but the lock holds the version."""
    raw = raw_for_pywa(whole)
    handler = pywa._get_handler_type(raw)
    assert handler is not None
    return pywa._handlers_to_updates[handler].from_update(client=pywa, update=raw)


@pytest.mark.parametrize("path", [*RECORDED, *OWN])
def test_pywa_reads_the_same(path: str, pywa: WhatsApp) -> None:
    """Types, ids, words, what it is about, whose it is, statuses, errors.

    Not compared: updates about accounts and templates, calls that we began, permissions to call and echoes of our own
    telephone, of which we keep a line of news; and errors beside a message, which pywa reads as errors of the message.
    """
    whole = {**RECORDED, **OWN}[path]
    ours, read = parse(as_bytes(whole))[0], read_by(pywa, whole)
    calls = isinstance(read, theirs.CallConnect) and read.direction == "USER_INITIATED"
    assert type(ours) is (Call if calls else OF_THEIRS.get(type(read), News))
    if isinstance(ours, News):
        return
    if getattr(read, "metadata", None):
        assert ours.number == read.metadata.phone_number_id
    if isinstance(ours, Message | Edited | Revoked | Call | Preference):
        agrees = ours.who == Who(read.from_user.bsuid, read.from_user.parent_bsuid, read.from_user.wa_id)
        assert agrees == (path not in CONTRADICT)
    compare(ours, read)


@pytest.mark.parametrize(
    "field", ["user_id_update", "business_username_updates", "phone_number_quality_update", "group_participants_update"]
)
def test_pywa_does_not_know_every_field(field: str, pywa: WhatsApp) -> None:
    assert pywa._get_handler_type(raw_for_pywa(body(change(field)))) is None


def test_pywa_cannot_read_errors_alone(pywa: WhatsApp) -> None:
    whole = body(change(errors=[ERROR]))
    assert pywa._get_handler_type(raw_for_pywa(whole)) is None
    assert [type(event) for event in parse(as_bytes(whole))] == [Trouble]


@pytest.mark.parametrize("contacts", [[], [{"wa_id": PHONE}], [{"profile": {}}]])
def test_pywa_cannot_read_a_message_without_a_contact_that_has_an_id(contacts: list[Any], pywa: WhatsApp) -> None:
    whole = body(change(contacts=contacts, messages=[message("text", {"body": "hallo"})]))
    with pytest.raises((KeyError, IndexError)):
        read_by(pywa, whole)
    assert [type(event) for event in parse(as_bytes(whole))] == [Message]


def test_pywa_reads_only_the_first_of_several(pywa: WhatsApp) -> None:
    several = [message("text", {"body": text}, id=f"wamid.{text}") for text in ("eerst", "dan")]
    whole = body(change(contacts=[CONTACT], messages=several))
    assert read_by(pywa, whole).text == "eerst"
    assert [event.text for event in parse(as_bytes(whole)) if isinstance(event, Message)] == ["eerst", "dan"]


def test_pywa_takes_a_message_in_a_group_for_one_to_us_and_we_do_not(pywa: WhatsApp) -> None:
    (whole,) = (body(change(contacts=[CONTACT], messages=[one])) for one in MESSAGES if "group_id" in one)
    assert isinstance(read_by(pywa, whole), theirs.Message)
    assert [type(event) for event in parse(as_bytes(whole))] == [News]


def compare(ours: Event, read: Any) -> None:
    """Fails when what we read is not what they read."""
    match ours:
        case Message():
            assert (ours.wamid, ours.at) == (read.id, read.timestamp)
            assert (ours.kind, ours.text, ours.choice, ours.reply_to) == as_ours(read)
        case Edited():
            assert (ours.wamid, ours.text) == (read.original_message_id, read.message.caption or read.message.text)
        case Revoked():
            assert ours.wamid == read.original_message_id
        case Status():
            assert (ours.wamid, ours.status, ours.at) == (read.id, read.status, read.timestamp)
            assert (ours.ours, ours.code) == (read.tracker or "", read.error.code if read.error else 0)
            assert ours.details == (read.error.details if read.error else "")
            cost = (read.pricing.billable, read.pricing.category) if read.pricing else (None, "")
            assert (ours.billable, ours.category) == cost
        case Renamed():
            assert (ours.before.phone, ours.after.phone) == (read.old_wa_id, read.new_wa_id)
        case Preference():
            assert ours.stop == (not read)
        case Call():
            assert ours.wamid == read.id
        case _:
            raise AssertionError(type(ours))


def as_ours(read: Any) -> tuple[Kind, str, str, str]:
    """Kind, text, choice and what it is about, out of what pywa read."""
    about = read.reply_to_message.id if read.reply_to_message else ""
    if isinstance(read, theirs.CallbackButton | theirs.CallbackSelection):
        return Kind.CHOICE, read.title, read.data, about
    if isinstance(read, theirs.FlowCompletion):
        return Kind.UNREADABLE, "", "", about  # we send no forms, so there is none that we could read
    if read.reaction:
        return Kind.REACTION, read.reaction.emoji or "", "", read.reaction.message_id
    kinds = {"text": Kind.TEXT, "audio": Kind.VOICE, "sticker": Kind.STICKER, "location": Kind.LOCATION}
    kinds |= {"request_welcome": Kind.OPENED}
    kinds |= {"contacts": Kind.CONTACT, "image": Kind.MEDIA, "video": Kind.MEDIA, "document": Kind.MEDIA}
    return kinds.get(str(read.type), Kind.UNREADABLE), read.text or read.caption or "", "", about
