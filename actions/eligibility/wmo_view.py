"""How the answers are read for the shelter test: status, violence, serious problems, home left, family.

Used by wmo_shelter alone; an open answer stays None and is never read as "no".
"""

from __future__ import annotations

from dataclasses import dataclass

from actions.eligibility.situation import Situation, known

QUALIFYING = ("dutch", "chavez", "other_permit")


@dataclass(frozen=True, slots=True)
class View:
    """What the answers mean for the test. `status`: None = open, "unclear" = the answers do not agree."""

    status: str | None
    violence: bool | None  # None: open or unsure
    serious: frozenset[str] | None
    left: bool | None
    family: bool | None


def view_of(s: Situation) -> View:
    problems = s.problems - {"none"} if known(s.problems) else None
    violence = False if problems is not None and s.unsafe_person is False else None
    if s.unsafe_person is True or (problems and "violence" in problems):
        violence = True
    serious = problems
    if serious is not None:
        serious |= {"violence"} if s.unsafe_person is True else frozenset()
        serious |= {"street_now"} if s.sleeping_tonight in ("street", "car") else frozenset()
    family = True if s.children is True or s.pregnant_or_baby is True else None
    if s.children is False and s.pregnant_or_baby is False:
        family = False
    return View(_status(s), violence, serious, _left(s), family)


def _status(s: Situation) -> str | None:
    """Stated or derived, so that it is not asked twice; "unclear" when the two do not agree."""
    stated = s.residence_status if known(s.residence_status) else None
    if stated == "none" and s.child_dutch is True:
        return "unclear"  # the right of the parent of a Dutch child does not depend on a paper
    derived = s.nationality if s.nationality in ("dutch", "eu") else None
    if s.nationality == "other" and s.child_dutch is True:
        derived = "chavez"
    if stated is None or derived is None or stated == derived:
        found = stated or derived
        return found if isinstance(found, str) else None
    return stated if stated in QUALIFYING and derived in QUALIFYING else "unclear"


def _left(s: Situation) -> bool | None:
    """Where they sleep goes before "I did not leave a home": a family back from abroad never had one here."""
    if s.sleeping_tonight in ("street", "car", "shelter"):
        return True
    if s.home_left is False and s.sleeping_tonight == "family_unsafe":
        return True
    if known(s.home_left):
        return s.home_left
    return False if s.sleeping_tonight == "own_home" else None
