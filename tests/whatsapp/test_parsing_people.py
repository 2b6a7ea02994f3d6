"""Who a message is from, and under which new names somebody goes on. All people and numbers are invented."""

from __future__ import annotations

from typing import Any

import pytest

from channels.whatsapp.events import Message, News, Renamed, Unknown, Who
from tests.whatsapp.payloads import BSUID, CONTACT, NUMBER, PARENT, PHONE, change, message, system
from tests.whatsapp.reading import WHO, heard, read


@pytest.mark.parametrize(
    ("names", "who"),
    [
        ({"from": "+31 6 00000001"}, Who(phone=PHONE)),
        ({"from": int(PHONE)}, Who(phone=PHONE)),
        ({"from": BSUID}, Who(bsuid=BSUID)),
        ({"from": PARENT, "from_user_id": BSUID}, Who(bsuid=BSUID, parent=PARENT)),
        ({"from_user_id": PHONE}, Who(phone=PHONE)),
        ({"from_user_id": "NL." + "a" * 128}, Who(bsuid="NL." + "a" * 128)),
        ({"from_user_id": "NL.ENT." + "1" * 128}, Who(parent="NL.ENT." + "1" * 128)),
        ({"from_user_id": "a_new_kind-of-id"}, Who(bsuid="a_new_kind-of-id")),
        ({"from_user_id": "x" * 150}, Who(bsuid="x" * 150)),
        ({"from": "٣١٦٠٠٠٠٠٠٠١"}, Who(bsuid="٣١٦٠٠٠٠٠٠٠١")),
        ({"from": "1234"}, Who(bsuid="1234")),
        ({"from": "1" * 16}, Who(bsuid="1" * 16)),
        ({"from_user_id": "x" * 151}, Who()),
        ({"from_user_id": "un\u200bprintable"}, Who()),
        ({"from_user_id": "null", "from": PHONE}, Who(phone=PHONE)),
        ({"from_user_id": "null", "from_parent_user_id": PARENT}, Who(parent=PARENT)),
        ({"from": "", "from_user_id": BSUID}, Who(bsuid=BSUID)),
    ],
)
def test_names_are_known_by_what_they_look_like(names: dict[str, Any], who: Who) -> None:
    one = {"id": "wamid.one", "type": "text", "text": {"body": "hallo"}, **names}
    (event,) = read(change(messages=[one]))
    assert (event.who if isinstance(event, Message) else Who()) == who


def test_a_contact_adds_the_names_that_a_message_leaves_out() -> None:
    for names in ({"from": PHONE}, {"from_user_id": BSUID}, {"from_parent_user_id": PARENT}, {}, {"from": "<odd>"}):
        one = {"id": "wamid.one", "type": "text", "text": {"body": "hallo"}, **names}
        event = heard(one)
        assert isinstance(event, Message)
        assert event.who == WHO


def test_a_bsuid_in_the_place_of_a_number_is_not_taken_for_a_number() -> None:
    one = message("text", {"body": "hallo"}, **{"from": BSUID})
    event = heard(one, {"wa_id": BSUID, "user_id": BSUID})
    assert isinstance(event, Message)
    assert event.who == Who(BSUID, PARENT, "")


def test_several_families_in_one_body_keep_their_own_names() -> None:
    plain = {"type": "text", "text": {"body": "hallo"}}
    messages = [
        {"id": "wamid.1", "from": "31600000002", **plain},
        {"id": "wamid.2", "from_user_id": BSUID, **plain},
        {"id": "wamid.3", "from": "31600000003", **plain},
        {"id": "wamid.4", "from_user_id": "NL.4", **plain},
    ]
    contacts = [{"user_id": "NL.2", "wa_id": "31600000002"}, CONTACT, {"user_id": "NL.3", "wa_id": "31600000003"}]
    events = read(change(messages=messages, contacts=contacts))
    assert [event.who for event in events if isinstance(event, Message)] == [
        Who("NL.2", "", "31600000002"),
        WHO,
        Who("NL.3", "", "31600000003"),
        Who("NL.4"),
    ]


