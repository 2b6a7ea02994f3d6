"""What the family told us: every question there is, in the order of subjects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, fields
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any

from actions.eligibility.questions import UNSURE, Answer, Kind, Unsure, ask, known, parse, plain

__all__ = [
    "UNSURE", "Situation", "Unsure", "known", "parse_answer", "plain", "question_bounds", "question_kind",
    "question_names", "question_options",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Situation:
    """One family. Every field is a question `ask.<field>`; durations are whole months, ages whole years."""

    # who and where
    place: Answer[str] = ask("choice", "abroad", "netherlands")
    nationality: Answer[str] = ask("choice", "dutch", "eu", "other")
    country: Answer[str] = ask("country")
    town: Answer[str] = ask("town")
    children: Answer[bool] = ask("yes_no")
    departure_date: Answer[date] = ask("date")
    arrival_date: Answer[date] = ask("date")
    # the Dutch child and its parent (Chavez-Vilchez)
    child_dutch: Answer[bool] = ask("yes_no")
    child_age: Answer[int] = ask("age", high=60)
    child_born: Answer[bool] = ask("yes_no")
    parent_type: Answer[str] = ask("choice", "own", "step", "foster")
    care: Answer[str] = ask("choice", "main", "shared", "now_and_then", "none")
    child_lives: Answer[str] = ask("choice", "with_me", "nl_without_me", "elsewhere")
    child_to_nl: Answer[bool] = ask("yes_no")
    eu_stay_elsewhere: Answer[str] = ask("choice", "none", "past", "current")
    criminal_record: Answer[bool] = ask("yes_no")
    other_parent: Answer[str] = ask("choice", "agrees", "refuses", "none", "violence")
    visa_required: Answer[bool] = ask("yes_no")
    ind_status: Answer[str] = ask("choice", "document", "pending", "none")
    # nationality: is this person (still) Dutch?
    nat_person: Answer[str] = ask("choice", "adult", "child")
    nat_valid_passport: Answer[bool] = ask("yes_no")
    nat_was_dutch: Answer[bool] = ask("yes_no")
    nat_only_dutch: Answer[bool] = ask("yes_no")
    nat_years_outside: Answer[int] = ask("number", high=90)
    nat_ten_years_before_2022: Answer[bool] = ask("yes_no")
    nat_other_by_choice: Answer[bool] = ask("yes_no")
    nat_parent_dutch_at_birth: Answer[bool] = ask("yes_no")
    nat_acknowledged: Answer[bool] = ask("yes_no")
    nat_age_acknowledged: Answer[int] = ask("age", high=25)
    nat_dna_within_year: Answer[bool] = ask("yes_no")
    nat_parent_lost: Answer[bool] = ask("yes_no")
    # other routes
    eu_family: Answer[str] = ask("choice", "of_eu_citizen", "of_dutch_via_eu", "none")
    ex_status: Answer[str] = ask("choice", "none", "naturalised", "permit")
    months_in_nl: Answer[int] = ask("duration", high=1200)
    works: Answer[bool] = ask("yes_no")
    hours_per_week: Answer[int] = ask("number", high=100)
    half_norm_income: Answer[bool] = ask("yes_no")
    lost_job: Answer[str] = ask("choice", "involuntary", "voluntary", "never_worked")
    jobseeker: Answer[bool] = ask("yes_no")
    months_worked: Answer[int] = ask("duration", high=720)
    months_since_job: Answer[int] = ask("duration", high=720)
    lawful_years: Answer[int] = ask("number", high=90)
    absence_years: Answer[int] = ask("number", high=90)
    enough_money: Answer[bool] = ask("yes_no")
    # registration
    stay_over_four_months: Answer[bool] = ask("yes_no")
    address: Answer[str] = ask("choice", "own", "host_ok", "host_no", "hotel", "none")
    deregistration_proof: Answer[bool] = ask("yes_no")
    # danger and shelter
    danger_now: Answer[bool] = ask("yes_no")
    suicide_risk: Answer[bool] = ask("yes_no")
    unsafe_person: Answer[bool] = ask("yes_no")
    exploitation: Answer[bool] = ask("yes_no")
    sleeping_tonight: Answer[str] = ask(
        "choice", "own_home", "family_ok", "family_unsafe", "hotel", "car", "street", "shelter"
    )
    pregnant_or_baby: Answer[bool] = ask("yes_no")
    residence_status: Answer[str] = ask("choice", "dutch", "eu", "chavez", "other_permit", "none")
    home_left: Answer[bool] = ask("yes_no")
    network_place: Answer[str] = ask("choice", "safe", "unsafe", "none")
    problems: Answer[frozenset[str]] = ask(
        "many", "none", "violence", "health", "mind", "debts", "parenting", "exploitation"
    )
    asked_gemeente: Answer[str] = ask("choice", "no", "reported", "refused_oral", "refused_written")
    melding_date: Answer[date] = ask("date")
    investigation_report: Answer[bool] = ask("yes_no")
    refusal_reason: Answer[str] = ask("choice", "binding", "self_reliant", "residence", "full", "other")
    # threat about the children
    threatened_with_child_removal: Answer[bool] = ask("yes_no")
    child_taken: Answer[bool] = ask("yes_no")
    judge_order: Answer[bool] = ask("yes_no")
    abuse_concern: Answer[bool] = ask("yes_no")
    asked_to_sign: Answer[bool] = ask("yes_no")
    report_made: Answer[bool] = ask("yes_no")
    # a letter
    letter_from: Answer[str] = ask("choice", "gemeente", "ind", "svb_or_tax", "court", "other")
    letter_kind: Answer[str] = ask("choice", "refusal", "objection_decided", "no_answer", "other")
    letter_date: Answer[date] = ask("date")
    notice_of_default_date: Answer[date] = ask("date")
    # eviction
    tenancy: Answer[str] = ask("choice", "own_contract", "sub_whole_home", "room", "with_others", "temporary")
    eviction_stage: Answer[str] = ask("choice", "pressure", "notice", "summons", "judgment", "served", "evicted")
    eviction_date: Answer[date] = ask("date")
    arrears: Answer[bool] = ask("yes_no")
    judged_in_absence: Answer[bool] = ask("yes_no")
    main_tenant_gone: Answer[bool] = ask("yes_no")
    # the household (shared by several rules)
    own_age: Answer[int] = ask("age", low=12)
    children_count: Answer[int] = ask("number", high=20)
    partner: Answer[str] = ask("choice", "none", "here", "abroad")
    income_low: Answer[bool] = ask("yes_no")
    host_relation: Answer[str] = ask("choice", "parent_child", "sibling", "other_family", "friend", "no_host")
    adults_27: Answer[int] = ask("number", high=20)
    away_reason: Answer[str] = ask("choice", "violence", "work", "study", "care", "other")
    # residence: half-siblings, loss of nationality, islands, EU family, refugees, abduction
    sibling_age: Answer[int] = ask("age", high=60)
    sibling_tie: Answer[str] = ask("choice", "own_custody", "own_no_custody", "not_own")
    sibling_along: Answer[bool] = ask("yes_no")
    sibling_other_parent: Answer[str] = ask("choice", "agrees", "refuses", "none", "violence")
    facilitating_visa: Answer[bool] = ask("yes_no")
    nat_lives_outside: Answer[bool] = ask("yes_no")
    nat_document_date: Answer[date] = ask("date")
    nat_start_date: Answer[date] = ask("date")
    nat_other_parent_dutch: Answer[bool] = ask("yes_no")
    island_family: Answer[str] = ask("choice", "all_dutch", "partner", "child", "both")
    eu_uk: Answer[bool] = ask("yes_no")
    eu_relation: Answer[str] = ask("choice", "spouse", "partner", "child_under_21", "child_21", "parent", "other")
    eu_dependent: Answer[bool] = ask("yes_no")
    eu_ground: Answer[bool] = ask("yes_no")
    eu_lived_together: Answer[bool] = ask("yes_no")
    eu_months_together: Answer[int] = ask("duration", high=1200)
    eu_proof: Answer[bool] = ask("yes_no")
    permit_state: Answer[str] = ask("choice", "valid", "expired", "withdrawn")
    permit_kind: Answer[str] = ask("choice", "asylum", "regular")
    origin_visit: Answer[bool] = ask("yes_no")
    months_away: Answer[int] = ask("duration", high=1200)
    away_each_year: Answer[bool] = ask("yes_no")
    moving_child_age: Answer[int] = ask("age", high=17)
    consent_kind: Answer[str] = ask("choice", "move_paper", "move_spoken", "travel")
    custody_paper: Answer[bool] = ask("yes_no")
    court_permission: Answer[bool] = ask("yes_no")
    # money: income, household, host, young adults
    assets: Answer[str] = ask("choice", "little", "savings", "property")
    home_benefit: Answer[bool] = ask("yes_no")
    receiver_age: Answer[int] = ask("age", low=12)
    students_27: Answer[int] = ask("number", high=20)
    business_rent: Answer[bool] = ask("yes_no")
    moved_in: Answer[bool] = ask("yes_no")
    host_home: Answer[str] = ask("choice", "rent", "mortgage", "own")
    host_income: Answer[str] = ask("choice", "bijstand", "aow_single", "work", "other")
    host_huurtoeslag: Answer[bool] = ask("yes_no")
    host_has_partner: Answer[bool] = ask("yes_no")
    big5_needs: Answer[frozenset[str]] = ask("many", "none", "home", "days", "money", "care", "people")
    # shelter and urgency: years of registration, procedure, self-reliance
    registered_here: Answer[bool] = ask("yes_no")
    registered_since: Answer[date] = ask("date")
    registered_earlier: Answer[bool] = ask("yes_no")
    earlier_from: Answer[date] = ask("date")
    earlier_until: Answer[date] = ask("date")
    registration_gap: Answer[bool] = ask("yes_no")
    registered_briefadres: Answer[bool] = ask("yes_no")
    lived_unregistered: Answer[bool] = ask("yes_no")
    family_lawful: Answer[bool] = ask("yes_no")
    granted_shelter: Answer[str] = ask("choice", "wmo", "after_violence", "noodopvang", "none")
    home_lost_how: Answer[str] = ask(
        "choice",
        "temporary",
        "with_others",
        "home_closed",
        "baby",
        "left_self",
        "breakup",
        "violence",
        "abroad",
        "other",
    )
    application_made: Answer[bool] = ask("yes_no")
    application_date: Answer[date] = ask("date")
    decision_received: Answer[bool] = ask("yes_no")
    decision_term_over: Answer[bool] = ask("yes_no")
    dutch_hard: Answer[bool] = ask("yes_no")
    exhausted: Answer[bool] = ask("yes_no")
    # daily life: address, legal aid, school, insurance, return, violence, route
    sleeps_one_address: Answer[bool] = ask("yes_no")
    address_giver: Answer[bool] = ask("yes_no")
    briefadres_answer: Answer[str] = ask("choice", "not_asked", "asked", "refused_oral", "refused_written")
    legal_urgency: Answer[str] = ask("choice", "hearing", "eviction", "child", "letter", "none")
    income_dropped: Answer[bool] = ask("yes_no")
    school_age: Answer[int] = ask("age", high=25)
    school_now: Answer[str] = ask("choice", "near", "far", "none", "refused")
    child_speaks_dutch: Answer[bool] = ask("yes_no")
    start_qualification: Answer[bool] = ask("yes_no")
    insured: Answer[bool] = ask("yes_no")
    return_wish: Answer[str] = ask("choice", "own_wish", "pressured", "not_wanted")
    stranded_airport: Answer[bool] = ask("yes_no")
    dv_help: Answer[str] = ask("choice", "none", "reported", "in_shelter", "refused")
    stay_via_partner: Answer[bool] = ask("yes_no")
    institution_exit: Answer[bool] = ask("yes_no")
    shelter_kind: Answer[str] = ask("choice", "night", "temporary", "institution")
    hotel_kind: Answer[str] = ask("choice", "gemeente", "self", "holiday_home")
    came_from_abroad: Answer[bool] = ask("yes_no")
    risk_signals: Answer[frozenset[str]] = ask("many", "none", "no_new_address", "professionals", "crowded", "promises")
    # plan, desk and letters
    address_six_months: Answer[bool] = ask("yes_no")
    savings_three_months: Answer[bool] = ask("yes_no")

    @staticmethod
    def from_dict(answers: Mapping[str, Any]) -> Situation:
        """Build from plain data (a slot, a YAML case). Raises ValueError that names every wrong answer at once."""
        errors: list[str] = []
        values: dict[str, Any] = {}
        for name, raw in answers.items():
            try:
                values[name] = parse_answer(name, raw)
            except ValueError as error:
                errors.append(str(error))
        if errors:
            raise ValueError("; ".join(errors))
        return Situation(**values)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-able data of the answers given; `from_dict` gives the same Situation back."""
        return {name: plain(value) for name in question_names() if (value := getattr(self, name)) is not None}

    def with_answer(self, name: str, value: Any) -> Situation:
        """A copy with one answer set (or taken back, with None)."""
        answers, setters = _slots()
        made = object.__new__(Situation)  # `replace` is three times as slow, and a turn tries a hundred answers
        for into, answer in zip(setters, answers(self), strict=True):
            into(made, answer)
        object.__setattr__(made, name, value)
        return made


