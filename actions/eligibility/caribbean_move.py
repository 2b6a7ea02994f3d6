"""Moving from Aruba, Curaçao, Sint Maarten, Bonaire, Sint Eustatius or Saba to the European Netherlands.

Facts residence.caribbean.*, brp.caribbean.verhuisbericht, prep.docs.caribbean and prep.custody.*; Wet BRP articles 2.5
and 2.38. For a Dutch citizen there are no conditions of admission; it is no right to a house. A partner or child of
another nationality has no right by itself. The other parent of a child comes first, as in every route.
"""

from __future__ import annotations

from datetime import date

from actions.eligibility import chavez
from actions.eligibility.asking import unanswered
from actions.eligibility.brp_registration import from_islands
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "country",
    "nationality",
    "children",
    *chavez.CONSENT_READS,
    "child_dutch",
    "island_family",
    "deregistration_proof",
    "address",
)
_WHAT = ("residence.caribbean.no_conditions", "residence.nl.right")
_FAMILY = ("residence.caribbean.nondutch_family", "residence.mvv")
_ADVISERS = ("ind", "juridisch_loket", "person")


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: the children's other parent, the island, the nationality, the family, the papers."""
    if warning := chavez.safety_warning(s) or chavez.consent_warning(s):
        return warning
    if s.country is None:
        return _open(unanswered(s, "country", "nationality"))
    if s.country is UNSURE:
        return Conclusion(Outcome.DEPENDS, "country_unsure", _WHAT, (), ("step.island_which",), ("person",))
    if not from_islands(s):
        steps = ("step.nat_other_routes", "step.residence_advice")
        return Conclusion(Outcome.LIKELY_NO, "other_country", _WHAT, (), steps, ("juridisch_loket", "person"))
    if s.nationality is None:
        return _open(("nationality",))
    return _dutch(s) if s.nationality == "dutch" else _not_dutch(s)


def _open(missing: tuple[str, ...]) -> Conclusion:
    return Conclusion(Outcome.DEPENDS, "open", _WHAT, missing)


def _not_dutch(s: Situation) -> Conclusion:
    if s.nationality is UNSURE:
        ask_ind = ("step.island_nationality", "step.nat_proof")
        return Conclusion(Outcome.DEPENDS, "nationality_unsure", (*_WHAT, "nationality.birth"), (), ask_ind, _ADVISERS)
    if s.nationality == "eu":
        grounds: tuple[str, ...] = ("residence.eu.3months", "residence.eu.after3months", "brp.caribbean.verhuisbericht")
        grounds = (*grounds, "eu.bijstand.risk")
        first = ("step.eu_grounds", "step.brp_verhuisbericht", "step.eu_bijstand_advice")
        return Conclusion(Outcome.DEPENDS, "eu_citizen", grounds, (), first, _ADVISERS)
    after = ("step.island_permit_stays", "step.residence_advice")
    if s.child_dutch is not True:
        check = ("step.chavez_child_nationality",) if s.child_dutch is UNSURE else ()
        steps: tuple[str, ...] = (*check, "step.residence_mvv", *after)
        return Conclusion(Outcome.DEPENDS, "not_dutch", _FAMILY, unanswered(s, "child_dutch"), steps, _ADVISERS)
    custody = chavez.custody_papers(s) if chavez.child_abroad(s) else ()
    steps = ("step.island_chavez", "step.chavez_child_passport", *custody, *after)
    grounds = (*_FAMILY, "residence.chavez.what", "residence.chavez.no_housing", "prep.custody.consent")
    return Conclusion(Outcome.DEPENDS, "parent_of_dutch_child", grounds, (), steps, _ADVISERS)


def _dutch(s: Situation) -> Conclusion:
    house = ("address",) if s.island_family in (None, "all_dutch") else ()
    if missing := unanswered(s, "island_family", *chavez.ask_about_children(s), "deregistration_proof", *house):
        return _open(missing)
    custody = () if not chavez.child_abroad(s) or s.children is False else chavez.custody_papers(s)
    proof = () if s.deregistration_proof is True else ("step.brp_verhuisbericht",)
    here = s.place == "netherlands"  # no journey left to prepare, but a child may still have to come
    papers = ("step.brp_bring" if here else "step.island_certificates", *custody)
    passports = () if here else ("step.residence_passports",)
    grounds: tuple[str, ...] = (*_WHAT, "brp.caribbean.verhuisbericht", "prep.docs.caribbean")
    if custody:
        grounds = (*grounds, "prep.custody.consent", "prep.custody.paper")
    if s.island_family != "all_dutch":
        return _mixed_family(s, (*proof, *papers), grounds)
    if s.address in ("own", "host_ok"):
        host = ("step.brp_host_consent",) if s.address == "host_ok" else ()
        steps = (*proof, *host, *passports, *papers)
        return Conclusion(Outcome.LIKELY_YES, "dutch", grounds, (), steps, ("person",))
    return _no_house(s, (*proof, *passports, *papers), grounds)


def _no_house(s: Situation, papers: tuple[str, ...], grounds: tuple[str, ...]) -> Conclusion:
    """No address yet. Who prepared little may still ask for shelter: both are said, and who is here asks now."""
    grounds = (*grounds, "prep.housing_first", "shelter.returning_families_same_protection")
    if s.place != "netherlands":
        steps = ("step.residence_house_first", *papers)
        people: tuple[str, ...] = ("gemeente_housing", "person")
        return Conclusion(Outcome.LIKELY_YES, "dutch_no_house", grounds, (), steps, people)
    ask = "step.shelter_go_today" if s.address == "none" else "step.shelter_report_early"
    people = ("gemeente_shelter", "gemeente_housing", "person")
    steps = (ask, "step.brp_briefadres", *papers)
    return Conclusion(Outcome.LIKELY_YES, "dutch_here_no_house", (*grounds, "brp.briefadres"), (), steps, people)


def _mixed_family(s: Situation, papers: tuple[str, ...], grounds: tuple[str, ...]) -> Conclusion:
    """The Dutch members may come; the others need a right of their own."""
    if s.island_family is UNSURE:
        steps: tuple[str, ...] = ("step.residence_passports", "step.island_nationality", *papers)
        return Conclusion(Outcome.DEPENDS, "family_unsure", (*grounds, *_FAMILY), (), steps, _ADVISERS)
    child = ("step.sibling_is_dutch",) if s.island_family in ("child", "both") else ()
    partner = ("step.island_partner",) if s.island_family in ("partner", "both") else ()
    house = () if s.place == "netherlands" else ("step.residence_house_first",)
    steps = (*child, *partner, "step.residence_mvv", "step.island_permit_stays", *house, *papers)
    return Conclusion(Outcome.DEPENDS, "mixed_family", (*grounds, *_FAMILY), (), steps, _ADVISERS)


RULE = Rule("caribbean_move", "2", READS, conclude)
