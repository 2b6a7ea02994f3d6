"""What a rule concluded, and the receipt by which it can be found again."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from actions.eligibility.situation import Situation, plain
from actions.law import Law
from actions.municipalities import Municipality

PERSON = "person"  # a worker of ours: always the last one named, never left out


class Outcome(StrEnum):
    """Never a decision, never a percentage."""

    LIKELY_YES = "LIKELY_YES"
    LIKELY_NO = "LIKELY_NO"
    DEPENDS = "DEPENDS"
    ADVICE_NOW = "ADVICE_NOW"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the body of a rule decides; `Rule.assess` adds day and receipt.

    `says` is the variant: its words stand under the message key `finding.<right>.<says>`.
    `missing` names, most useful first, the questions that can still change this conclusion.
    """

    outcome: Outcome
    says: str
    grounds: tuple[str, ...]
    missing: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    hand_over_to: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """The conclusion of one right on one day for one family.

    grounds: fact ids. next_steps: message keys `step.<name>`. hand_over_to: contact codes of data/organisations.
    alternatives ride in next_steps. values: what the words are filled with (dates as date, numbers as int).
    """

    right: str
    outcome: Outcome
    says: str
    grounds: tuple[str, ...]
    missing: tuple[str, ...]
    next_steps: tuple[str, ...]
    hand_over_to: tuple[str, ...]
    values: Mapping[str, Any]
    day: date
    receipt: str

    @property
    def message_key(self) -> str:
        """The key of the words of this finding."""
        return f"finding.{self.right}.{self.says}"


Body = Callable[[Situation, Law, "Municipality | None", date], Conclusion]


@dataclass(frozen=True, slots=True)
class Rule:
    """One right: a pure body, its version, and the answers it may read (all of them, for the receipt)."""

    right: str
    version: str
    reads: tuple[str, ...]
    body: Body

    def assess(self, situation: Situation, law: Law, municipality: Municipality | None, today: date) -> Finding:
        """The finding for this family on this day. Pure: no clock, no file. Raises law.ValueUnknown."""
        c = self.body(situation, law, municipality, today)
        return Finding(
            self.right,
            c.outcome,
            c.says,
            tuple(dict.fromkeys(c.grounds)),
            tuple(dict.fromkeys(c.missing)),
            tuple(dict.fromkeys(c.next_steps)),
            (*dict.fromkeys(code for code in c.hand_over_to if code != PERSON), PERSON),
            c.values,
            today,
            self._receipt(situation, law, today),
        )

    def _receipt(self, situation: Situation, law: Law, today: date) -> str:
        answers = {name: plain(getattr(situation, name)) for name in self.reads}
        text = json.dumps([self.right, self.version, law.version, answers, today.isoformat()], sort_keys=True)
        code = base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()[:10]
        return f"{code[:5]}-{code[5:]}"
