"""May a parent from outside the EU live here because of a Dutch child under 18 (Chavez-Vilchez)?

Facts residence.chavez.* and prep.custody.*; article 20 TFEU, CJEU C-133/15 (10 May 2017), C-451/19 and C-624/20;
Vw 2000 article 8 under e. No condition about a house, an income or a civic-integration exam.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "nationality",
    "place",
    "child_dutch",
    "child_age",
    "child_born",
    "parent_type",
    "care",
    "child_lives",
    "child_to_nl",
    "eu_stay_elsewhere",
    "criminal_record",
    "other_parent",
    "consent_kind",
    "court_permission",
    "ind_status",
)
CONSENT_READS = ("place", "child_lives", "child_to_nl", "other_parent", "consent_kind", "court_permission")
_ADVISERS = ("juridisch_loket", "lawyer", "person")


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Something in the answers that a person has to look at."""

    says: str
    grounds: tuple[str, ...]
    steps: tuple[str, ...] = ()


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: danger, consent, hard stops, red flags, doubts, open questions; only then "probably"."""
    stop = _hard_stop(s, law, today)
    grown_up = stop if stop and stop.says == "child_adult" else None
    first = safety_warning(s) or grown_up or consent_warning(s) or stop or _red_flag(s)
    if first:
        return first
    doubts = _doubts(s, law, today)
    missing = _open_questions(s, bool(doubts))
    values = {"child_age_limit": law.number("chavez_child_age_limit", today)}
    if not doubts and not missing:
        grounds = tuple(f"residence.chavez.{name}" for name in ("what", "child", "care", "dependency", "no_housing"))
        return Conclusion(Outcome.LIKELY_YES, "may_have_right", grounds, (), _steps(s), ("ind", "person"), values)
    if not doubts:
        grounds = tuple(f"residence.chavez.{name}" for name in ("what", "child", "care"))
        return Conclusion(Outcome.DEPENDS, "open", grounds, missing)
    found = tuple(ground for doubt in doubts for ground in doubt.grounds)
    steps = (*(step for doubt in doubts for step in doubt.steps), "step.chavez_advice")
    return Conclusion(Outcome.DEPENDS, doubts[0].says, found, missing, steps, _ADVISERS, values)


def safety_warning(s: Situation) -> Conclusion | None:
    """Violence by the other parent: no verdict, people first. Also for families with another right to live here."""
    if s.other_parent != "violence":
        return None
    people = ("veilig_thuis", "police", "embassy", "lawyer", "centrum_iko", "person")
    grounds = ("prep.custody.safety", "prep.custody.consent")
    return Conclusion(Outcome.ADVICE_NOW, "safety", grounds, (), ("step.custody_safety",), people)


def child_abroad(s: Situation) -> bool:
    """Whether the child would still move to the Netherlands; also when only the child is not here yet."""
    if s.child_lives == "nl_without_me":
        return False
    return s.place != "netherlands" or s.child_lives == "elsewhere"


def ask_about_children(s: Situation) -> tuple[str, ...]:
    """On every route: nobody moves a child before the other parent was thought of."""
    if not child_abroad(s) or s.children is False or s.other_parent is not None:
        return ()
    return ("children",) if s.children is None else ("other_parent",)


def custody_papers(s: Situation) -> tuple[str, ...]:
    """What to have about the other parent when a child still moves; nobody who is alone is sent to ask for consent."""
    if s.other_parent == "none":
        return ("step.custody_bring_alone",)
    return ("step.custody_ruling",) if s.court_permission is True else ("step.custody_paper",)


def consent_warning(s: Situation) -> Conclusion | None:
    """No consent of the other parent: stop and get advice. Also used for families with another right to live here.

    Consent for a journey is no consent for the move; permission of a court takes its place.
    """
    if s.court_permission is True:
        return None
    moves = child_abroad(s) and s.child_to_nl is not False
    only_travel = s.other_parent == "agrees" and s.consent_kind == "travel"
    grounds = ("prep.custody.consent", "prep.custody.paper")
    people = ("centrum_iko", "lawyer", "person")
    if moves and (s.other_parent == "refuses" or s.other_parent is UNSURE or only_travel):
        steps = ("step.custody_stop", "step.custody_paper")
        return Conclusion(Outcome.ADVICE_NOW, "consent_stop", grounds, (), steps, people)
    if s.other_parent == "refuses":
        return Conclusion(Outcome.ADVICE_NOW, "consent_dispute", grounds, (), ("step.custody_dispute",), people)
    return None


def _hard_stop(s: Situation, law: Law, today: date) -> Conclusion | None:
    limit = law.number("chavez_child_age_limit", today)
    child, care = "residence.chavez.child", "residence.chavez.care"
    others = ("step.chavez_other_routes", "step.chavez_advice")
    if s.nationality == "dutch":
        return _no("dutch_parent", "residence.nl.right", ("step.chavez_live_as_dutch",), limit)
    if s.nationality == "eu":
        return _no("eu_parent", "residence.eu.after3months", ("step.chavez_live_as_eu",), limit)
    if s.child_dutch is False:
        return _no("child_not_dutch", child, ("step.chavez_child_nationality", *others), limit)
    if known(s.child_age) and s.child_age >= limit:
        return _no("child_adult", child, others, limit)
    return _no("no_care", care, others, limit) if s.care == "none" else None


def _no(says: str, ground: str, steps: tuple[str, ...], limit: int) -> Conclusion:
    grounds = ("residence.chavez.what", ground)
    return Conclusion(Outcome.LIKELY_NO, says, grounds, (), steps, _ADVISERS, {"child_age_limit": limit})


def _red_flag(s: Situation) -> Conclusion | None:
    steps: tuple[str, ...] = ("step.chavez_advice",)
    if s.criminal_record is True:
        ground = ("residence.chavez.public_order",)
        return Conclusion(Outcome.ADVICE_NOW, "criminal_record", ground, (), steps, _ADVISERS)
    if s.eu_stay_elsewhere == "current":
        steps = ("step.chavez_eu_stay", *steps)
        ground = ("residence.chavez.no_eu_status",)
        return Conclusion(Outcome.ADVICE_NOW, "eu_stay", ground, (), steps, _ADVISERS)
    return None


def _open_questions(s: Situation, doubtful: bool) -> tuple[str, ...]:
    """What decides most first. After a doubt only what can still bring a stop or a red flag."""
    born = ("child_born",) if s.child_age is UNSURE else ()
    if s.child_born is False:
        return unanswered(s, "nationality", "child_dutch")
    stops = ("nationality", "child_dutch", "child_age", *born, "care")
    flags = ("eu_stay_elsewhere", "other_parent", "criminal_record")
    if doubtful:
        return unanswered(s, *stops, *flags)
    here = s.child_lives == "nl_without_me" or _child_here(s)
    travel = () if here else ("child_to_nl",)
    return unanswered(s, *stops, "child_lives", *travel, "eu_stay_elsewhere", "other_parent", "parent_type", flags[-1])


def _doubts(s: Situation, law: Law, today: date) -> list[_Doubt]:
    c = "residence.chavez"
    child, care = f"{c}.child", f"{c}.care"
    nearly = law.number("chavez_extra_proof_age", today)
    distance = _Doubt("from_distance", (f"{c}.separated_abroad", care), ("step.chavez_evidence",))
    table = (
        (s.child_dutch is UNSURE, _Doubt("child_nationality", (child,), ("step.chavez_child_nationality",))),
        (s.child_born is False, _Doubt("not_born", (child,), ("step.chavez_after_birth",))),
        (s.care == "now_and_then", _Doubt("care_little", (care, f"{c}.dependency"), ("step.chavez_evidence",))),
        (s.child_lives in ("nl_without_me", "elsewhere"), distance),
        (s.child_to_nl is False and not _child_here(s), _Doubt("child_must_come", (child,))),
        (s.eu_stay_elsewhere == "past", _Doubt("eu_stay_past", (f"{c}.no_eu_status",), ("step.chavez_eu_ended",))),
        (
            s.parent_type in ("step", "foster"),
            _Doubt("not_own_child", (f"{c}.parent_types", f"{c}.sticker"), ("step.chavez_evidence_step",)),
        ),
        (
            known(s.child_age) and s.child_age >= nearly,
            _Doubt("nearly_adult", (f"{c}.dependency", f"{c}.after"), ("step.chavez_before_18",)),
        ),
        (_unsure(s), _Doubt("unsure", (f"{c}.what", f"{c}.evidence"))),
    )
    return [doubt for holds, doubt in table if holds]


def _child_here(s: Situation) -> bool:
    return s.place == "netherlands" and s.child_lives == "with_me"


def _unsure(s: Situation) -> bool:
    names = ("nationality", "child_age", "child_born", "care", "child_lives", "eu_stay_elsewhere", "other_parent")
    answers = [getattr(s, name) for name in (*names, "parent_type", "criminal_record")]
    return UNSURE in answers or (s.child_to_nl is UNSURE and not _child_here(s))


def _steps(s: Situation) -> tuple[str, ...]:
    papers = ("step.chavez_child_passport", "step.chavez_evidence")
    if s.place == "netherlands" and s.ind_status == "document":
        return ("step.residence_read_document",)
    if s.place == "netherlands":
        return ("step.chavez_sticker",) if s.ind_status == "pending" else ("step.chavez_apply", *papers)
    return (*papers, *custody_papers(s), "step.residence_house_first")


RULE = Rule("chavez", "4", READS, conclude)