def test_the_only_contact_is_not_lent_to_somebody_else() -> None:
    plain = {"id": "wamid.1", "type": "text", "text": {"body": "hallo"}}
    for names in ({"from": "31600000002"}, {"from_user_id": "NL.2"}, {"from_user_id": "NL.2", "from": PHONE}):
        (event,) = read(change(messages=[{**plain, **names}], contacts=[CONTACT]))
        assert isinstance(event, Message)
        assert event.who == Who(names.get("from_user_id", ""), "", names.get("from", ""))
    two = [{**plain, "from": PHONE}, {**plain, "from_user_id": "NL.2"}]
    events = read(change(messages=two, contacts=[{"wa_id": PHONE}]))
    assert [event.who for event in events if isinstance(event, Message)] == [Who(phone=PHONE), Who("NL.2")]


def test_a_message_knows_best_which_number_it_came_from() -> None:
    one = {"id": "wamid.1", "type": "text", "text": {"body": "hallo"}, "from": "31600000002", "from_user_id": BSUID}
    event = heard(one, CONTACT)
    assert isinstance(event, Message)
    assert event.who == Who(BSUID, PARENT, "31600000002")


def test_a_number_that_two_contacts_share_belongs_to_neither() -> None:
    contacts = [{"user_id": "NL.2", "wa_id": PHONE}, {"user_id": "NL.3", "wa_id": PHONE}]
    event = heard({"id": "wamid.1", "type": "text", "text": {"body": "hallo"}, "from": PHONE}, *contacts)
    assert isinstance(event, Message)
    assert event.who == Who(phone=PHONE)


@pytest.mark.parametrize("sort", ["user_changed_number", "customer_changed_number", "user_changed_user_id"])
def test_somebody_with_a_new_number_is_told_from_before_to_after(sort: str) -> None:
    whole = system(
        sort,
        wa_id="31600000009",
        user_id="NL.9",
        parent_user_id="NL.ENT.9",
        previous_user_id=BSUID,
        previous_parent_user_id=PARENT,
    )
    (event,) = read(change(messages=[whole]))
    assert event == Renamed(NUMBER, WHO, Who("NL.9", "NL.ENT.9", "31600000009"))


def test_older_shapes_of_a_new_number_are_read_as_well() -> None:
    (event,) = read(
        change(messages=[system("customer_changed_number", customer="31600000005", new_wa_id="31600000009")])
    )
    assert event == Renamed(NUMBER, Who(phone="31600000005"), Who(phone="31600000009"))
    (event,) = read(change(messages=[system("user_changed_number", wa_id="31600000009")]))
    assert event == Renamed(NUMBER, Who(phone=PHONE), Who(phone="31600000009"))


def test_a_new_id_is_never_read_from_the_words_around_it() -> None:
    nameless = system("user_changed_user_id", user_id="NL.8", body="User changed from NL.7 to NL.8")
    del nameless["from"]
    (event,) = read(change(messages=[nameless]))
    assert isinstance(event, Unknown)


def test_a_new_name_that_is_the_old_one_is_set_aside() -> None:
    (event,) = read(change(messages=[system("user_changed_number", wa_id=PHONE)]))
    assert isinstance(event, Unknown)


def test_a_phone_that_was_set_up_again_is_news_and_other_system_messages_are_unknown() -> None:
    assert heard(system("customer_identity_changed")) == News(NUMBER, "messages", "customer_identity_changed")
    assert isinstance(heard(system("something_new")), Unknown)
    assert isinstance(heard(message("system")), Unknown)


def test_a_new_user_id_is_told_from_before_to_after() -> None:
    ids = {"previous": BSUID, "current": "NL.9"}
    parents = {"previous": PARENT, "current": "NL.ENT.9"}
    updates = [{"wa_id": PHONE, "user_id": ids, "parent_user_id": parents}, {"user_id": ids}, {"user_id": "NL.9"}, 5]
    events = read(change("user_id_update", user_id_update=updates, contacts=[{"wa_id": PHONE}]))
    assert events[:2] == [
        Renamed(NUMBER, Who(BSUID, PARENT), Who("NL.9", "NL.ENT.9")),
        Renamed(NUMBER, Who(BSUID), Who("NL.9")),
    ]
    assert [type(event) for event in events[2:]] == [Unknown, Unknown]
