"""May the family move with the child now, or must it stop first for the other parent?

Facts prep.custody.*; Hague Convention of 1980 (a child under 16 must in principle return). Also for Dutch parents who
"go home". The warnings are those of `chavez`, so that every check speaks with one voice. Never a verdict on violence.
In: the answers about the children, the other parent, the papers. Out: stop, first on paper, or ready with papers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions.eligibility import chavez
from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = ("children", *chavez.CONSENT_READS, "custody_paper", "moving_child_age")
_CONSENT = ("prep.custody.consent", "prep.custody.paper")
_ADVISERS = ("centrum_iko", "lawyer", "person")


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: safety, then the stop, then no children, then the papers of who may go."""
    if safety := chavez.safety_warning(s):
        return safety
    if stop := chavez.consent_warning(s):
        return _stopped(s, stop, law, today)
    if s.children is False:
        return Conclusion(Outcome.LIKELY_YES, "no_children", _CONSENT, (), ("step.custody_if_child",), ("person",))
    where = ("child_lives",) if s.place == "netherlands" else ()  # the child may still be abroad
    if missing := unanswered(s, "children", "place", *where, "other_parent"):
        return Conclusion(Outcome.DEPENDS, "open", _CONSENT, missing)
    only_travel = s.other_parent == "agrees" and s.consent_kind == "travel"
    if s.court_permission is True and (s.other_parent in ("refuses", UNSURE) or only_travel):
        steps = ("step.custody_ruling", "step.custody_bring")
        return Conclusion(Outcome.DEPENDS, "court_permission", _CONSENT, (), steps, _ADVISERS)
    if s.other_parent is UNSURE:  # the child is here already, or stays behind
        steps = ("step.custody_dispute", "step.custody_register")
        return Conclusion(Outcome.DEPENDS, "here_unsure", _CONSENT, (), steps, _ADVISERS)
    if not chavez.child_abroad(s):
        return _here(s, law, today)
    return _alone(s) if s.other_parent == "none" else _agreed(s)


def _stopped(s: Situation, stop: Conclusion, law: Law, today: date) -> Conclusion:
    """The stop of `chavez` with what this rule knows more: the age, the kind of consent, the way to the court."""
    if stop.says != "consent_stop":
        where = ("child_lives",) if s.place == "netherlands" else ()
        return replace(stop, missing=unanswered(s, *where, "court_permission"))
    limit = law.number("child_return_age", today)
    values = {"return_age": limit}
    court = ("step.custody_court",)
    if s.other_parent == "agrees":
        return replace(stop, says="travel_only", next_steps=(*stop.next_steps, *court), values=values)
    older = known(s.moving_child_age) and s.moving_child_age >= limit
    says = "consent_stop_older" if older else stop.says
    steps = (*stop.next_steps, *court) if s.other_parent == "refuses" else (*stop.next_steps, "step.custody_register")
    missing = unanswered(s, "court_permission", "moving_child_age")
    return replace(stop, says=says, next_steps=steps, values=values, missing=missing)


def _here(s: Situation, law: Law, today: date) -> Conclusion:
    """The child lives here already: a child that stays on a consent for the journey alone is not settled either."""
    if s.other_parent == "none":
        return Conclusion(Outcome.LIKELY_YES, "here", _CONSENT, (), ("step.custody_keep",), ("person",))
    if s.consent_kind is None:
        return Conclusion(Outcome.DEPENDS, "open", _CONSENT, ("consent_kind",))
    if s.consent_kind == "travel":
        values = {"return_age": law.number("child_return_age", today)}
        steps: tuple[str, ...] = ("step.custody_dispute", "step.custody_paper")
        return Conclusion(Outcome.ADVICE_NOW, "travel_only_here", _CONSENT, (), steps, _ADVISERS, values)
    if s.consent_kind is UNSURE:
        steps = ("step.custody_dispute", "step.custody_register")
        return Conclusion(Outcome.DEPENDS, "here_unsure", _CONSENT, (), steps, _ADVISERS)
    paper = ("step.custody_paper",) if s.consent_kind == "move_spoken" else ()
    return Conclusion(Outcome.LIKELY_YES, "here", _CONSENT, (), (*paper, "step.custody_keep"), ("person",))


def _agreed(s: Situation) -> Conclusion:
    """The other parent agrees: with the move, and on paper?"""
    if s.consent_kind is None:
        return Conclusion(Outcome.DEPENDS, "open", _CONSENT, ("consent_kind",))
    if s.consent_kind == "move_paper":
        return Conclusion(Outcome.LIKELY_YES, "ready", _CONSENT, (), ("step.custody_bring",), ("person",))
    steps = ("step.custody_paper", "step.custody_wait_paper")
    return Conclusion(Outcome.DEPENDS, "paper_first", _CONSENT, (), steps, _ADVISERS)


def _alone(s: Situation) -> Conclusion:
    """No other parent with custody or say, or that parent has died: is there a paper that shows it?"""
    if s.custody_paper is None:
        return Conclusion(Outcome.DEPENDS, "open", _CONSENT, ("custody_paper",))
    if s.custody_paper is True:
        return Conclusion(Outcome.LIKELY_YES, "ready_alone", _CONSENT, (), ("step.custody_bring_alone",), ("person",))
    steps = ("step.custody_register", "step.custody_wait_paper")
    return Conclusion(Outcome.DEPENDS, "alone_paper_first", _CONSENT, (), steps, _ADVISERS)


RULE = Rule("child_abduction_stop", "2", READS, conclude)
