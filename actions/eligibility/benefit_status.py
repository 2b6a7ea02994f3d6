"""As whom somebody asks for money: Dutch, EU citizen, parent of a Dutch child, permit, waiting, or without status.

Used by the rules about money. Facts bijstand.who, bijstand.chavez, eu.permanent, toeslagen.residence, residence.none;
Pw article 11. An open answer stays None; answers that do not agree are "unclear", never a guess.
"""

from __future__ import annotations

from datetime import date

from actions.eligibility.asking import unanswered
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law

READS = ("nationality", "residence_status", "child_dutch", "ind_status", "lawful_years", "absence_years")
_OF_CHAVEZ = {"document": "chavez_document", "pending": "chavez_pending", "none": "chavez_not_applied"}
_OF_OTHERS = {"document": "permit", "pending": "pending", "none": "none"}


def status_of(s: Situation) -> str | None:
    """dutch, eu, chavez_document, chavez_pending, chavez_not_applied, permit, pending, none, unclear; None: still open.

    Stated (residence_status) or derived from the other answers, so that nothing is asked twice.
    """
    stated = s.residence_status if known(s.residence_status) else None
    if s.nationality in ("dutch", "eu"):
        return str(s.nationality) if stated in (None, s.nationality) else "unclear"
    if stated in ("dutch", "eu"):
        return str(stated) if s.nationality is None else "unclear"
    if stated is None and not known(s.nationality):
        return None if s.nationality is None else "unclear"
    return _from_outside_the_eu(s, stated)


def _from_outside_the_eu(s: Situation, stated: str | None) -> str | None:
    if stated == "other_permit":  # also with a Dutch child: a document is then not that of the parent
        return "unclear" if s.ind_status == "none" else "permit"
    if s.child_dutch is True or (stated == "chavez" and s.child_dutch is not False):
        return _by_ind(s, _OF_CHAVEZ)
    if stated == "chavez" or s.child_dutch is UNSURE:
        return "unclear"
    if s.child_dutch is None:
        return None
    if stated == "none" and s.ind_status in (None, "none"):
        return "none"
    return _by_ind(s, _OF_OTHERS)


def _by_ind(s: Situation, statuses: dict[str, str]) -> str | None:
    if s.ind_status is None:
        return None
    return statuses[s.ind_status] if known(s.ind_status) else "unclear"


def status_questions(s: Situation) -> tuple[str, ...]:
    """The open questions by which the status can be told, what decides most first."""
    if not known(s.residence_status) and s.nationality is None:
        return ("nationality",)
    return unanswered(s, "child_dutch", "ind_status")


def eu_permanent(s: Situation, law: Law, today: date) -> bool:
    """Whether an EU citizen has lived here lawfully long enough, and has not been away too long since."""
    years, absence = s.lawful_years, s.absence_years
    if not known(years) or not known(absence):
        return False
    enough = years >= law.number("eu_permanent_years", today)
    return enough and absence <= law.number("eu_permanent_absence_years", today)


def eu_questions(s: Situation, law: Law, today: date) -> tuple[str, ...]:
    """What is still to be asked about permanent residence; after a short stay nothing more."""
    years = s.lawful_years
    if known(years) and years >= law.number("eu_permanent_years", today):
        return unanswered(s, "absence_years")
    return unanswered(s, "lawful_years")
