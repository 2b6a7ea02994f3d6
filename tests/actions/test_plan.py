"""What the personal plan promises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.eligibility.finding import Finding, Outcome
from actions.eligibility.situation import UNSURE, Situation
from actions.plan import MOST_ITEMS, PROFILES, PlanItem, next_question, pages, plan, profiles_of
from actions.plan.families import HERE
from tests.actions.families import CATALOGUE, CONTENT, DONE, DUTCH, FINDINGS, ONE_OF_EACH, SITUATIONS, finding
from tests.conftest import DAY

CHAVEZ: dict[str, Any] = {**ONE_OF_EACH["chavez"], "visa_required": True, "other_parent": "agrees"}
HOMELESS = ONE_OF_EACH["homeless_here"]
REFUSED = ONE_OF_EACH["refused_at_desk"]


def plan_for(
    answers: dict[str, Any], *findings: Finding, done: Iterable[str] = (), today: date = DAY
) -> list[PlanItem]:
    return list(plan(Situation.from_dict(answers), findings, today, CATALOGUE, set(done)))


def slugs(answers: dict[str, Any], *findings: Finding) -> list[str]:
    return [item.slug for item in plan_for(answers, *findings)]


def one(slug: str, answers: dict[str, Any], **more: Any) -> PlanItem:
    return next(item for item in plan_for(answers, **more) if item.slug == slug)


# --- whose plan


@pytest.mark.parametrize("profile", PROFILES)
def test_every_sort_of_family_is_recognised_and_has_something_of_its_own(profile: str) -> None:
    answers = ONE_OF_EACH[profile]
    assert profile in profiles_of(Situation.from_dict(answers), (), DAY)
    own = {slug for slug, item in CATALOGUE.items.items() if profile in item.profiles}
    assert own & set(slugs(answers))


def test_a_family_can_be_several_sorts_at_once() -> None:
    several = {**HOMELESS, "asked_gemeente": "refused_written", "ex_status": "naturalised"}
    found = profiles_of(Situation.from_dict(several), (), DAY)
    assert found == ("returning_dutch", "ex_refugee", "homeless_here", "refused_at_desk")


def test_who_told_nothing_is_no_sort_of_family_and_still_gets_a_plan() -> None:
    assert profiles_of(Situation(), (), DAY) == ()
    assert "housing" in slugs({})


@pytest.mark.parametrize("profile", HERE)
def test_who_is_abroad_is_never_taken_for_a_family_here(profile: str) -> None:
    answers = {**ONE_OF_EACH[profile], "place": "abroad"}
    assert profile not in profiles_of(Situation.from_dict(answers), (), DAY)


def test_a_letter_of_a_court_is_no_refusal_at_a_desk() -> None:
    letter = {"letter_kind": "refusal", "letter_from": "court"}
    assert profiles_of(Situation.from_dict(letter), (), DAY) == ()
    assert "refused_at_desk" in profiles_of(Situation.from_dict({**letter, "letter_from": "gemeente"}), (), DAY)


def test_when_chavez_probably_does_not_fit_its_items_disappear_and_the_route_comes() -> None:
    assert {"chavez_file", "chavez_visa", "chavez_apply", "brp_after_ind"} <= set(slugs(CHAVEZ))
    without = slugs(CHAVEZ, finding("chavez", Outcome.LIKELY_NO))
    assert "route" in without
    assert not {"chavez_file", "chavez_visa", "chavez_apply"} & set(without)


def test_who_needs_no_visa_is_not_told_to_ask_for_one() -> None:
    assert "chavez_visa" not in slugs({**CHAVEZ, "visa_required": False})


def test_a_request_that_was_made_is_not_to_be_made_again() -> None:
    assert "chavez_apply" not in slugs({**CHAVEZ, "ind_status": "pending"})
    assert "report" in slugs(HOMELESS)
    assert "report" not in slugs({**HOMELESS, "asked_gemeente": "reported"})


def test_a_dutch_family_need_not_look_for_a_route_unless_there_is_a_doubt() -> None:
    assert "route" not in slugs(DUTCH)
    assert "route" in slugs(DUTCH, finding("residence_right", Outcome.ADVICE_NOW))
    assert "route" in slugs({"place": "abroad", "nationality": "other"})


def test_a_family_from_the_islands_brings_the_verhuisbericht() -> None:
    order = slugs(ONE_OF_EACH["caribbean"])
    assert {"deregister_islands", "certificates_islands"} <= set(order)
    assert not {"deregister", "certificates"} & set(order)


def test_a_former_refugee_hears_that_there_is_no_second_house_and_with_only_a_permit_to_get_advice() -> None:
    assert "no_second_house" in slugs(ONE_OF_EACH["ex_refugee"])
    assert "permit_advice" not in slugs(ONE_OF_EACH["ex_refugee"])
    assert "permit_advice" in slugs({"place": "abroad", "nationality": "other", "ex_status": "permit"})


def test_an_eu_citizen_looks_for_a_ground_and_a_family_through_another_eu_country_for_proof() -> None:
    assert "eu_ground" in slugs(ONE_OF_EACH["eu_route"])
    assert "eu_family_proof" in slugs({"place": "abroad", "nationality": "other", "eu_family": "of_dutch_via_eu"})


def test_a_family_with_a_host_talks_before_the_money_and_reports_after() -> None:
    order = slugs(ONE_OF_EACH["host_family"])
    assert order.index("host_talk") < order.index("host_money") < order.index("host_report")
    assert "host_here" not in order
    assert "host_here" in slugs({**HOMELESS, "sleeping_tonight": "family_ok"})


@pytest.mark.parametrize(
    ("answers", "item"),
    [
        ({**DUTCH, "address": "own"}, "brp"),
        ({**DUTCH, "address": "none"}, "brp_briefadres"),
        ({**DUTCH, "address": "host_no"}, "brp_briefadres"),
        (CHAVEZ, "brp_after_ind"),
        ({**CHAVEZ, "ind_status": "document"}, "brp"),
        ({**DUTCH, "stay_over_four_months": False}, "brp_rni"),
    ],
)
def test_there_is_one_way_into_the_register_and_it_fits(answers: dict[str, Any], item: str) -> None:
    ways = [s for s in slugs(answers) if s in ("brp", "brp_briefadres", "brp_after_ind", "brp_rni")]
    assert ways == [item]


def test_who_is_not_dutch_is_told_to_get_advice_before_asking_money() -> None:
    for base, plain, careful in ((DUTCH, "money", "money_advice"), (HOMELESS, "benefit", "benefit_advice")):
        assert plain in slugs(base)
        assert careful not in slugs(base)
        assert careful in slugs({**base, "nationality": "eu"})
        assert plain not in slugs({**base, "nationality": "eu"})


# --- safety and consent


@pytest.mark.parametrize(
    "answers",
    [{"other_parent": "violence"}, {"unsafe_person": True}, {"danger_now": True}, {"sibling_other_parent": "violence"}],
)
@pytest.mark.parametrize("place", ["abroad", "netherlands"])
def test_danger_puts_safety_first(place: str, answers: dict[str, Any]) -> None:
    first = plan_for({**answers, "place": place})[0]
    assert first.slug == "safety"
    assert first.now


def test_violence_asks_for_no_consent() -> None:
    assert "consent" not in slugs({**DUTCH, "other_parent": "violence"})


@pytest.mark.parametrize("answer", ["refuses", "unsure"])
def test_without_consent_the_stop_comes_first_and_no_consent_is_asked(answer: str) -> None:
    first = plan_for({**DUTCH, "other_parent": answer})[0]
    assert first.slug == "consent_stop"
    assert first.now
    assert "consent" not in slugs({**DUTCH, "other_parent": answer})


def test_the_parent_of_a_half_sibling_is_a_parent_with_a_say() -> None:
    assert slugs({**CHAVEZ, "sibling_other_parent": "refuses"})[0] == "consent_stop"
    assert "half_sibling" in slugs({**CHAVEZ, "sibling_age": 9})
    assert "half_sibling" not in slugs(CHAVEZ)


def test_a_refusal_counts_for_a_child_that_would_still_come_and_is_a_dispute_for_one_that_is_here() -> None:
    here = {"place": "netherlands", "other_parent": "refuses"}
    assert slugs({**here, "child_lives": "elsewhere"})[0] == "consent_stop"
    assert slugs(here)[0] == "consent_dispute"


def test_without_children_nobody_asks_for_consent_or_school() -> None:
    assert not {"consent", "school", "school_start", "child_benefit"} & set(slugs({**DUTCH, "children": False}))


def test_without_another_parent_no_consent_is_asked() -> None:
    assert "consent" not in slugs({**DUTCH, "other_parent": "none"})
    assert "consent" in slugs({**DUTCH, "other_parent": "agrees"})


# --- days


def test_the_home_comes_before_the_ticket() -> None:
    order = slugs(DUTCH)
    assert order.index("housing") < order.index("gate") < order.index("deregister")


def test_days_are_counted_from_departure_and_arrival() -> None:
    dated = {**DUTCH, "departure_date": "2027-09-01", "arrival_date": "2027-09-02"}
    assert one("housing", dated).due == date(2027, 9, 1) - timedelta(120)
    assert one("brp", dated).due == date(2027, 9, 7)


def test_with_only_one_day_of_travel_that_one_stands_for_both() -> None:
    assert one("brp", {**DUTCH, "departure_date": "2027-09-01"}).due == date(2027, 9, 6)
    assert one("deregister", {**DUTCH, "arrival_date": "2027-09-15"}).due == date(2027, 9, 1)


def test_without_a_day_of_travel_there_is_an_order_and_no_day() -> None:
    items = plan_for(DUTCH)
    assert all(item.due is None and not item.now for item in items)
    assert items[0].when == -180
    assert [item.when for item in items] == sorted(item.when for item in items)


def test_what_is_late_comes_first_as_now() -> None:
    items = plan_for({**DUTCH, "departure_date": "2027-01-15"})
    late = [item for item in items if item.now]
    assert late == items[: len(late)]
    assert all(item.due is not None and item.due < DAY for item in late)
    assert "housing" in [item.slug for item in late]


@pytest.mark.parametrize(("days", "now"), [(119, True), (120, False)])
def test_something_is_late_the_day_after_its_day_and_not_on_it(days: int, now: bool) -> None:
    assert one("housing", {**DUTCH, "departure_date": (DAY + timedelta(days)).isoformat()}).now is now


def test_the_headings_follow_the_days() -> None:
    here = {item.slug: item.group for item in plan_for(HOMELESS)}
    assert (here["report"], here["briefadres"], here["urgency"]) == ("today", "week", "six_weeks")
    abroad = {item.slug: item.group for item in plan_for(DUTCH)}
    assert [abroad[s] for s in ("passports", "housing", "gate", "brp", "health")] == [
        "early", "months", "weeks", "arrival", "settled",
    ]  # fmt: skip


def test_what_counts_from_today_becomes_late_when_it_was_told_before() -> None:
    assert not one("report", HOMELESS).now
    again = plan(Situation.from_dict(HOMELESS), (), DAY + timedelta(2), CATALOGUE, (), {"report": DAY})
    report = next(item for item in again if item.slug == "report")
    assert report.due == DAY
    assert report.now


def test_a_day_that_was_told_in_the_future_counts_as_today() -> None:
    early = plan(Situation.from_dict(HOMELESS), (), DAY, CATALOGUE, (), {"report": DAY + timedelta(9)})
    assert next(item for item in early if item.slug == "report").due == DAY


# --- last days of the law


def test_the_investigation_ends_six_weeks_after_the_report_and_a_plan_of_ones_own_is_due_in_seven_days() -> None:
    reported = {**HOMELESS, "asked_gemeente": "reported", "melding_date": "2026-11-20"}
    assert one("investigation", reported).due == date(2027, 1, 1)
    assert one("own_plan", reported).due == date(2026, 11, 27)
    assert one("own_plan", HOMELESS).due is None


@pytest.mark.parametrize(
    ("letter", "item", "days"),
    [
        ({"letter_kind": "refusal", "letter_from": "gemeente"}, "object", 42),
        ({"letter_kind": "refusal", "letter_from": "ind"}, "object_ind", 28),
        ({"letter_kind": "objection_decided", "letter_from": "gemeente"}, "appeal", 42),
    ],
)
def test_every_letter_has_its_own_last_day_and_only_that_one(letter: dict[str, Any], item: str, days: int) -> None:
    answers = {"place": "netherlands", **letter, "letter_date": DAY.isoformat()}
    assert one(item, answers).due == DAY + timedelta(days)
    assert [s for s in slugs(answers) if s in ("object", "object_ind", "appeal")] == [item]


def test_a_last_day_that_has_passed_is_shown_as_now_with_its_day() -> None:
    late = one("object", {**REFUSED, "letter_kind": "refusal", "letter_date": "2026-10-01"})
    assert late.due == date(2026, 11, 12)
    assert late.now


def test_no_answer_leads_to_a_notice_and_a_notice_to_its_two_weeks() -> None:
    silent = {"place": "netherlands", "letter_kind": "no_answer", "letter_from": "gemeente"}
    assert "notice" in slugs(silent)
    sent = {**silent, "notice_of_default_date": "2026-11-22"}
    assert "notice" not in slugs(sent)
    assert one("notice_over", sent).due == date(2026, 12, 6)


def test_on_a_day_before_any_value_is_known_there_is_no_last_day_and_no_crash() -> None:
    assert one("object", {**REFUSED, "letter_date": "2001-01-01"}, today=date(2001, 1, 2)).due is None


# --- here


def test_a_family_with_a_home_here_gets_only_what_comes_after_arrival() -> None:
    items = plan_for({"place": "netherlands", "nationality": "dutch", "departure_date": "2026-01-01"})
    assert items
    assert all(CATALOGUE.items[item.slug].counts == "arrival" for item in items)


def test_a_family_that_lost_its_home_here_is_not_told_about_an_arrival_unless_it_just_arrived() -> None:
    assert not {"brp", "health", "review"} & set(slugs(HOMELESS))
    assert "health" in slugs({**HOMELESS, "arrival_date": "2026-11-01"})
    assert "health" not in slugs({**HOMELESS, "arrival_date": "2026-01-01"})


def test_the_place_for_tonight_comes_before_the_report() -> None:
    assert slugs(HOMELESS)[:2] == ["tonight", "report"]
    assert "tonight" not in slugs({**HOMELESS, "sleeping_tonight": "shelter"})


def test_who_may_lose_a_home_stays_put_finds_a_lawyer_and_goes_to_the_hearing() -> None:
    order = slugs(ONE_OF_EACH["facing_eviction"])
    assert order.index("stay_put") < order.index("evict_lawyer") < order.index("hearing")
    judged = slugs({**ONE_OF_EACH["facing_eviction"], "eviction_stage": "judgment", "judged_in_absence": True})
    assert {"judged_absent", "evict_report", "moratorium"} <= set(judged)
    assert "hearing" not in judged
    assert not {"debt_help", "moratorium"} & set(slugs({"eviction_stage": "served", "arrears": False}))


@pytest.mark.parametrize(
    ("answers", "item"),
    [
        ({}, "written_decision"),
        ({"refusal_reason": "binding"}, "no_binding"),
        ({"refusal_reason": "self_reliant"}, "self_reliant"),
    ],
)
def test_who_was_refused_gets_the_answer_to_that_refusal(answers: dict[str, Any], item: str) -> None:
    assert item in slugs({**REFUSED, **answers})


def test_who_has_the_refusal_on_paper_need_not_ask_for_paper() -> None:
    on_paper = {**REFUSED, "asked_gemeente": "refused_written"}
    assert "written_decision" not in slugs(on_paper)
    assert one("object", on_paper).waits_for == ()
    assert one("object", REFUSED).waits_for == ("written_decision",)


@pytest.mark.parametrize(
    ("answers", "absent"),
    [
        ({**DUTCH, "eu_family": "of_dutch_via_eu"}, {"eu_ground"}),
        (ONE_OF_EACH["eu_route"], {"eu_family_proof"}),
        (DUTCH, {"deregister_islands", "certificates_islands", "brp_rni", "host_talk"}),
        ({**DUTCH, "stay_over_four_months": False}, {"brp_appointment", "brp_done", "allowances", "health"}),
        ({**HOMELESS, "asked_gemeente": "reported", "investigation_report": True}, {"own_plan", "investigation"}),
        ({**HOMELESS, "asked_gemeente": "refused_written"}, {"own_plan", "investigation", "application"}),
        ({**HOMELESS, "address": "host_ok"}, {"briefadres"}),
        ({**HOMELESS, "arrival_date": "2026-11-01", "address": "none"}, {"brp_briefadres", "money", "school_start"}),
        (ONE_OF_EACH["facing_eviction"], {"judged_absent", "evict_report", "moratorium"}),
        (REFUSED, {"no_binding", "self_reliant", "notice", "notice_over", "object_ind", "appeal"}),
        ({"place": "netherlands", "letter_kind": "no_answer"}, {"object", "quick_measure", "notice_over"}),
    ],
)
def test_what_does_not_fit_is_left_out(answers: dict[str, Any], absent: set[str]) -> None:
    assert absent <= set(CATALOGUE.items)
    assert not absent & set(slugs(answers))


def test_an_application_can_be_made_as_long_as_nothing_was_decided_and_a_quick_measure_asked_after_a_decision() -> None:
    assert "application" in slugs({**HOMELESS, "asked_gemeente": "reported"})
    assert "quick_measure" in slugs(REFUSED)


# --- what a second reading found


def test_who_said_to_stay_here_as_a_dutch_citizen_is_not_sent_for_advice_before_asking_money() -> None:
    told = {"place": "netherlands", "residence_status": "dutch", "children": True, "sleeping_tonight": "car"}
    assert "benefit" in slugs(told)
    assert "benefit_advice" not in slugs(told)
    assert "benefit_advice" in slugs({**told, "nationality": "other"})


def test_violence_named_among_the_problems_puts_safety_first() -> None:
    assert slugs({**HOMELESS, "problems": ["violence", "debts"]})[:2] == ["safety", "tonight"]
    assert "safety" not in slugs({**HOMELESS, "problems": ["debts"]})


def test_a_no_by_word_of_mouth_ends_neither_the_report_nor_the_investigation() -> None:
    refused = {**HOMELESS, "asked_gemeente": "refused_oral"}
    assert {"report", "own_plan", "investigation", "application", "written_decision"} <= set(slugs(refused))
    assert "report" not in slugs({**refused, "melding_date": "2026-11-01"})


def test_a_refusal_of_shelter_stays_one_to_object_to_beside_a_letter_of_the_ind() -> None:
    both = {**HOMELESS, "asked_gemeente": "refused_written", "letter_from": "ind", "letter_kind": "refusal"}
    dated = {**both, "letter_date": "2026-11-02"}
    assert {"object", "object_ind"} <= set(slugs(dated))
    assert one("object_ind", dated).due == date(2026, 11, 30)
    assert one("object", dated).due is None
    court = {**HOMELESS, "asked_gemeente": "refused_written", "letter_from": "court", "letter_date": "2026-11-02"}
    assert one("object", court).due is None


def test_a_quick_measure_belongs_to_this_week_and_to_a_refusal_on_paper_whatever_else_is_silent() -> None:
    assert one("quick_measure", REFUSED).group == "week"
    silent = {"place": "netherlands", "asked_gemeente": "refused_written", "letter_kind": "no_answer"}
    assert "quick_measure" in slugs(silent)


def test_a_letter_of_another_office_asks_nothing_of_the_gemeente() -> None:
    letter = {"place": "netherlands", "children": True, "letter_kind": "refusal", "letter_from": "svb_or_tax"}
    assert not {"child_interest", "complaint"} & set(slugs(letter))
    assert {"child_interest", "complaint"} <= set(slugs({**letter, "letter_from": "gemeente"}))
    assert {"child_interest", "complaint"} <= set(slugs({**letter, "asked_gemeente": "refused_oral"}))
    assert "child_interest" in slugs({**letter, "sleeping_tonight": "street"})


@pytest.mark.parametrize("stage", ["pressure", "notice", "summons"])
def test_a_day_named_by_the_landlord_does_not_take_the_hearing_away(stage: str) -> None:
    answers = {**ONE_OF_EACH["facing_eviction"], "eviction_stage": stage, "eviction_date": "2026-12-15"}
    assert {"hearing", "evict_report"} <= set(slugs(answers))


def test_consent_for_a_journey_only_is_a_stop_and_the_consent_for_the_move_is_still_asked() -> None:
    only = {**DUTCH, "other_parent": "agrees", "consent_kind": "travel"}
    assert slugs(only)[0] == "consent_stop"
    assert "consent" in slugs(only)
    assert "consent_stop" not in slugs({**only, "consent_kind": "move_paper"})


def test_permission_of_a_court_takes_the_stop_away_but_not_that_of_another_childs_parent() -> None:
    allowed = {**DUTCH, "other_parent": "refuses", "court_permission": True}
    assert "consent_stop" not in slugs(allowed)
    assert slugs({**allowed, "sibling_other_parent": "refuses"})[0] == "consent_stop"
    here = {"place": "netherlands", "other_parent": "refuses"}
    assert "consent_dispute" in slugs(here)
    assert "consent_dispute" not in slugs({**here, "court_permission": True})


def test_nobody_gives_up_a_registration_abroad_before_the_other_parent_agreed() -> None:
    assert "consent_stop" in one("deregister", {**DUTCH, "other_parent": "refuses"}).waits_for
    assert "consent" in one("deregister", {**DUTCH, "other_parent": "agrees"}).waits_for
    islands = {**ONE_OF_EACH["caribbean"], "other_parent": "unsure"}
    assert "consent_stop" in one("deregister_islands", islands).waits_for


def test_no_last_day_of_the_law_comes_before_safety_or_before_the_stop() -> None:
    late = {**HOMELESS, "asked_gemeente": "reported", "melding_date": "2026-01-01", "unsafe_person": True}
    order = plan_for(late)
    assert [item.slug for item in order][:2] == ["safety", "tonight"]
    assert any(item.now and item.slug == "investigation" for item in order)
    letter = {**REFUSED, "letter_kind": "refusal", "letter_date": "2026-01-01", "other_parent": "refuses"}
    assert slugs(letter)[0] == "consent_dispute"


def test_safety_stays_before_a_place_for_tonight_also_when_that_was_told_earlier() -> None:
    situation = Situation.from_dict({**HOMELESS, "unsafe_person": True})
    items = plan(situation, (), DAY, CATALOGUE, (), {"tonight": DAY - timedelta(3)})
    assert [item.slug for item in items][:2] == ["safety", "tonight"]


def test_the_plan_of_ones_own_belongs_to_the_plan_until_its_last_day_and_not_after_it() -> None:
    reported = {**HOMELESS, "asked_gemeente": "reported", "melding_date": "2026-11-15"}
    assert one("own_plan", reported).due == DAY
    assert "own_plan" not in slugs({**reported, "melding_date": "2026-11-14"})


def test_a_last_day_far_away_is_no_reason_to_object_later_than_the_quick_measure_needs() -> None:
    letter = {**HOMELESS, "asked_gemeente": "refused_written", "letter_from": "gemeente", "letter_kind": "refusal"}
    dated = {**letter, "letter_date": "2026-11-20"}
    assert one("object", dated).due == date(2027, 1, 1)
    assert one("object", dated).group == "week"
    assert one("object", {**dated, "letter_date": "2026-10-11"}).group == "today"


# --- done, blocked, pages


def test_what_waits_for_something_says_so_until_that_is_done() -> None:
    assert one("chavez_visa", CHAVEZ).waits_for == ("chavez_file",)
    assert one("chavez_visa", CHAVEZ, done=["chavez_file"]).waits_for == ()
    assert one("chavez_file", CHAVEZ, done=["chavez_file"]).done


def test_a_page_holds_what_matters_most_in_the_order_of_doing() -> None:
    items = plan_for({**CHAVEZ, "address": "host_ok"})
    assert len(items) > MOST_ITEMS
    first, *rest = pages(items)
    assert len(first) == MOST_ITEMS
    assert {"passports", "housing", "chavez_file"} <= {item.slug for item in first}
    assert "bank" not in {item.slug for item in first}
    assert [item for item in items if item in first] == list(first)
    assert sorted(item.slug for page in (first, *rest) for item in page) == sorted(item.slug for item in items)


def test_what_is_done_makes_room_on_the_first_page() -> None:
    items = plan_for(CHAVEZ, done=["passports"])
    assert "passports" not in {item.slug for page in pages(items) for item in page}
    assert len(pages(items)[0]) == MOST_ITEMS


# --- what is asked for the plan


def test_the_plan_asks_its_own_questions_one_after_another_and_then_no_more() -> None:
    situation, asked = Situation.from_dict({"place": "abroad", "children": True}), []
    while question := next_question(situation):
        asked.append(question)
        situation = situation.with_answer(question, "own" if question == "address" else UNSURE)
    assert asked == ["other_parent", "address", "address_six_months", "savings_three_months"]


def test_without_an_address_nobody_asks_how_long_it_lasts_and_here_nothing_is_asked() -> None:
    no_address = {"place": "abroad", "departure_date": "unsure", "other_parent": "none", "address": "none"}
    assert next_question(Situation.from_dict(no_address)) == "savings_three_months"
    for profile in HERE:
        assert next_question(Situation.from_dict(ONE_OF_EACH[profile])) is None


# --- whatever a family tells


@given(SITUATIONS, FINDINGS, st.dates(), DONE)
@settings(deadline=None)
def test_every_family_gets_an_ordered_plan_with_reasons(
    situation: Situation, findings: list[Finding], today: date, done: frozenset[str]
) -> None:
    items = plan(situation, findings, today, CATALOGUE, done)
    order = [item.slug for item in items]
    assert order
    assert len(set(order)) == len(order)
    for item in items:
        assert item.grounds
        assert all(fact in CONTENT.law.facts for fact in item.grounds)
        assert item.now or item.due is None or item.due >= today
        needs = [name for name in CATALOGUE.items[item.slug].depends_on if name in order]
        assert all(order.index(name) < order.index(item.slug) for name in needs)
        assert set(item.waits_for) == set(needs) - done
    assert all(len(page) <= MOST_ITEMS for page in pages(items))
    assert sum(len(page) for page in pages(items)) == sum(not item.done for item in items)


@given(SITUATIONS, FINDINGS, st.dates())
@settings(deadline=None)
def test_a_family_in_the_netherlands_is_never_told_to_prepare_a_departure(
    situation: Situation, findings: list[Finding], today: date
) -> None:
    here = situation.with_answer("place", "netherlands")
    items = plan(here, findings, today, CATALOGUE)
    assert all(CATALOGUE.items[item.slug].counts != "departure" for item in items)
    assert next_question(here) is None


@given(SITUATIONS, FINDINGS, st.dates(), DONE)
@settings(deadline=None)
def test_ticking_off_changes_what_is_open_and_never_what_belongs_to_the_plan(
    situation: Situation, findings: list[Finding], today: date, done: frozenset[str]
) -> None:
    before, after = (plan(situation, findings, today, CATALOGUE, ticked) for ticked in ((), done))
    assert [item.slug for item in before] == [item.slug for item in after]
    assert {item.slug for item in after if item.done} == done & {item.slug for item in before}
