"""The packet a worker receives: facts with who said them, never a transcript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from actions.eligibility.finding import Finding, Outcome
from actions.eligibility.situation import Situation, plain


def packet(
    situation: Situation,
    topic: str,
    journey: str,
    findings: Sequence[Finding],
    reason: str,
    reads: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """What is known, as plain data: answers, findings with receipts, what is still open, urgency 0–3.

    Urgency: 2 when a finding says advice now, else 1. Danger (3) is the gateway's to set. `reads`: right → the
    questions its rule looks at. `days` of a finding are the dates it names.
    """
    return {
        "reason": reason,
        "topic": topic,
        "journey": journey,
        "urgency": 2 if any(finding.outcome is Outcome.ADVICE_NOW for finding in findings) else 1,
        "situation": situation.to_dict(),
        "findings": [
            {
                "right": finding.right,
                "outcome": finding.outcome.value,
                "says": finding.message_key,
                "grounds": list(finding.grounds),
                "receipt": finding.receipt,
                "day": finding.day.isoformat(),
                "missing": list(finding.missing),
                "reads": list(reads.get(finding.right, ())),
                "values": {name: tagged(value) for name, value in finding.values.items()},
                "days": sorted(value.isoformat() for value in finding.values.values() if isinstance(value, date)),
            }
            for finding in findings
        ],
        "open_questions": sorted({question for finding in findings for question in finding.missing}),
    }


def tagged(value: Any) -> Any:
    """A value of a finding as plain data that the words know: days are marked as such."""
    return {"date": value.isoformat()} if isinstance(value, date) else plain(value)