@cache
def _questions() -> dict[str, Field[Any]]:
    return {f.name: f for f in fields(Situation)}


@cache
def _slots() -> tuple[Callable[[Situation], tuple[Any, ...]], list[Callable[[Situation, Any], None]]]:
    """What takes all answers out of a situation, and what puts each into a new one."""
    return attrgetter(*_questions()), [getattr(Situation, name).__set__ for name in _questions()]


def question_names() -> tuple[str, ...]:
    """All questions, in the order of this file."""
    return tuple(_questions())


def question_kind(name: str) -> Kind:
    """What sort of answer the question takes."""
    kind: Kind = _questions()[name].metadata["kind"]
    return kind


def question_options(name: str) -> tuple[str, ...]:
    """The options of a `choice` or `many` question, in the order they are shown; () for other kinds."""
    options: tuple[str, ...] = _questions()[name].metadata["options"]
    return options


def question_bounds(name: str) -> tuple[int, int]:
    """The lowest and the highest number that can be an answer (months for a duration)."""
    bounds = _questions()[name].metadata
    return bounds["low"], bounds["high"]


def parse_answer(name: str, raw: Any) -> Any:
    """Plain data to an answer of question `name`. Raises ValueError with one sentence when it cannot be one."""
    if name not in _questions():
        raise ValueError(f"'{name}' is not a question; see actions/eligibility/situation.py for the names")
    return parse(_questions()[name], raw)
