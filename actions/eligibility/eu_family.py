"""May family from outside the EU come along with an EU citizen, or with a Dutch person through another EU country?

Facts eu.family, eu.uk and residence.returning_dutch.eu_route; Directive 2004/38. Sources differ on the months of family
life in the other country, so that route is never more than "it depends". The other parent of a child comes first, as
in every route (prep.custody.*). In: answers of the family member, or of the Dutch or EU citizen who asks for them.
"""

from __future__ import annotations

from datetime import date

from actions.eligibility import chavez
from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "nationality",
    "eu_family",
    "eu_uk",
    "eu_relation",
    "eu_dependent",
    "eu_ground",
    "eu_lived_together",
    "eu_months_together",
    "eu_proof",
    *chavez.CONSENT_READS,
    "visa_required",
)
_ADVISERS = ("ind", "juridisch_loket", "lawyer", "person")
_ADVICE = "step.residence_advice"
_VIA = "of_dutch_via_eu"
_OWN_ROUTE = {"eu": "of_eu_citizen", "dutch": _VIA}  # who asks for a family member is the citizen
_GROUNDS = {
    "of_eu_citizen": ("eu.family", "residence.eu.after3months"),
    _VIA: ("residence.returning_dutch.eu_route", "eu.family"),
}
_NEEDS_DEPENDENCE = ("child_21", "parent")


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: which of the two routes, what closes it, what is still open, what proof there is."""
    if warning := chavez.safety_warning(s) or chavez.consent_warning(s):
        return warning
    if s.nationality is None:
        return _open(unanswered(s, "nationality", "eu_family"), "eu.family")
    route = _OWN_ROUTE.get(s.nationality, s.eu_family) if known(s.nationality) else s.eu_family
    if route is None:
        return _open(("eu_family",), "eu.family")
    if route is UNSURE or (route == "none" and s.nationality is UNSURE):
        steps: tuple[str, ...] = ("step.eu_family_ask", _ADVICE)
        return Conclusion(Outcome.DEPENDS, "unsure", ("eu.family",), (), steps, _ADVISERS)
    if route == "none":
        return _no("no_eu_tie", "eu.family")
    if s.eu_uk is True:
        steps = ("step.eu_family_uk", _ADVICE)
        grounds = ("eu.uk", *_GROUNDS[route])
        return Conclusion(Outcome.ADVICE_NOW, "uk", grounds, (), steps, _ADVISERS)
    return _closed(s, route, law, today) or _still_open(s, route) or _found(s, route, law, today)


def _open(missing: tuple[str, ...], *grounds: str) -> Conclusion:
    return Conclusion(Outcome.DEPENDS, "open", grounds, missing)


def _no(says: str, *grounds: str, months: int = 0) -> Conclusion:
    steps = ("step.chavez_other_routes", "step.residence_mvv", _ADVICE)
    values = {"months": months} if months else {}
    return Conclusion(Outcome.LIKELY_NO, says, (*grounds, "residence.mvv"), (), steps, _ADVISERS, values)


def _closed(s: Situation, route: str, law: Law, today: date) -> Conclusion | None:
    if s.eu_relation == "other":
        return _no("relation", *_GROUNDS[route])
    if s.eu_relation in _NEEDS_DEPENDENCE and s.eu_dependent is False:
        return _no("not_dependent", *_GROUNDS[route])
    if route != _VIA:
        return None
    if s.eu_lived_together is False:
        return _no("not_together", *_GROUNDS[route])
    months = law.number("eu_route_months", today)
    short = known(s.eu_months_together) and s.eu_months_together < months
    return _no("too_short", *_GROUNDS[route], months=months) if short else None


def _still_open(s: Situation, route: str) -> Conclusion | None:
    """What is not asked yet, or not known: after "I do not know" only what can still close the route is asked."""
    dependent = ("eu_dependent",) if s.eu_relation in _NEEDS_DEPENDENCE else ()
    abroad = ("eu_lived_together", "eu_months_together") if route == _VIA else ()
    closers = ("eu_uk", "eu_relation", *dependent, *abroad)
    others = ("eu_proof",) if route == _VIA else ("eu_ground", "eu_proof")
    if UNSURE in [getattr(s, name) for name in (*closers, *others)]:
        steps = ("step.eu_family_ask", *_proof_steps(route), _ADVICE)
        return Conclusion(Outcome.DEPENDS, "unsure", _GROUNDS[route], unanswered(s, *closers), steps, _ADVISERS)
    missing = unanswered(s, *closers, *others)
    return _open(missing, *_GROUNDS[route]) if missing else None


def _proof_steps(route: str) -> tuple[str, ...]:
    return ("step.residence_via_eu_proof", "step.eu_tie_proof") if route == _VIA else ("step.eu_tie_proof",)


def _found(s: Situation, route: str, law: Law, today: date) -> Conclusion:
    custody = chavez.custody_papers(s) if s.eu_relation == "child_under_21" and chavez.child_abroad(s) else ()
    grounds = (*_GROUNDS[route], *(("prep.custody.consent", "prep.custody.paper") if custody else ()))
    if s.eu_proof is False:
        steps: tuple[str, ...] = (*_proof_steps(route), *custody, _ADVICE)
        return Conclusion(Outcome.DEPENDS, "proof_first", grounds, (), steps, _ADVISERS)
    visa = ("step.visa_eu_family",) if s.place != "netherlands" and s.visa_required is not False else ()
    durable = ("step.eu_durable_partner",) if s.eu_relation == "partner" else ()
    dependent = ("step.eu_dependent_proof",) if s.eu_relation in _NEEDS_DEPENDENCE else ()
    asking = (*visa, "step.eu_form", *durable, *dependent, *custody)
    if route == _VIA:
        return _via(s, asking, grounds, law, today)
    asking, grounds = (*asking, "step.eu_bijstand_advice"), (*grounds, "eu.bijstand.risk")
    if s.eu_ground is False:
        steps = ("step.eu_sponsor_ground", *asking, _ADVICE)
        return Conclusion(Outcome.DEPENDS, "sponsor_ground", grounds, (), steps, _ADVISERS)
    if durable:
        return Conclusion(Outcome.DEPENDS, "durable_partner", grounds, (), (*asking, _ADVICE), _ADVISERS)
    house = () if s.place == "netherlands" else ("step.residence_house_first",)
    return Conclusion(Outcome.LIKELY_YES, "eu_citizen", grounds, (), (*asking, *house), ("ind", "person"))


def _via(s: Situation, asking: tuple[str, ...], grounds: tuple[str, ...], law: Law, today: date) -> Conclusion:
    """The route through another EU country: sources name 3 months, older ones 6."""
    months, older = law.number("eu_route_months", today), law.number("eu_route_long_months", today)
    long_enough = known(s.eu_months_together) and s.eu_months_together >= older
    says = "via_eu" if long_enough else "via_eu_contested"
    steps = ("step.residence_via_eu_proof", *asking, _ADVICE)
    values = {"months": months, "older_months": older}
    return Conclusion(Outcome.DEPENDS, says, grounds, (), steps, _ADVISERS, values)


RULE = Rule("eu_family", "2", READS, conclude)
