"""Every case of every rule: what must be concluded, and that nothing else changed unseen."""

from __future__ import annotations

from typing import Any

import pytest

from actions.eligibility.situation import plain
from actions.law import ValueUnknown
from tests.rules.cases import CASES, RULES, conclude, in_full, recorded

NAMED = [pytest.param(right, case, id=f"{right}: {case['name']}") for right, case in CASES]
RECORDED = {right: recorded(right) for right in RULES}


@pytest.mark.parametrize(("right", "case"), NAMED)
def test_the_rule_concludes_what_the_case_says(right: str, case: dict[str, Any]) -> None:
    expect = case["expect"]
    if expect.get("law_unknown"):
        with pytest.raises(ValueUnknown):
            conclude(right, case)
        return
    finding = conclude(right, case)
    assert finding.outcome == expect["outcome"]
    assert finding.says == expect.get("says", finding.says)
    if "missing" in expect:
        assert list(finding.missing) == expect["missing"]
    assert set(expect.get("grounds_include", ())) <= set(finding.grounds)
    assert set(expect.get("grounds_exclude", ())).isdisjoint(finding.grounds)
    assert set(expect.get("steps_include", ())) <= set(finding.next_steps)
    assert set(expect.get("hand_over_include", ())) <= set(finding.hand_over_to)
    for name, value in expect.get("values", {}).items():
        assert plain(finding.values[name]) == plain(value)
    assert in_full(finding) == RECORDED[right].get(case["name"]), "changed on purpose? scripts/record_findings.py"


@pytest.mark.parametrize("right", RULES)
def test_a_rule_has_at_least_twelve_cases_and_no_name_stands_twice(right: str) -> None:
    names = [case["name"] for of, case in CASES if of == right]
    assert len(names) >= 12
    assert len(set(names)) == len(names)
    assert set(RECORDED[right]) <= set(names)
