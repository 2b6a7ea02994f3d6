"""What the advice about leaving promises: never green while something big is open, and never a ban."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.eligibility.finding import Finding, Outcome
from actions.eligibility.situation import UNSURE, Situation
from actions.plan import Light, light
from tests.actions.families import CATALOGUE, CONTENT, DONE, DUTCH, FINDINGS, ONE_OF_EACH, SITUATIONS, finding
from tests.conftest import DAY

ALL = frozenset(CATALOGUE.items)
PREPARED: dict[str, Any] = {
    **DUTCH,
    "other_parent": "agrees",
    "address": "own",
    "address_six_months": True,
    "savings_three_months": True,
}
ROUTE = finding("residence_right", Outcome.LIKELY_YES)


def advice(answers: dict[str, Any], *findings: Finding, done: frozenset[str] = ALL, today: date = DAY) -> Light:
    found = light(Situation.from_dict(answers), findings or (ROUTE,), done, today, CATALOGUE)
    assert found
    return found


def names(found: Light) -> list[str]:
    return [reason.name for reason in found.reasons]


def test_who_has_an_address_money_consent_a_right_and_everything_ticked_is_ready() -> None:
    assert advice(PREPARED) == Light("ready", ())


def test_open_items_that_must_be_done_before_leaving_keep_the_light_from_green() -> None:
    found = advice(PREPARED, done=ALL - {"passports"})
    assert (found.colour, names(found)) == ("prepare", ["open_items"])
    assert found.reasons[0].values == {"number": 1}
    assert advice(PREPARED, done=ALL - {"bank"}).colour == "ready"


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"other_parent": "refuses"}, "consent_stop"),
        ({"other_parent": "unsure"}, "consent_stop"),
        ({"sibling_other_parent": "refuses"}, "consent_stop"),
        ({"consent_kind": "travel"}, "consent_stop"),
        ({"address": "none"}, "no_address"),
        ({"address": "hotel"}, "no_address"),
        ({"address": "host_no"}, "no_address"),
        ({"address_six_months": False}, "short_address"),
        ({"savings_three_months": False}, "no_savings"),
    ],
)
def test_one_big_gap_is_enough_to_say_do_not_give_up_your_home_yet(answers: dict[str, Any], reason: str) -> None:
    found = advice({**PREPARED, **answers})
    assert (found.colour, names(found)) == ("not_yet", [reason])
    assert found.reasons[0].stops


def test_permission_of_a_court_takes_the_stop_away() -> None:
    assert advice({**PREPARED, "other_parent": "refuses", "court_permission": True}) == Light("ready", ())


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("other_parent", "consent_unknown"),
        ("address", "address_unknown"),
        ("address_six_months", "address_time_unknown"),
        ("savings_three_months", "savings_unknown"),
    ],
)
def test_what_is_not_known_is_to_be_found_out_first(question: str, reason: str) -> None:
    found = advice({name: value for name, value in PREPARED.items() if name != question})
    assert (found.colour, names(found)) == ("prepare", [reason])


@pytest.mark.parametrize("question", ["address", "address_six_months", "savings_three_months"])
def test_not_knowing_is_not_a_no(question: str) -> None:
    assert advice({**PREPARED, question: "unsure"}).colour == "prepare"


@pytest.mark.parametrize(
    ("outcome", "colour"),
    [
        (Outcome.LIKELY_YES, "ready"),
        (Outcome.DEPENDS, "prepare"),
        (Outcome.LIKELY_NO, "not_yet"),
        (Outcome.ADVICE_NOW, "not_yet"),
    ],
)
def test_the_right_to_live_here_counts(outcome: Outcome, colour: str) -> None:
    assert advice(PREPARED, finding("residence_right", outcome)).colour == colour


def test_without_consent_the_route_is_not_blamed_as_well() -> None:
    refused = {**PREPARED, "other_parent": "refuses"}
    assert names(advice(refused, finding("residence_right", Outcome.ADVICE_NOW))) == ["consent_stop"]


def test_without_children_no_consent_is_needed() -> None:
    assert advice({**PREPARED, "children": False, "other_parent": "refuses"}).colour == "ready"


@pytest.mark.parametrize(("days", "said"), [(-1, False), (0, True), (30, True), (31, False)])
def test_a_journey_that_is_near_is_named_when_something_is_open(days: int, said: bool) -> None:
    near = {**PREPARED, "savings_three_months": False, "departure_date": (DAY + timedelta(days)).isoformat()}
    assert ("soon" in names(advice(near))) is said
    assert advice({**near, "savings_three_months": True}).colour == "ready"


@pytest.mark.parametrize("profile", ["homeless_here", "facing_eviction", "refused_at_desk"])
def test_a_family_that_is_here_gets_no_advice_about_leaving(profile: str) -> None:
    assert light(Situation.from_dict(ONE_OF_EACH[profile]), (), (), DAY, CATALOGUE) is None


@pytest.mark.parametrize("danger", [{"other_parent": "violence"}, {"danger_now": True}, {"unsafe_person": True}])
def test_nobody_in_danger_is_advised_to_stay(danger: dict[str, Any]) -> None:
    assert light(Situation.from_dict({**PREPARED, **danger}), (), (), DAY, CATALOGUE) is None


@given(SITUATIONS, FINDINGS, DONE, st.dates())
@settings(deadline=None)
def test_green_is_only_for_who_told_everything_that_matters(
    situation: Situation, findings: list[Finding], done: frozenset[str], today: date
) -> None:
    found = light(situation, findings, done, today, CATALOGUE)
    if found is None:
        return
    assert situation.place != "netherlands"
    assert (found.colour == "ready") == (not found.reasons)
    assert (found.colour == "not_yet") == any(reason.stops for reason in found.reasons)
    for reason in found.reasons:
        assert reason.key in CONTENT.messages
        assert reason.grounds
        assert all(fact in CONTENT.law.facts for fact in reason.grounds)
    if found.colour == "ready":
        assert situation.address in ("own", "host_ok")
        assert situation.address_six_months is True
        assert situation.savings_three_months is True
        assert situation.children is False or situation.other_parent not in ("refuses", UNSURE)
