"""What the personal plan promises."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from actions.eligibility.finding import Finding, Outcome
from actions.eligibility.situation import UNSURE, Situation, question_kind, question_names, question_options
from actions.plan import MOST_ITEMS, PlanItem, plan

TODAY = date(2026, 11, 22)
DUTCH_ABROAD: dict[str, Any] = {"place": "abroad", "nationality": "dutch", "country": "GB", "children": True}
CHAVEZ_ABROAD: dict[str, Any] = {
    "place": "abroad",
    "nationality": "other",
    "child_dutch": True,
    "children": True,
    "visa_required": True,
    "other_parent": "agrees",
}


def plan_for(answers: dict[str, Any], *findings: Finding) -> tuple[PlanItem, ...]:
    return plan(Situation.from_dict(answers), findings, TODAY)


def keys(items: tuple[PlanItem, ...]) -> list[str]:
    return [item.key for item in items]


def finding(right: str, outcome: Outcome) -> Finding:
    return Finding(right, outcome, "any", (), (), (), (), {}, TODAY, "")


def _answers(name: str) -> st.SearchStrategy[Any]:
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "yes_no": st.booleans(),
        "choice": st.sampled_from(question_options(name) or ("",)),
        "many": st.frozensets(st.sampled_from(question_options(name) or ("",))),
        "date": st.dates(),
        "country": st.sampled_from(["CW", "BQ", "MA", "GB"]),
        "town": st.just("Utrecht"),
    }
    return st.one_of(st.none(), st.just(UNSURE), by_kind.get(question_kind(name), st.integers(0, 60)))


SITUATIONS = st.builds(Situation, **{name: _answers(name) for name in question_names()})
FINDINGS = st.lists(st.builds(finding, st.sampled_from(["residence_right", "chavez"]), st.sampled_from(Outcome)))


def test_the_home_comes_before_the_ticket() -> None:
    order = keys(plan_for(DUTCH_ABROAD))
    assert order.index("plan.housing") < order.index("plan.gate") < order.index("plan.deregister")


def test_days_are_counted_from_departure_and_arrival() -> None:
    items = {i.key: i for i in plan_for({**DUTCH_ABROAD, "departure_date": "2027-09-01", "arrival_date": "2027-09-02"})}
    assert items["plan.housing"].due == date(2027, 9, 1) - timedelta(120)
    assert items["plan.brp"].due == date(2027, 9, 7)


def test_with_only_a_departure_the_arrival_is_the_same_day() -> None:
    items = {i.key: i for i in plan_for({**DUTCH_ABROAD, "departure_date": "2027-09-01"})}
    assert items["plan.brp"].due == date(2027, 9, 6)


def test_without_a_travel_date_there_are_offsets_but_no_days() -> None:
    items = plan_for(DUTCH_ABROAD)
    assert all(item.due is None for item in items)
    assert items[0].when == -180


def test_what_is_late_comes_first_as_now() -> None:
    items = plan_for({**DUTCH_ABROAD, "departure_date": "2027-01-15"})
    late = [item for item in items if item.now]
    assert late
    assert tuple(late) == items[: len(late)]
    assert all(item.due is not None and item.due < TODAY for item in late)
    assert "plan.housing" in keys(tuple(late))


def test_a_family_already_here_gets_only_what_comes_after_arrival() -> None:
    items = plan_for({"place": "netherlands", "nationality": "dutch", "children": True, "departure_date": "2026-01-01"})
    assert all(item.when >= 0 for item in items)
    assert "plan.passports" not in keys(items)


def test_the_parent_of_a_dutch_child_prepares_the_visa_and_the_ind() -> None:
    order = keys(plan_for(CHAVEZ_ABROAD))
    assert {"plan.chavez_file_visa", "plan.chavez_apply", "plan.brp_after_ind", "plan.consent"} <= set(order)
    assert "plan.chavez_file" in keys(plan_for({**CHAVEZ_ABROAD, "visa_required": False}))


def test_when_chavez_probably_does_not_fit_its_items_disappear_and_the_route_comes_first() -> None:
    order = keys(plan_for(CHAVEZ_ABROAD, finding("chavez", Outcome.LIKELY_NO)))
    assert "plan.route" in order
    assert not {"plan.chavez_file_visa", "plan.chavez_apply"} & set(order)


def test_a_dutch_family_need_not_look_for_a_route_unless_there_is_a_doubt() -> None:
    assert "plan.route" not in keys(plan_for(DUTCH_ABROAD))
    assert "plan.route" in keys(plan_for(DUTCH_ABROAD, finding("residence_right", Outcome.ADVICE_NOW)))


def test_a_refusing_parent_puts_the_stop_first() -> None:
    first = plan_for({**DUTCH_ABROAD, "other_parent": "refuses"})[0]
    assert first.key == "plan.consent_stop"
    assert first.now


def test_not_knowing_what_the_other_parent_wants_also_puts_the_stop_first() -> None:
    assert plan_for({**DUTCH_ABROAD, "other_parent": "unsure"})[0].key == "plan.consent_stop"
    here = {"place": "netherlands", "nationality": "other", "child_lives": "elsewhere", "other_parent": "refuses"}
    assert plan_for(here)[0].key == "plan.consent_stop"


def test_violence_puts_safety_first_and_asks_for_no_consent() -> None:
    items = plan_for({"place": "netherlands", "other_parent": "violence"})
    assert items[0].key == "plan.safety"
    assert "plan.consent" not in keys(items)


def test_a_family_from_the_islands_brings_the_verhuisbericht() -> None:
    order = keys(plan_for({**DUTCH_ABROAD, "country": "CW"}))
    assert "plan.deregister_islands" in order
    assert "plan.certificates_islands" in order


def test_without_an_address_the_plan_asks_for_a_briefadres() -> None:
    assert "plan.brp_briefadres" in keys(plan_for({**DUTCH_ABROAD, "address": "none"}))


def test_who_is_not_dutch_is_told_to_get_advice_before_asking_money() -> None:
    order = keys(plan_for({"place": "netherlands", "nationality": "eu"}))
    assert "plan.money_advice" in order
    assert "plan.money" not in order


@given(SITUATIONS, FINDINGS, st.dates())
@settings(max_examples=100, deadline=None)
def test_every_family_gets_a_short_ordered_plan_with_reasons(
    situation: Situation, findings: list[Finding], today: date
) -> None:
    items = plan(situation, findings, today)
    assert 0 < len(items) <= MOST_ITEMS
    assert len(set(keys(items))) == len(items)
    order = [(not item.now, item.when) for item in items]
    assert order == sorted(order)
    assert all(item.grounds and item.why.startswith("fact.") for item in items)
    assert all(item.now or item.due is None or item.due >= today for item in items)
