"""Whatever arrives: nothing raises, and every event can be stored."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import asdict
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.whatsapp.events import Event, Message, Unknown
from channels.whatsapp.parsing import parse
from channels.whatsapp.parsing_parts import LONGEST_ID, LONGEST_TEXT, MOST
from tests.whatsapp.mutating import INBOUND, damaged, mutations, recorded
from tests.whatsapp.payloads import CONTACT, MESSAGES, as_bytes, body, change, message

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
KEYS = ("messages", "statuses", "errors", "contacts", "calls", "user_preferences", "user_id_update", "metadata")
FIELDS = ("messages", "calls", "user_preferences", "user_id_update", "account_update", "history", "new")


def storable(events: list[Event]) -> None:
    """Fails when a database, a log or a queue could not take one of these."""
    assert 1 <= len(events) <= MOST
    for event in events:
        assert isinstance(event, get_args(Event))
        told = asdict(event)
        written = json.dumps(told, default=lambda moment: moment.isoformat(), ensure_ascii=False).encode("utf-8")
        assert b"\\u0000" not in written
        for key, value in [*told.items(), *told.get("who", {}).items()]:
            bound = LONGEST_TEXT if key == "text" else LONGEST_ID
            assert not isinstance(value, str) or len(value) <= bound, key


@pytest.mark.slow
def test_twenty_thousand_damaged_bodies_never_stop_us() -> None:
    seen: Counter[str] = Counter()
    for raw in mutations(seed=20261130, count=20_000):
        events = parse(raw)
        storable(events)
        seen.update(type(event).__name__ for event in events)
    assert {kind.__name__ for kind in get_args(Event)} == set(seen), "some kind of event was never tried"


@pytest.mark.skipif(not recorded(), reason=f"the shared fixtures are not at {INBOUND}: only our own are damaged")
def test_the_shared_fixtures_are_among_what_is_damaged() -> None:
    number = b"1122334455667"
    assert any(number in as_bytes(whole) for whole in recorded().values())
    assert sum(number in raw for raw in mutations(1, 400)) > 100


@pytest.mark.slow
def test_a_damaged_message_loses_none_of_its_neighbours() -> None:
    dice = random.Random(20261130)
    first, last = message("text", {"body": "eerst"}), message("image", {"caption": "laatst"})
    (one,), (other,) = (parse(as_bytes(body(change(messages=[whole], contacts=[CONTACT])))) for whole in (first, last))
    for _ in range(2_000):
        messages = [first, damaged(dice, dice.choice(MESSAGES)), last]
        events = parse(as_bytes(body(change(messages=messages, contacts=[CONTACT]))))
        assert events[0] == one
        assert events[-1] == other
        assert len(events) == 3


def test_the_same_seed_gives_the_same_damage() -> None:
    assert list(mutations(7, 40)) == list(mutations(7, 40)) != list(mutations(8, 40))


@given(value=st.dictionaries(st.sampled_from(KEYS), ANYTHING), field=st.sampled_from(FIELDS) | ANYTHING)
def test_any_json_anywhere_is_read_or_set_aside(value: dict[str, Any], field: Any) -> None:
    storable(parse(as_bytes({"entry": [{"changes": [{"field": field, "value": value}]}]})))
    storable(parse(as_bytes(body(change(messages=[value])))))


@given(raw=st.binary(max_size=200))
def test_any_bytes_at_all_are_set_aside(raw: bytes) -> None:
    storable(parse(raw))


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"\xef\xbb\xbf{}", b"nonsense", b"[" * 200_000, b'{"entry":', b"NaN"]
)
def test_what_is_no_json_becomes_one_unknown(raw: bytes) -> None:
    events = parse(raw)
    storable(events)
    assert [type(event) for event in events] == [Unknown]


def test_more_than_a_thousand_at_once_end_in_one_unknown() -> None:
    one = {"id": "wamid.one", "from": "31600000001", "type": "text", "text": {"body": "hallo"}}
    whole = parse(as_bytes(body(change(messages=[one] * MOST))))
    assert [type(event) for event in whole] == [Message] * MOST
    events = parse(as_bytes(body(change(messages=[one] * (MOST + 1)))))
    assert [type(event) for event in events] == [Message] * (MOST - 1) + [Unknown]


def test_a_body_full_of_contacts_is_read_all_the_same() -> None:
    contacts = [{"wa_id": str(31_600_000_000 + n), "user_id": f"NL.{n}"} for n in range(MOST + 1)]
    plain = {"id": "wamid.one", "type": "text", "text": {"body": "hallo"}}
    messages = [{**plain, "from": contacts[n]["wa_id"]} for n in (MOST - 1, MOST)]
    events = parse(as_bytes(body(change(messages=messages, contacts=contacts))))
    assert [event.who.bsuid for event in events if isinstance(event, Message)] == [f"NL.{MOST - 1}", ""]
