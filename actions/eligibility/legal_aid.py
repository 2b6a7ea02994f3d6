"""Free or cheap legal help: where does this family go, and will the state probably pay most of a lawyer (toevoeging)?

First the Juridisch Loket (legalaid.juridischloket). Toevoeging: income of two years back, another year after a
drop of 15%, capital counts, provisional in an emergency (legalaid.toevoeging; Wrb art. 30, 34, 34c). The own
contribution and the limits are known of 2024 only, and who has enough to live on may still be below the limit: a
higher income is never a no. A hearing, an eviction or a threat about a child: a lawyer today (evict.find_lawyer).
Free for everybody: cliëntondersteuning, street advocates in Amsterdam, Kinderrechtenhelpdesk.
"""

from __future__ import annotations

from datetime import date

from actions.eligibility.asking import unanswered
from actions.eligibility.eviction import URGENT_DAYS
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "place",
    "legal_urgency",
    "eviction_date",
    "eviction_stage",
    "threatened_with_child_removal",
    "child_taken",
    "income_low",
    "assets",
    "income_dropped",
    "children",
    "town",
)
AMSTERDAM = "GM0363"
_STAGES = {"summons": "hearing", "judgment": "eviction", "served": "eviction", "evicted": "eviction"}
_GROUNDS = ("legalaid.juridischloket", "legalaid.toevoeging", "support.clientondersteuning")


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: urgent matters go to a lawyer at once; else the conditions of a toevoeging."""
    if s.place == "abroad":
        steps = ("step.evict_local_advice", *_for_children(s))
        people = (*_advisers(s), "embassy", "person")
        grounds = ("legalaid.juridischloket", *_free_grounds(s))
        return Conclusion(Outcome.DEPENDS, "abroad", grounds, unanswered(s, "children"), steps, people)
    if urgent := _urgent(s, today):
        return _today(s, urgent)
    outcome, says, missing = _means(s)
    steps = (*_first(s), *_by_means(says), *_free(s))
    people = ("juridisch_loket", "client_support", *_advisers(s), "person")
    values = {
        "years_back": law.number("legalaid_income_year_back", today),
        "percent": law.number("legalaid_income_drop_percent", today),
        "lowest": law.number("legalaid_contribution_2024_min", today),
        "highest": law.number("legalaid_contribution_2024_max", today),
        "limit_alone": law.number("legalaid_limit_2024_alone", today),
        "limit_family": law.number("legalaid_limit_2024_family", today),
    }
    return Conclusion(outcome, says, (*_GROUNDS, *_free_grounds(s)), missing, steps, people, values)


def _urgent(s: Situation, today: date) -> str:
    """hearing, eviction or child when a lawyer is needed today; else empty."""
    if s.legal_urgency == "child" or s.threatened_with_child_removal is True or s.child_taken is True:
        return "child"
    soon = known(s.eviction_date) and (s.eviction_date - today).days <= URGENT_DAYS
    if s.legal_urgency == "eviction" or soon:
        return "eviction"
    if s.legal_urgency == "hearing":
        return "hearing"
    return _STAGES.get(s.eviction_stage, "") if known(s.eviction_stage) else ""


def _today(s: Situation, urgent: str) -> Conclusion:
    first: dict[str, tuple[str, ...]] = {
        "child": ("step.child_call_lawyer", "step.child_do_not_sign"),
        "eviction": ("step.evict_lawyer_today", "step.evict_report_shelter_now"),
        "hearing": ("step.evict_lawyer_today", "step.evict_go_to_hearing", "step.evict_take_proof"),
    }
    grounds: dict[str, tuple[str, ...]] = {
        "child": ("child.threat_what_to_do", "support.defence_for_children"),
        "eviction": ("evict.find_lawyer", "evict.never_leave_under_pressure"),
        "hearing": ("evict.find_lawyer", "evict.go_to_hearing"),
    }
    steps = (*first[urgent], "step.legal_provisional", *_free(s))
    helpdesk = ("kids_ombudsman", "defence_for_children") if urgent == "child" else ()
    shelter = ("gemeente_shelter",) if urgent == "eviction" else ()
    people = ("lawyer", "juridisch_loket", *helpdesk, *shelter, "client_support", *_advisers(s), "person")
    return Conclusion(Outcome.ADVICE_NOW, urgent, (*grounds[urgent], *_GROUNDS), (), steps, people)


def _means(s: Situation) -> tuple[Outcome, str, tuple[str, ...]]:
    """Income and capital, as far as they can be told without amounts."""
    means = ("income_low", "assets") if s.income_low is True else ("income_low",)
    means = ("income_low", "income_dropped") if s.income_low is False else means
    missing = unanswered(s, "place", "legal_urgency", *means, "children", "town")
    if missing:
        return Outcome.DEPENDS, "open", missing
    if s.income_low is False and s.income_dropped is False:
        return Outcome.DEPENDS, "limit", ()
    if s.income_low is False and s.income_dropped is True:
        return Outcome.DEPENDS, "other_year", ()
    if s.income_low is True and s.assets in ("savings", "property"):
        return Outcome.DEPENDS, "assets", ()
    if s.income_low is not True or UNSURE in (s.assets, s.legal_urgency):
        return Outcome.DEPENDS, "unsure", ()
    return Outcome.LIKELY_YES, "fits", ()


def _first(s: Situation) -> tuple[str, ...]:
    letter = ("step.shelter_object_in_time",) if s.legal_urgency in ("letter", UNSURE) else ()
    return (*letter, "step.legal_loket_first")


def _by_means(says: str) -> tuple[str, ...]:
    steps: dict[str, tuple[str, ...]] = {
        "fits": ("step.legal_ask_toevoeging", "step.legal_contribution"),
        "other_year": ("step.legal_other_year", "step.legal_contribution"),
        "assets": ("step.legal_assets",),
        "unsure": ("step.legal_show_income",),
        "limit": ("step.legal_show_income", "step.legal_ask_price"),
    }
    return steps.get(says, ())


def _free(s: Situation) -> tuple[str, ...]:
    street = ("step.legal_street_advocates",) if s.town == AMSTERDAM else ()
    return ("step.desk_client_support", *_for_children(s), *street)


def _for_children(s: Situation) -> tuple[str, ...]:
    return ("step.legal_children_helpdesk",) if s.children is True else ()


def _advisers(s: Situation) -> tuple[str, ...]:
    helpdesk = ("defence_for_children",) if s.children is True else ()
    return (*helpdesk, "street_advocates") if s.town == AMSTERDAM else helpdesk


def _free_grounds(s: Situation) -> tuple[str, ...]:
    helpdesk = ("support.defence_for_children",) if s.children is True else ()
    return (*helpdesk, "support.street_advocates") if s.town == AMSTERDAM else helpdesk


RULE = Rule("legal_aid", "2", READS, conclude)
