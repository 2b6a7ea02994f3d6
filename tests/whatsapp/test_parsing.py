"""What every kind of webhook becomes. All people and numbers are invented."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from channels.whatsapp.events import Edited, Kind, Message, News, Revoked, Unknown
from channels.whatsapp.parsing import parse
from channels.whatsapp.parsing_parts import LONGEST_ID, LONGEST_TEXT
from tests.whatsapp.payloads import NUMBER, PHONE, as_bytes, body, change, edit, interactive, message
from tests.whatsapp.reading import MOMENT, WHO, heard, sent


def test_a_text_is_kept_whole_with_who_wrote_it_when_and_about_what() -> None:
    one = message("text", {"body": " Wij zoeken\neen kamer "}, context={"from": PHONE, "id": "wamid.ours"})
    expected = Message(NUMBER, "wamid.text", WHO, MOMENT, Kind.TEXT, " Wij zoeken\neen kamer ", "", "wamid.ours")
    assert heard(one) == expected


@pytest.mark.parametrize("more", [{"context": {"forwarded": True}}, {"referral": {"source_id": "ad"}}])
def test_a_forwarded_text_or_one_after_an_advertisement_is_a_text(more: dict[str, Any]) -> None:
    told = sent(message("text", {"body": "hallo"}, **more))
    assert (told.kind, told.text, told.reply_to) == (Kind.TEXT, "hallo", "")


@pytest.mark.parametrize("sort", ["button_reply", "list_reply"])
def test_what_was_tapped_is_a_choice_with_its_title_as_text(sort: str) -> None:
    told = sent(interactive(sort, {"id": "answer:yes", "title": "Ja", "description": "Graag"}))
    assert (told.kind, told.choice, told.text, told.reply_to) == (Kind.CHOICE, "answer:yes", "Ja", "wamid.ours")


def test_a_button_of_a_template_is_a_choice_too() -> None:
    told = sent(message("button", {"payload": "answer:later", "text": "Later"}))
    assert (told.kind, told.choice, told.text) == (Kind.CHOICE, "answer:later", "Later")


def test_a_button_without_an_id_is_what_stood_on_it() -> None:
    for one in (message("button", {"text": "Later"}), interactive("button_reply", {"title": "Later"})):
        told = sent(one)
        assert (told.kind, told.choice, told.text) == (Kind.TEXT, "", "Later")


@pytest.mark.parametrize("answer", [None, "", "{", '{"a": 1}', {"a": 1}])
def test_a_form_is_unreadable_whatever_its_json_says(answer: object) -> None:
    told = sent(interactive("nfm_reply", {"name": "flow", "body": "Sent", "response_json": answer}))
    assert (told.kind, told.text, told.choice) == (Kind.UNREADABLE, "", "")


def test_a_permission_to_call_is_news_because_we_never_call() -> None:
    assert heard(interactive("call_permission_reply", {"response": "accept"})) == News(
        NUMBER, "messages", "call_permission_reply"
    )


@pytest.mark.parametrize("sort", ["image", "video", "document"])
def test_a_caption_is_the_text_of_what_was_sent(sort: str) -> None:
    with_caption = sent(message(sort, {"id": "1", "caption": "Onze brief", "filename": "brief.pdf"}))
    assert (with_caption.kind, with_caption.text) == (Kind.MEDIA, "Onze brief")
    assert sent(message(sort, {"id": "1"})).text == ""


@pytest.mark.parametrize(
    ("sort", "inside", "kind"),
    [
        ("audio", {"id": "1", "voice": True}, Kind.VOICE),
        ("audio", {"id": "1"}, Kind.VOICE),
        ("voice", {"id": "1"}, Kind.VOICE),
        ("sticker", {"id": "1"}, Kind.STICKER),
        ("location", {"latitude": 52.1, "longitude": 4.3, "name": "Ergens", "address": "Teststraat 1"}, Kind.LOCATION),
        ("contacts", [{"name": {"formatted_name": "Test Tante"}}], Kind.CONTACT),
        ("unsupported", {"type": "poll"}, Kind.UNREADABLE),
        ("order", {"text": "twee graag"}, Kind.UNREADABLE),
        ("request_welcome", None, Kind.OPENED),
        ("ephemeral", None, Kind.UNREADABLE),
        ("something_new", {"body": "?"}, Kind.UNREADABLE),
        ("text", {"body": 5}, Kind.UNREADABLE),
        ("text", {"body": "  "}, Kind.UNREADABLE),
        ("text", "hallo", Kind.UNREADABLE),
        ("interactive", None, Kind.UNREADABLE),
        ("interactive", {"type": "button_reply", "button_reply": []}, Kind.UNREADABLE),
        ("image", "gone", Kind.MEDIA),
    ],
)
def test_what_has_no_words_still_reaches_us_with_its_kind(sort: str, inside: object, kind: Kind) -> None:
    told = sent(message(sort, inside))
    assert (told.kind, told.text, told.choice, told.who) == (kind, "", "", WHO)


@pytest.mark.parametrize(
    ("inside", "emoji"),
    [({"emoji": "\N{THUMBS UP SIGN}"}, "\N{THUMBS UP SIGN}"), ({"emoji": ""}, ""), ({}, ""), ({"emoji": None}, "")],
)
def test_a_reaction_names_its_message_and_is_empty_when_taken_back(inside: dict[str, Any], emoji: str) -> None:
    told = sent(message("reaction", {"message_id": "wamid.ours", **inside}))
    assert (told.kind, told.text, told.reply_to) == (Kind.REACTION, emoji, "wamid.ours")


def test_a_message_in_a_group_is_news_whatever_it_says() -> None:
    for one in (message("text", {"body": "hallo"}), edit({"type": "text", "text": {"body": "dag"}})):
        assert heard({**one, "group_id": "group.1"}) == News(NUMBER, "messages", "group")


def test_a_changed_message_has_its_new_words_and_the_id_of_the_old_one() -> None:
    assert heard(edit({"type": "text", "text": {"body": "dag"}})) == Edited(NUMBER, "wamid.before", WHO, "dag")
    caption = {"type": "image", "image": {"id": "1", "caption": "Nieuw"}, "context": {"id": "M0"}}
    assert heard(edit(caption)) == Edited(NUMBER, "wamid.before", WHO, "Nieuw")
    assert heard(edit({"type": "image", "image": {"id": "1"}})) == Edited(NUMBER, "wamid.before", WHO, "")


@pytest.mark.parametrize(
    "one",
    [
        edit({"type": "text"}),
        edit(None),
        edit({"type": "text", "text": {"body": "dag"}}, original=None),
        message("edit"),
        message("revoke"),
        message("revoke", {"original_message_id": ""}),
    ],
)
def test_a_change_that_says_nothing_changes_nothing(one: dict[str, Any]) -> None:
    assert isinstance(heard(one), Unknown)


def test_a_message_that_was_taken_back_is_named() -> None:
    assert heard(message("revoke", {"original_message_id": "wamid.before"})) == Revoked(NUMBER, "wamid.before", WHO)


@pytest.mark.parametrize("missing", [None, "", "  ", {}, True, 1.5])
def test_a_message_without_an_id_or_a_sender_is_set_aside(missing: object) -> None:
    assert isinstance(heard(message("text", {"body": "hallo"}, id=missing)), Unknown)
    nobody = {"from": missing, "from_user_id": missing, "from_parent_user_id": missing}
    assert isinstance(heard(message("text", {"body": "hallo"}, **nobody), {"profile": {}}), Unknown)


@pytest.mark.parametrize(
    ("timestamp", "moment"),
    [
        ("1764576000", MOMENT),
        (1764576000, MOMENT),
        *((odd, None) for odd in (None, "", "0", "-1764576000", "1764576000000", "1764576000.5", "9" * 400, "later")),
        *((odd, None) for odd in (True, 1764576000.5, 10**30, [], "1234567", "4200000000", "\u0661764576000")),
    ],
)
def test_a_moment_is_in_utc_or_not_known(timestamp: object, moment: datetime | None) -> None:
    assert sent(message("text", {"body": "hallo"}, timestamp=timestamp)).at == moment


def test_what_no_database_can_hold_is_replaced() -> None:
    text = as_bytes(body(change(messages=[message("text", {"body": "a\ud83db\x00c\udc00"}, id="wamid.\ud83d")])))
    (event,) = parse(text)
    assert isinstance(event, Message)
    assert (event.text, event.wamid) == ("a\ufffdb\ufffdc\ufffd", "wamid.\ufffd")
    event.text.encode()


def test_a_whole_emoji_and_letters_of_every_script_stay_as_they_are() -> None:
    text = "ሰላም مرحبا \N{FAMILY} e\u0301 \u200f"
    assert sent(message("text", {"body": text})).text == text


def test_bytes_that_are_no_utf8_cost_only_themselves() -> None:
    raw = as_bytes(body(change(messages=[message("text", {"body": "hXllo"}), message("text", {"body": "dag"})])))
    events = parse(raw.replace(b"X", b"\xe9"))
    assert [event.text for event in events if isinstance(event, Message)] == ["h\ufffdllo", "dag"]


def test_a_huge_number_costs_only_itself() -> None:
    raw = as_bytes(body(change(messages=[message("text", {"body": "hallo"}, timestamp="X")])))
    (event,) = parse(raw.replace(b'"X"', b"9" * 10_000))
    assert isinstance(event, Message)
    assert event.at is None


def test_texts_and_ids_are_cut() -> None:
    told = sent(message("text", {"body": "é" * 20_000}, id="w" * 5_000, context={"id": "w" * 5_000}))
    assert (len(told.text), len(told.wamid), len(told.reply_to)) == (LONGEST_TEXT, LONGEST_ID, LONGEST_ID)
    tapped = sent(interactive("button_reply", {"id": "c" * 5_000, "title": "t" * 20_000}))
    assert (len(tapped.choice), len(tapped.text)) == (LONGEST_ID, LONGEST_TEXT)
