"""Families for the tests of the plan: one of each sort, and any family there can be."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from actions.dialogue.knowledge import knowledge
from actions.eligibility.finding import Finding, Outcome
from actions.eligibility.situation import (
    UNSURE,
    Situation,
    question_bounds,
    question_kind,
    question_names,
    question_options,
)
from actions.plan import load_plan
from channels.settings import ROOT
from tests.conftest import DAY

CONTENT = knowledge().content
CATALOGUE = load_plan(ROOT / "data", CONTENT)

DUTCH: dict[str, Any] = {"place": "abroad", "nationality": "dutch", "country": "GB", "children": True}
ONE_OF_EACH: dict[str, dict[str, Any]] = {
    "chavez": {"place": "abroad", "nationality": "other", "child_dutch": True, "children": True},
    "caribbean": {"place": "abroad", "nationality": "dutch", "country": "CW", "children": True},
    "returning_dutch": DUTCH,
    "ex_refugee": {"place": "abroad", "nationality": "dutch", "country": "GB", "ex_status": "naturalised"},
    "eu_route": {"place": "abroad", "nationality": "eu", "country": "ES"},
    "host_family": {**DUTCH, "address": "host_ok"},
    "homeless_here": {"place": "netherlands", "nationality": "dutch", "children": True, "sleeping_tonight": "car"},
    "facing_eviction": {"place": "netherlands", "children": True, "eviction_stage": "summons"},
    "refused_at_desk": {"place": "netherlands", "children": True, "asked_gemeente": "refused_oral"},
}


def finding(right: str, outcome: Outcome) -> Finding:
    return Finding(right, outcome, "any", (), (), (), (), {}, DAY, "")


def _answers(name: str) -> st.SearchStrategy[Any]:
    kind = question_kind(name)
    if kind in ("number", "age", "duration"):
        return st.one_of(st.none(), st.just(UNSURE), st.integers(*question_bounds(name)))
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "yes_no": st.booleans(),
        "choice": st.sampled_from(question_options(name) or ("",)),
        "many": st.frozensets(st.sampled_from(question_options(name) or ("",))),
        "date": st.dates(),
        "country": st.sampled_from(["CW", "BQ", "MA", "GB"]),
        "town": st.just("GM0363"),
    }
    return st.one_of(st.none(), st.just(UNSURE), by_kind[kind])


# The answers at which the plan looks; the other hundred questions cannot change it.
_READ = (
    "place", "nationality", "country", "children", "departure_date", "arrival_date", "child_dutch", "child_lives",
    "other_parent", "sibling_age", "sibling_other_parent", "visa_required", "ind_status", "eu_family", "ex_status",
    "stay_over_four_months", "address", "danger_now", "unsafe_person", "sleeping_tonight", "home_left",
    "asked_gemeente", "melding_date", "investigation_report", "refusal_reason", "letter_from", "letter_kind",
    "letter_date", "notice_of_default_date", "eviction_stage", "eviction_date", "arrears", "judged_in_absence",
    "host_relation", "address_six_months", "savings_three_months", "residence_status", "problems", "consent_kind",
    "court_permission",
)  # fmt: skip
assert set(_READ) <= set(question_names())
SITUATIONS = st.builds(Situation, **{name: _answers(name) for name in _READ})
FINDINGS = st.lists(st.builds(finding, st.sampled_from(["residence_right", "chavez"]), st.sampled_from(Outcome)))
DONE = st.frozensets(st.sampled_from(sorted(CATALOGUE.items)))
