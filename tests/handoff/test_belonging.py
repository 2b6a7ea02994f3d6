"""What a worker reads along with: what is said at closing stands in it, the code to come back with does not."""

from __future__ import annotations

import pytest

from channels.desk import cards
from channels.handoff import danger, working
from channels.handoff.machine import State
from tests.handoff.conftest import MONDAY
from tests.handoff.office import Bench, bench

CLOSING = ["handoff.resolved", "phrase.outcome.information", "phrase.close.come_back", "handoff.next_step"]


def talk(family: Bench, after: int = 0) -> list[str]:
    return [one["key"] for one in cards.talk(family.connection, family.case(), after)]


def close(family: Bench) -> None:
    step = [{"say": "phrase.close.come_back"}]
    family.acts(working.close, outcome="information", next_step=step, words="Bel morgen.")


@pytest.mark.parametrize("state", ["active", "callback"])
def test_the_words_of_closing_are_the_last_of_the_talk_and_the_code_to_come_back_is_the_familys_own(state: str) -> None:
    family = bench(MONDAY)
    family.brought_to("active")
    if state == "callback":
        family.acts(working.plan, moment=MONDAY.replace(hour=14))
    close(family)
    assert talk(family)[-4:] == CLOSING
    assert "handoff.return_code" not in talk(family)
    numbers = [one["seq"] for one in cards.talk(family.connection, family.case(), 0)]
    for after, keys in ((numbers[-4], CLOSING[1:]), (numbers[-1], []), (numbers[-1] + 1, [])):
        assert talk(family, after) == keys
    family.hears("nog een vraag aan de computer")
    assert talk(family)[-4:] == CLOSING


def test_a_question_that_was_opened_again_keeps_what_was_said_at_its_first_closing() -> None:
    family = bench(MONDAY)
    family.brought_to("active")
    close(family)
    family.hears(choice="handoff.reopen")
    assert family.case().state == State.QUEUED
    family.acts(working.take)
    close(family)
    family.passes(hours=73)
    said = talk(family)
    assert [key for key in said if key in CLOSING] == [*CLOSING, *CLOSING]
    assert not {"handoff.return_code", "handoff.aftercare"} & set(said)


def test_who_takes_over_in_danger_does_not_claim_to_have_read_anything() -> None:
    family = bench(MONDAY)
    danger.alarm_person(family.here, "violence")
    family.acts(working.take)
    assert family.said()[-1] == "phrase.greet.hello"
    calm = bench(MONDAY)
    calm.brought_to("active")
    assert calm.said()[-1] == "handoff.accepted"
