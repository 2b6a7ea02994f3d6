"""A first letter in Dutch, filled with what the family told: bezwaar, melding Wmo, ingebrekestelling. Pure.

In: the text with its holes (data/letters), Situation, law, day. Out: Letter, with the last day to send it and the notes
for the family. Nothing is invented: what was not told stays a blank between [ ], and a sentence about the family stands
in the letter only when the family said it. Facts: objection.bezwaar (Awb 6:7, 6:8), objection.silence (Awb 4:17),
shelter.report_step1_melding, shelter.step2_investigation and shelter.step3_application_decision (Wmo 2.3.2, 2.3.5).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date

from actions.desk import HOLE, LetterText, Paragraph, Told
from actions.eligibility.objection_deadline import RULE as TERM
from actions.eligibility.situation import Situation, known
from actions.law import Law
from actions.municipalities import Municipality

GIVEN = ("name", "address", "reference", "gemeente")
_LONGEST = 120
_CODE = re.compile(r"GM\d{4}")


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell the family beside the letter: a message key and what fills it."""

    say: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to print and sign. All lines are Dutch; `notes` tell the family in its own language.

    `deadline`: the last day on which it can probably be sent in time; None where there is none or it is not known.
    """

    name: str
    title: str
    sender: tuple[str, ...]
    to: tuple[str, ...]
    day: str
    subject: str
    paragraphs: tuple[str, ...]
    closing: tuple[str, ...]
    deadline: date | None
    notes: tuple[Note, ...]
    grounds: tuple[str, ...]

    def written(self) -> dict[str, Any]:
        """What stands on the paper, as plain data: enough to print it again at any later moment."""
        parts = ("name", "title", "sender", "to", "day", "subject", "paragraphs", "closing")
        return {part: value if isinstance(value := getattr(self, part), str) else list(value) for part in parts}


def letter(
    name: str,
    text: LetterText,
    s: Situation,
    law: Law,
    today: date,
    *,
    municipality: Municipality | None = None,
    given: Mapping[str, str] | None = None,
) -> Letter:
    """Fill `text`. `given`: name, address, reference or gemeente, where somebody wrote them down.

    Raises ValueError with one sentence for something given that does not belong in a letter, and law.ValueUnknown.
    """
    deadline = _last_day(name, s, law, today)
    late = deadline is not None and deadline < today
    filled = _told(s, today, municipality) | _checked(given or {})
    values = {str(hole): filled.get(hole) or blank for hole, blank in text.holes.items()}

    def fill(line: str) -> str:
        return HOLE.sub(lambda hole: values[hole[1]], line)

    def stands(part: Paragraph) -> bool:
        return all(_is(c, s, today, late) for c in part.when) and not any(_is(c, s, today, late) for c in part.unless)

    body = [part for part in text.paragraphs if stands(part)]
    grounds = (*text.grounds, *(ground for part in body for ground in part.grounds))
    return Letter(
        name,
        text.title,
        tuple(map(fill, text.sender)),
        tuple(fill(part.text) for part in text.to if stands(part)),
        text.day,
        fill(text.subject),
        tuple(fill(part.text) for part in body),
        tuple(map(fill, text.closing)),
        deadline,
        (
            *_first_notes(name, s, law, today, deadline),
            *(Note(key) for key in (f"letter.{name}.send", "letter.blanks", *text.notes)),
        ),
        tuple(dict.fromkeys(grounds)),
    )


# --- what the family told


def _is(told: Told, s: Situation, today: date, late: bool) -> bool:
    return late if told == "late" else _CONDITIONS[told](s, today)


def _children(s: Situation, _today: date) -> bool:
    """Children who live with the family: only then "my children and I" is true."""
    some = s.children is True or (known(s.children_count) and s.children_count > 0)
    return some and s.children is not False and s.child_lives in (None, "with_me") and s.child_taken is not True


def _from_gemeente(s: Situation, today: date) -> bool:
    if known(s.letter_from):
        return s.letter_from == "gemeente"
    return _reported(s, today) or s.asked_gemeente in ("reported", "refused_oral", "refused_written")


def _reported(s: Situation, today: date) -> bool:
    from_gemeente = not known(s.letter_from) or s.letter_from == "gemeente"
    return known(s.melding_date) and s.melding_date <= today and from_gemeente


def _refused(s: Situation, reason: str) -> bool:
    return s.refusal_reason == reason and s.asked_gemeente in ("refused_oral", "refused_written")


_CONDITIONS: dict[Told, Callable[[Situation, date], bool]] = {
    "children": _children,
    "tonight": lambda s, _: s.sleeping_tonight in ("street", "car", "family_unsafe"),
    "reported": _reported,
    # with a letter of its own the family may mean another decision
    "shelter_refused": lambda s, _: s.asked_gemeente == "refused_written" and not known(s.letter_from),
    "refused_binding": lambda s, _: _refused(s, "binding"),
    "from_gemeente": _from_gemeente,
    "from_ind": lambda s, _: s.letter_from == "ind",
}


def _told(s: Situation, today: date, municipality: Municipality | None) -> dict[str, str]:
    found: dict[str, str] = {}
    if municipality or (known(s.town) and not _CODE.fullmatch(s.town)):
        found["gemeente"] = _plain(municipality.name if municipality else str(s.town))
    if s.letter_kind == "refusal" and s.letter_from != "court" and known(s.letter_date) and s.letter_date <= today:
        found["decision_date"] = _day(s.letter_date)
    asked = s.application_date if known(s.application_date) and s.application_date <= today else s.melding_date
    if _reported(s, today) and known(asked):
        found["melding_date"] = _day(asked)
    return found


def _day(day: date) -> str:
    return format_date(day, "d MMMM y", locale="nl")


def _plain(value: str) -> str:
    """One line of plain words: no control characters, no holes, not endless."""
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in value)
    return " ".join(kept.replace("{", "(").replace("}", ")").split())[:_LONGEST].strip()


def _checked(given: Mapping[str, str]) -> dict[str, str]:
    if unknown := [key for key in given if key not in GIVEN]:
        raise ValueError(f"'{unknown[0]}' cannot be given for a letter; use {', '.join(GIVEN)}.")
    for key, value in given.items():
        if key != "reference" and re.search(r"\d{8,}", re.sub(r"[ .-]", "", str(value))):
            raise ValueError(f"'{key}' holds a long number; a BSN or document number does not belong in this letter.")
    return {key: _plain(str(value)) for key, value in given.items()}


# --- days


def _last_day(name: str, s: Situation, law: Law, today: date) -> date | None:
    """Only an objection has a last day, and only when the day of a decision is known."""
    if name != "bezwaar" or s.letter_kind != "refusal" or s.letter_from == "court":
        return None
    day = TERM.assess(s, law, None, today).values.get("last_day")
    return day if isinstance(day, date) else None


def _first_notes(name: str, s: Situation, law: Law, today: date, deadline: date | None) -> tuple[Note, ...]:
    match name:
        case "bezwaar":
            return _about_objection(s, law, today, deadline)
        case "melding":
            return (Note("letter.investigation", {"weeks": law.number("wmo_investigation_weeks", today)}),)
        case "ingebrekestelling":
            return _about_default(s, law, today)
    return ()


def _about_objection(s: Situation, law: Law, today: date, deadline: date | None) -> tuple[Note, ...]:
    if s.letter_from == "court" or s.letter_kind == "objection_decided":
        return (Note("letter.other_route"),)
    if deadline is not None:
        return (Note("letter.deadline_late" if deadline < today else "letter.deadline", {"day": deadline}),)
    oral = (Note("letter.oral_refusal"),) if s.asked_gemeente == "refused_oral" and s.letter_kind is None else ()
    weeks = {
        "weeks": law.number("objection_weeks", today),
        "weeks_ind": law.number("ind_objection_weeks", today),
    }
    return (*oral, Note("letter.deadline_unknown", weeks))


def _about_default(s: Situation, law: Law, today: date) -> tuple[Note, ...]:
    check = Note("step.letter_check_decision_term")
    if not _reported(s, today) or not known(s.melding_date):
        return (check,)
    weeks = law.number("wmo_investigation_weeks", max(s.melding_date, _first_known(law, "wmo_investigation_weeks")))
    day = s.melding_date + timedelta(weeks=weeks)
    if day >= today:
        return (Note("letter.too_early", {"day": day}), check)
    return (Note("letter.apply_first", {"day": day, "weeks": law.number("wmo_decision_weeks", today)}), check)


def _first_known(law: Law, name: str) -> date:
    return min(law.values[name].values)
