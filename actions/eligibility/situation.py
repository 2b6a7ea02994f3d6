"""What the family told us.

`None` means: not asked yet. `UNSURE` means: asked, and they do not know. Neither is ever read as "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Final, Literal, TypeGuard, TypeVar, Union


class Unsure(Enum):
    """The answer "I do not know"."""

    UNSURE = "unsure"

    def __repr__(self) -> str:
        return "UNSURE"


UNSURE: Final = Unsure.UNSURE

T = TypeVar("T")
Answer = Union[T, Unsure, None]
Kind = Literal["yes_no", "choice", "many", "number", "age", "date", "duration", "country", "town"]


def known(answer: T | Unsure | None) -> TypeGuard[T]:
    """True when the family gave a real answer (not None, not UNSURE)."""
    return answer is not None and answer is not UNSURE


def _ask(kind: Kind, *options: str, low: int = 0, high: int = 120) -> Any:
    return field(default=None, metadata={"kind": kind, "options": options, "low": low, "high": high})


@dataclass(frozen=True, slots=True)
class Situation:
    """One family. Every field is a question `ask.<field>`; durations are whole months, ages whole years."""

    # who and where
    place: Answer[str] = _ask("choice", "abroad", "netherlands")
    nationality: Answer[str] = _ask("choice", "dutch", "eu", "other")
    country: Answer[str] = _ask("country")
    town: Answer[str] = _ask("town")
    children: Answer[bool] = _ask("yes_no")
    departure_date: Answer[date] = _ask("date")
    arrival_date: Answer[date] = _ask("date")
    # the Dutch child and its parent (Chavez-Vilchez)
    child_dutch: Answer[bool] = _ask("yes_no")
    child_age: Answer[int] = _ask("age", high=60)
    child_born: Answer[bool] = _ask("yes_no")
    parent_type: Answer[str] = _ask("choice", "own", "step", "foster")
    care: Answer[str] = _ask("choice", "main", "shared", "now_and_then", "none")
    child_lives: Answer[str] = _ask("choice", "with_me", "nl_without_me", "elsewhere")
    child_to_nl: Answer[bool] = _ask("yes_no")
    eu_stay_elsewhere: Answer[str] = _ask("choice", "none", "past", "current")
    criminal_record: Answer[bool] = _ask("yes_no")
    other_parent: Answer[str] = _ask("choice", "agrees", "refuses", "none", "violence")
    visa_required: Answer[bool] = _ask("yes_no")
    ind_status: Answer[str] = _ask("choice", "document", "pending", "none")
    # nationality: is this person (still) Dutch?
    nat_person: Answer[str] = _ask("choice", "adult", "child")
    nat_valid_passport: Answer[bool] = _ask("yes_no")
    nat_was_dutch: Answer[bool] = _ask("yes_no")
    nat_only_dutch: Answer[bool] = _ask("yes_no")
    nat_years_outside: Answer[int] = _ask("number", high=90)
    nat_ten_years_before_2022: Answer[bool] = _ask("yes_no")
    nat_other_by_choice: Answer[bool] = _ask("yes_no")
    nat_parent_dutch_at_birth: Answer[bool] = _ask("yes_no")
    nat_acknowledged: Answer[bool] = _ask("yes_no")
    nat_age_acknowledged: Answer[int] = _ask("age", high=25)
    nat_dna_within_year: Answer[bool] = _ask("yes_no")
    nat_parent_lost: Answer[bool] = _ask("yes_no")
    # other routes
    eu_family: Answer[str] = _ask("choice", "of_eu_citizen", "of_dutch_via_eu", "none")
    ex_status: Answer[str] = _ask("choice", "none", "naturalised", "permit")
    months_in_nl: Answer[int] = _ask("duration", high=1200)
    works: Answer[bool] = _ask("yes_no")
    hours_per_week: Answer[int] = _ask("number", high=100)
    half_norm_income: Answer[bool] = _ask("yes_no")
    lost_job: Answer[str] = _ask("choice", "involuntary", "voluntary", "never_worked")
    jobseeker: Answer[bool] = _ask("yes_no")
    months_worked: Answer[int] = _ask("duration", high=720)
    months_since_job: Answer[int] = _ask("duration", high=720)
    lawful_years: Answer[int] = _ask("number", high=90)
    absence_years: Answer[int] = _ask("number", high=90)
    enough_money: Answer[bool] = _ask("yes_no")
    # registration
    stay_over_four_months: Answer[bool] = _ask("yes_no")
    address: Answer[str] = _ask("choice", "own", "host_ok", "host_no", "hotel", "none")
    deregistration_proof: Answer[bool] = _ask("yes_no")
    # danger and shelter
    danger_now: Answer[bool] = _ask("yes_no")
    suicide_risk: Answer[bool] = _ask("yes_no")
    unsafe_person: Answer[bool] = _ask("yes_no")
    exploitation: Answer[bool] = _ask("yes_no")
    sleeping_tonight: Answer[str] = _ask(
        "choice", "own_home", "family_ok", "family_unsafe", "hotel", "car", "street", "shelter"
    )
    pregnant_or_baby: Answer[bool] = _ask("yes_no")
    residence_status: Answer[str] = _ask("choice", "dutch", "eu", "chavez", "other_permit", "none")
    home_left: Answer[bool] = _ask("yes_no")
    network_place: Answer[str] = _ask("choice", "safe", "unsafe", "none")
    problems: Answer[frozenset[str]] = _ask(
        "many", "none", "violence", "health", "mind", "debts", "parenting", "exploitation"
    )
    asked_gemeente: Answer[str] = _ask("choice", "no", "reported", "refused_oral", "refused_written")
    melding_date: Answer[date] = _ask("date")
    investigation_report: Answer[bool] = _ask("yes_no")
    refusal_reason: Answer[str] = _ask("choice", "binding", "self_reliant", "residence", "full", "other")
    # threat about the children
    threatened_with_child_removal: Answer[bool] = _ask("yes_no")
    child_taken: Answer[bool] = _ask("yes_no")
    judge_order: Answer[bool] = _ask("yes_no")
    abuse_concern: Answer[bool] = _ask("yes_no")
    asked_to_sign: Answer[bool] = _ask("yes_no")
    report_made: Answer[bool] = _ask("yes_no")
    # a letter
    letter_from: Answer[str] = _ask("choice", "gemeente", "ind", "svb_or_tax", "court", "other")
    letter_kind: Answer[str] = _ask("choice", "refusal", "objection_decided", "no_answer", "other")
    letter_date: Answer[date] = _ask("date")
    notice_of_default_date: Answer[date] = _ask("date")
    # eviction
    tenancy: Answer[str] = _ask("choice", "own_contract", "sub_whole_home", "room", "with_others", "temporary")
    eviction_stage: Answer[str] = _ask("choice", "pressure", "notice", "summons", "judgment", "served", "evicted")
    eviction_date: Answer[date] = _ask("date")
    arrears: Answer[bool] = _ask("yes_no")
    judged_in_absence: Answer[bool] = _ask("yes_no")
    main_tenant_gone: Answer[bool] = _ask("yes_no")

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
        return replace(self, **{name: value})


@cache
def _questions() -> dict[str, Field[Any]]:
    return {f.name: f for f in fields(Situation)}


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


def plain(value: Any) -> Any:
    """An answer as plain data: UNSURE as "unsure", a date as ISO text, a set as a sorted list."""
    if value is UNSURE:
        return "unsure"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return value


def parse_answer(name: str, raw: Any) -> Any:
    """Plain data to an answer of question `name`. Raises ValueError with one sentence when it cannot be one."""
    if name not in _questions():
        raise ValueError(f"'{name}' is not a question; see actions/eligibility/situation.py for the names")
    if raw is None or raw is UNSURE:
        return raw
    return UNSURE if raw == "unsure" else _parse_known(name, raw)


def _parse_known(name: str, raw: Any) -> Any:
    kind, options = question_kind(name), question_options(name)
    match kind:
        case "yes_no" if isinstance(raw, bool):
            return raw
        case "choice" if raw in options:
            return raw
        case "many" if isinstance(raw, list | frozenset | set | tuple) and set(raw) <= set(options):
            return frozenset(raw)
        case "date":
            return _parse_date(name, raw)
        case "number" | "age" | "duration" if isinstance(raw, int) and not isinstance(raw, bool):
            return _parse_number(name, raw)
        case "country" | "town" if isinstance(raw, str) and 0 < len(raw) <= 60:
            return raw
        case _:
            pass
    wanted = {"yes_no": "true, false", "many": f"a list of {', '.join(options)}", "choice": ", ".join(options)}
    raise ValueError(f"'{name}' takes {wanted.get(kind, f'a {kind}')} or unsure, not {raw!r}")


def _parse_number(name: str, raw: int) -> int:
    low, high = _questions()[name].metadata["low"], _questions()[name].metadata["high"]
    if not low <= raw <= high:
        raise ValueError(f"'{name}' must lie between {low} and {high}, not {raw}")
    return raw


def _parse_date(name: str, raw: Any) -> date:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        raise ValueError(f"'{name}' takes a date such as 2026-11-22 or unsure, not {raw!r}") from None
