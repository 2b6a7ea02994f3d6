"""What became of what we sent, and everything that concerns no family. All people and numbers are invented."""

from __future__ import annotations

from typing import Any

import pytest

from channels.whatsapp.events import Call, Message, News, Preference, Status, Trouble, Unknown
from channels.whatsapp.parsing import parse
from tests.whatsapp.payloads import CONTACT, ERROR, NUMBER, as_bytes, body, call, change, message, preference, status
from tests.whatsapp.reading import MOMENT, WHO, read


@pytest.mark.parametrize("what", ["sent", "delivered", "read", "played", "failed", "deleted", "something_new"])
def test_a_status_is_passed_on_as_it_is(what: str) -> None:
    (event,) = read(change(statuses=[status(what)]))
    assert event == Status(NUMBER, "wamid.ours", what, MOMENT)


def test_a_failure_has_a_code_details_and_our_own_mark() -> None:
    failed = status("failed", errors=[ERROR, {"code": 1}], biz_opaque_callback_data="12")
    (event,) = read(change(statuses=[failed]))
    assert event == Status(NUMBER, "wamid.ours", "failed", MOMENT, ours="12", code=131051, details="Details")


@pytest.mark.parametrize(
    ("error", "code", "details"),
    [
        ({"code": 131047, "message": "Message", "title": "Title"}, 131047, "Message"),
        ({"code": "131047", "title": "Title"}, 131047, "Title"),
        ({"code": 131047, "error_data": "Details", "title": "Title"}, 131047, "Title"),
        ({"code": 10**30}, 0, ""),
        ({"code": 10**12}, 0, ""),
        ({"code": 10**9 - 1}, 10**9 - 1, ""),
        ({"code": -1}, 0, ""),
        ({"code": True}, 0, ""),
        ("Details", 0, ""),
    ],
)
def test_an_error_is_read_by_its_code_and_the_best_words_there_are(error: object, code: int, details: str) -> None:
    (event,) = read(change(statuses=[status("failed", errors=[error])]))
    assert isinstance(event, Status)
    assert (event.code, event.details) == (code, details)


@pytest.mark.parametrize(
    ("pricing", "billable", "category"),
    [
        ({"billable": True, "pricing_model": "CBP", "category": "service"}, True, "service"),
        ({"billable": False, "category": "utility", "type": "regular"}, False, "utility"),
        ({"pricing_model": "PMP", "category": "utility", "type": "regular"}, True, "utility"),
        ({"pricing_model": "PMP", "category": "utility", "type": "free_customer_service"}, False, "utility"),
        ({"billable": "yes"}, None, ""),
        (None, None, ""),
        ([], None, ""),
    ],
)
def test_what_a_message_costs_is_told(pricing: object, billable: bool | None, category: str) -> None:
    (event,) = read(change(statuses=[status("sent", pricing=pricing)]))
    assert isinstance(event, Status)
    assert (event.billable, event.category) == (billable, category)


def test_a_status_without_a_message_is_set_aside_and_one_of_a_group_is_news() -> None:
    nameless, group = {**status("sent"), "id": None}, status("read", recipient_type="group")
    events = read(change(statuses=[nameless, {**status("sent"), "status": 3.5}, group, "sent"]))
    assert [type(event) for event in events] == [Unknown, Unknown, News, Unknown]


def test_errors_that_belong_to_no_message_are_trouble() -> None:
    events = read(change(errors=[ERROR, {"code": 131000}, {}, None]))
    assert events[:2] == [Trouble(NUMBER, 131051, "Details"), Trouble(NUMBER, 131000, "")]
    assert [type(event) for event in events[2:]] == [Unknown, Unknown]


def test_a_wish_to_get_no_messages_is_told_with_who_wishes() -> None:
    wishes = [preference("stop"), preference("resume"), preference("signup"), preference("maybe")]
    events = read(change("user_preferences", user_preferences=wishes, contacts=[CONTACT]))
    assert events[:3] == [Preference(NUMBER, WHO, stop) for stop in (True, False, False)]
    assert isinstance(events[3], Unknown)
    assert read(change("user_preferences", user_preferences=[preference("stop", "other")])) == [
        News(NUMBER, "user_preferences", "other")
    ]


