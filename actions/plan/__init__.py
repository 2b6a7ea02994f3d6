"""The personal plan: what this family arranges, when, why and with what proof; and whether it is wise to leave already.

Pure but for `load_plan`, the reader of data/plan. Order and offsets follow our checklist; the thresholds of the advice
about leaving are not law.
"""

from actions.plan.families import PROFILES, profiles_of
from actions.plan.items import Catalogue, Item, load_plan, words_of
from actions.plan.leaving import Light, Reason, light
from actions.plan.making import MOST_ITEMS, PlanItem, next_question, pages, plan

__all__ = [
    "MOST_ITEMS", "PROFILES", "Catalogue", "Item", "Light", "PlanItem", "Reason", "light", "load_plan",
    "next_question", "pages", "plan", "profiles_of", "words_of",
]  # fmt: skip
