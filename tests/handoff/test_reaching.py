"""How words reach a family: freely for a day on WhatsApp, later, or never; and what the desk takes from a worker."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from channels.desk import acts, cards
from channels.desk.acts import BadAct, Doing
from channels.handoff.reaching import MARGIN, Way, way
from channels.storage import conversations, threads
from tests.handoff.conftest import MONDAY
from tests.handoff.office import Bench, bench


def talking(left: timedelta, channel: str = "whatsapp", **thread: Any) -> Bench:
    """A family on WhatsApp that speaks with a worker; one can write freely for as long as is `left`."""
    made = bench(MONDAY)
    made.brought_to("active")
    threads.begin(made.connection, made.talk, "1000", MONDAY + left)
    conversations.move(made.connection, made.talk, channel)
    if thread:
        threads.note(made.connection, made.talk, **thread)
    return made


def writes(made: Bench, **body: Any) -> str:
    """What comes of a message of the worker: the key of the refusal, or sent."""
    case = made.case()
    try:
        acts.ACTS["message"](Doing(made.connection, made.office, case, made.staff["Wil"], {"text": "Dag", **body}))
    except BadAct as bad:
        return bad.key
    return "sent"


HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
STOPPED = {"stopped_at": MONDAY}


@pytest.mark.parametrize(
    ("left", "channel", "thread", "expected"),
    [
        (HOUR, "whatsapp", {}, (Way.NOW, "sent", "sent")),
        (MARGIN + SECOND, "whatsapp", {}, (Way.NOW, "sent", "sent")),
        (MARGIN, "whatsapp", {}, (Way.LATER, "window_over", "sent")),
        (-HOUR, "whatsapp", {"notify": 1}, (Way.LATER, "window_over", "sent")),
        (-HOUR, "webchat", {}, (Way.NOW, "sent", "sent")),
        (HOUR, "whatsapp", STOPPED, (Way.NEVER, "stopped", "stopped")),
        (-HOUR, "webchat", STOPPED, (Way.NEVER, "stopped", "stopped")),
    ],
    ids=["open", "just open", "just over", "over", "on the page", "stopped", "stopped on the page"],
)
def test_a_message_goes_now_waits_knowingly_or_is_not_taken(
    left: timedelta, channel: str, thread: dict[str, Any], expected: tuple[Way, str, str]
) -> None:
    made = talking(left, channel, **thread)
    told = (way(made.connection, made.office, made.case()), writes(made), writes(made, waits=True))
    assert told == expected


@pytest.mark.parametrize("waits", [False, None, 1, "yes"])
def test_only_a_clear_word_of_the_page_lets_a_message_wait(waits: Any) -> None:
    assert writes(talking(-HOUR), waits=waits) == "window_over"


def test_a_family_on_the_web_page_is_always_reached_and_has_no_end() -> None:
    made = bench(MONDAY)
    made.brought_to("active")
    assert way(made.connection, made.office, made.case()) == Way.NOW
    assert writes(made) == "sent"
    assert cards.card(made.connection, made.office, made.case(), 0, content=True)["reach"] is None


def test_the_card_tells_until_when_and_how_and_only_to_who_may_read_the_case() -> None:
    made = talking(HOUR, notify=1)
    card = cards.card(made.connection, made.office, made.case(), 0, content=True)
    until = (MONDAY + HOUR).isoformat()
    assert card["reach"] == {"window_until": until, "stopped": False, "notify": True, "page": False}
    assert "reach" not in cards.card(made.connection, made.office, made.case(), 0, content=False)