def test_somebody_who_calls_is_a_call_and_the_rest_of_a_call_is_news() -> None:
    calls = [call("connect"), call("terminate"), call("connect", "BUSINESS_INITIATED"), {"event": "connect"}]
    events = read(change("calls", calls=calls, statuses=[{"id": "wacid.one", "status": "RINGING"}], contacts=[CONTACT]))
    assert events[:3] == [
        Call(NUMBER, "wacid.one", WHO),
        News(NUMBER, "calls", "terminate"),
        News(NUMBER, "calls", "connect"),
    ]
    assert isinstance(events[3], Unknown)
    assert events[4] == News(NUMBER, "calls", "RINGING")


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("account_update", {"event": "DISABLED", "ban_info": {"waba_ban_state": "SCHEDULED"}}, "DISABLED SCHEDULED"),
        ("business_username_updates", {"display_phone_number": "3197", "status": "approved"}, "approved 3197"),
        ("phone_number_quality_update", {"event": "FLAGGED", "current_limit": "TIER_250"}, "FLAGGED TIER_250"),
        ("message_template_status_update", {"event": "PAUSED", "message_template_name": "hello"}, "PAUSED hello"),
        ("message_template_quality_update", {"new_quality_score": "RED", "message_template_name": "hi"}, "hi RED"),
        ("template_category_update", {"new_category": "MARKETING", "message_template_name": "hi"}, "hi MARKETING"),
        ("group_participants_update", {"groups": [{"type": "group_participants_add"}]}, ""),
        ("history", {"messages": [message("text", {"body": "van vroeger"})]}, ""),
        ("standby", {"messages": [message("text", {"body": "voor een ander"})]}, ""),
    ],
)
def test_what_concerns_no_family_is_news(field: str, value: dict[str, Any], what: str) -> None:
    assert parse(as_bytes(body({"field": field, "value": value}))) == [News("", field, what)]


def test_what_our_own_people_send_from_a_telephone_is_never_heard_as_a_family() -> None:
    echo = message("text", {"body": "Van de telefoon"})
    for key in ("message_echoes", "messages"):
        assert read(change("smb_message_echoes", **{key: [echo]})) == [News(NUMBER, "smb_message_echoes")]


@pytest.mark.parametrize("field", ["something_new", None, 5, ["messages"]])
def test_a_field_that_we_do_not_know_is_set_aside(field: object) -> None:
    (event,) = parse(as_bytes(body({**change(messages=[message("text", {"body": "hallo"})]), "field": field})))
    assert isinstance(event, Unknown)
    assert event.number == NUMBER


@pytest.mark.parametrize(
    "whole",
    [
        *(None, 1, "text", [], {}, {"entry": None}, {"entry": []}, {"entry": 1}, {"entry": [1]}, {"entry": [{}]}),
        *({"entry": [{"changes": "x"}]}, {"entry": [{"changes": [None]}]}, {"entry": [{"messaging": []}]}),
        *(body({"field": "messages", "value": 1}), body(change()), body(change(messages=[])), body(change("calls"))),
    ],
)
def test_a_body_that_tells_nothing_gives_one_unknown(whole: object) -> None:
    (event,) = parse(as_bytes(whole))
    assert isinstance(event, Unknown)


def test_everything_in_one_body_is_read_in_its_order() -> None:
    hello, broken = message("text", {"body": "hallo"}), message("text", {"body": "hallo"}, id=None)
    whole = {
        "entry": [
            {"changes": [change(messages=[hello, broken, 5, hello], statuses=[status("sent")], errors=[ERROR])]},
            "broken",
            {"changes": [None, change(), change(messages=[hello])]},
        ]
    }
    kinds = [type(event) for event in parse(as_bytes(whole))]
    assert kinds == [Message, Unknown, Unknown, Message, Status, Trouble, Unknown, Unknown, Unknown, Message]


def test_a_list_that_is_no_list_is_read_as_the_only_one() -> None:
    whole = {"entry": {"changes": change(messages=message("text", {"body": "hallo"}))}}
    (event,) = parse(as_bytes(whole))
    assert isinstance(event, Message)
