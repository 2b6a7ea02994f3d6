"""The cases of all rules: a sentence, a situation, what must be concluded; and what it was in full when recorded.

Imports nothing but the rules and the law, so that a changed rule can be tried thousands of times.
"""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date
from pathlib import Path
from typing import Any

from actions import eligibility
from actions.eligibility.finding import Finding
from actions.eligibility.situation import Situation, plain
from actions.law import load_law
from actions.municipalities import LocalRule, Municipality
from actions.yaml_files import load

HERE = Path(__file__).parent
LAW = load_law(HERE.parents[1] / "data")
# One gemeente with rules of its own; of every other nothing local is known. `fact`: what each local rule rests on.
LOCAL = {
    "noodopvang.registration_years": (4, "noodopvang.ams.conditions"),
    "noodopvang.lawful_stay_years": (4, "noodopvang.ams.conditions"),
    "noodopvang.contribution_eur_month": (40000, "noodopvang.ams.duties"),
    "noodopvang.plan_months": (3, "noodopvang.ams.duties"),
    "noodopvang.min_outside_sites": (3, "noodopvang.ams.duties"),
    "urgency.registration_years": (4, "urgency.amsterdam_practice_2025"),
}
LOCAL_STARTS = date(2025, 9, 10)


def gemeente(code: str, norms: dict[str, int], name: str = "Amsterdam") -> Municipality:
    """A gemeente with these local rules, from one day on."""
    rules = {norm: (LocalRule(value, LOCAL_STARTS, LOCAL[norm][1]),) for norm, value in norms.items()}
    return Municipality(code, name, rules)


TOWNS = {"GM0363": gemeente("GM0363", {norm: value for norm, (value, _) in LOCAL.items()})}
RULES = {
    module.RULE.right: module.RULE
    for found in pkgutil.iter_modules(eligibility.__path__)
    if hasattr(module := importlib.import_module(f"actions.eligibility.{found.name}"), "RULE")
}
CASES: list[tuple[str, dict[str, Any]]] = [
    (path.stem, case) for path in sorted(HERE.glob("*.yml")) for case in load(path.read_text(encoding="utf-8"))
]


def conclude(right: str, case: dict[str, Any]) -> Finding:
    """The finding of a case, which may name a `municipality` (a code) and its `norms` (left out: those of LOCAL)."""
    code = case.get("municipality")
    town = gemeente(code, case["norms"]) if "norms" in case else TOWNS[code] if code else None
    situation = Situation.from_dict({"town": code, **case["situation"]} if code else case["situation"])
    return RULES[right].assess(situation, LAW, town, case["today"])


def in_full(finding: Finding) -> dict[str, Any]:
    """Everything a family or a worker gets from a finding, but for day and receipt, as plain data."""
    return {
        "outcome": finding.outcome.value,
        "says": finding.says,
        "missing": list(finding.missing),
        "steps": list(finding.next_steps),
        "people": list(finding.hand_over_to),
        "grounds": list(finding.grounds),
        "values": {name: plain(value) for name, value in finding.values.items()},
    }


def recorded(right: str) -> dict[str, Any]:
    """Case name → what was concluded when it was recorded (scripts/record_findings.py)."""
    path = HERE / "recorded" / f"{right}.yml"
    found: dict[str, Any] = load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found
