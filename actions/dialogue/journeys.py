"""Journeys: which rights are looked at together, which subject leads to which check, and what can be looked at next."""

from __future__ import annotations

from dataclasses import dataclass

from actions.eligibility import (
    benefit_prospects,
    binding_years,
    brp_registration,
    caribbean_move,
    chavez,
    child_abduction_stop,
    cost_sharing,
    domestic_violence,
    ethos_category,
    eu_family,
    eu_worker,
    eviction,
    ex_refugee,
    half_sibling,
    health_insurance,
    host_impact,
    legal_aid,
    loss_of_nationality,
    nationality,
    noodopvang_amsterdam,
    objection_deadline,
    postal_address,
    residence_right,
    return_help,
    route,
    school,
    self_reliance,
    silence_penalty,
    triage,
    urgency_declaration,
    veilig_thuis_threat,
    visa_step,
    wmo_procedure,
    wmo_shelter,
    young_18_27,
)
from actions.eligibility.finding import Rule


@dataclass(frozen=True, slots=True)
class Journey:
    """Rules in the order in which they matter to a family. `plans`: ends with the personal plan.

    `local`: ends at the door of a gemeente, so the town is asked. `abroad`: ends with the Dutch post of the country.
    `then`: checks that can follow without asking anything twice.
    """

    goals: tuple[Rule, ...]
    plans: bool = False
    local: bool = False
    abroad: bool = False
    then: tuple[str, ...] = ()


JOURNEYS: dict[str, Journey] = {
    # before the move
    "abroad": Journey(
        (residence_right.RULE, visa_step.RULE, brp_registration.RULE),
        plans=True,
        abroad=True,
        then=("money", "custody", "insurance", "school"),
    ),
    "embassy": Journey(
        (chavez.RULE, visa_step.RULE), plans=True, abroad=True, then=("siblings", "custody", "money", "registration")
    ),
    "islands": Journey((caribbean_move.RULE, brp_registration.RULE), plans=True, abroad=True, then=("money", "school")),
    "refugee": Journey((ex_refugee.RULE,), plans=True, abroad=True, then=("custody", "nationality", "money")),
    "custody": Journey((child_abduction_stop.RULE,), then=("abroad", "legal_aid")),
    "siblings": Journey((half_sibling.RULE,), then=("embassy", "custody")),
    "eu_family": Journey((eu_family.RULE,), abroad=True, then=("custody", "money")),
    "nationality": Journey((nationality.RULE,), abroad=True, then=("passport_clock", "abroad")),
    "passport_clock": Journey((loss_of_nationality.RULE,), abroad=True, then=("abroad", "legal_aid")),
    "eu": Journey((eu_worker.RULE,), then=("money", "eu_family")),
    "host": Journey((host_impact.RULE,), then=("cost_sharing", "address")),
    # without a home
    "homeless": Journey(
        (triage.RULE, wmo_shelter.RULE),
        plans=True,
        local=True,
        then=("procedure", "self_reliance", "binding", "urgency"),
    ),
    "procedure": Journey((wmo_procedure.RULE,), local=True, then=("no_answer", "legal_aid", "self_reliance")),
    "self_reliance": Journey((triage.RULE, self_reliance.RULE), local=True, then=("homeless", "legal_aid")),
    "noodopvang": Journey((triage.RULE, noodopvang_amsterdam.RULE), local=True, then=("homeless", "binding")),
    "urgency": Journey((urgency_declaration.RULE,), local=True, then=("binding", "homeless")),
    "binding": Journey((binding_years.RULE,), local=True, then=("urgency", "homeless")),
    "address": Journey((postal_address.RULE,), local=True, then=("registration", "money")),
    "eviction": Journey((eviction.RULE,), plans=True, local=True, then=("legal_aid", "homeless")),
    "violence": Journey((domestic_violence.RULE,), local=True, then=("homeless", "legal_aid")),
    "child_threat": Journey((veilig_thuis_threat.RULE,), then=("legal_aid", "homeless")),
    "young": Journey((young_18_27.RULE,), local=True, then=("money", "homeless")),
    # letters and daily life
    "letter": Journey((objection_deadline.RULE,), plans=True, local=True, then=("no_answer", "legal_aid")),
    "no_answer": Journey((silence_penalty.RULE,), then=("legal_aid",)),
    "legal_aid": Journey((legal_aid.RULE,), then=("letter",)),
    "money": Journey((benefit_prospects.RULE,), then=("cost_sharing", "young", "address")),
    "cost_sharing": Journey((cost_sharing.RULE,), then=("host", "money")),
    "registration": Journey((brp_registration.RULE,), local=True, then=("address", "insurance")),
    "insurance": Journey((health_insurance.RULE,), then=("registration", "money")),
    "school": Journey((school.RULE,), local=True, then=("registration",)),
    "return": Journey((return_help.RULE,), local=True, then=("homeless",)),
}
# Orientation and anonymous counting: for a worker, never told to a family as an outcome.
BACKGROUND: tuple[Rule, ...] = (ethos_category.RULE, route.RULE)

# Where a subject leads when the family wants it checked for themselves.
CHECK_OF = {
    "residence_chavez": "abroad",
    "visa_facilitating": "embassy",
    "residence_dutch_or_caribbean": "nationality",
    "residence_eu": "eu",
    "residence_ex_refugee": "refugee",
    "prepare_move": "abroad",
    "brp_registration": "registration",
    "school": "school",
    "health_insurance": "insurance",
    "return_help": "return",
    "binding_rule": "homeless",
    "urgency_declaration": "urgency",
    "shelter_access": "homeless",
    "self_reliance": "self_reliance",
    "emergency_tonight": "homeless",
    "eviction_rights": "eviction",
    "postal_address": "address",
    "veilig_thuis_fear": "child_threat",
    "domestic_violence": "violence",
    "benefits_income": "money",
    "cost_sharing_norm": "cost_sharing",
    "host_family": "host",
    "objection_appeal": "letter",
    "legal_aid": "legal_aid",
}

# What each rule looks at: for the trace that a worker reads.
READS = {rule.right: rule.reads for rule in (*(r for j in JOURNEYS.values() for r in j.goals), *BACKGROUND)}
