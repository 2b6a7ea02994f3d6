"""The next best question: the one whose answer can still change the most findings; and why the others are skipped.

Pure: rules, answers, law and day in; question names out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from actions.eligibility.finding import Conclusion, Finding, Rule
from actions.eligibility.situation import UNSURE, Situation, known, question_kind, question_options
from actions.law import Law
from actions.municipalities import Municipality

# Asked before anything else, however many findings another question could change.
SAFETY = ("danger_now", "suicide_risk", "sleeping_tonight", "unsafe_person")
Why = Literal["answered", "settled", "changes_nothing", "next", "later"]


@dataclass(frozen=True, slots=True)
class Assessor:
    """Rules on one day, with the law and the gemeenten as they are known."""

    law: Law
    municipality: Callable[[str], Municipality | None]
    today: date

    def find(self, rule: Rule, s: Situation) -> Finding:
        """The finding of one rule. Raises law.ValueUnknown."""
        return rule.assess(s, self.law, self._town(s), self.today)

    def next_question(self, rules: Sequence[Rule], s: Situation) -> str | None:
        """What to ask now; None when no answer can change a finding any more. Equal ones: in the order of `rules`."""
        best, most = None, 0
        missing = [(rule, self._conclude(rule, s).missing) for rule in rules]
        for question in self.open_questions(rules, s):
            weight = sum(self.can_change(rule, question, s) for rule, names in missing if question in names)
            if weight and question in SAFETY:
                return question
            if weight > most:
                best, most = question, weight
        return best

    def open_questions(self, rules: Sequence[Rule], s: Situation) -> tuple[str, ...]:
        """Everything some rule still misses: safety first, then what decides most, rule by rule."""
        wanted = (name for rule in rules for name in self._conclude(rule, s).missing)
        found = dict.fromkeys(name for name in wanted if getattr(s, name) is None)
        return (*(name for name in SAFETY if name in found), *(name for name in found if name not in SAFETY))

    def can_change(self, rule: Rule, question: str, s: Situation) -> bool:
        """Whether some answer to `question` leads this rule elsewhere than another answer does, now or further on."""
        ends = {
            _end(self._conclude(rule, s.with_answer(question, answer)), question)
            for answer in possible_answers(question, self.today)
        }
        return len(ends) > 1 or any(further for *_, further in ends)

    def explain(self, rules: Sequence[Rule], s: Situation) -> dict[str, Why]:
        """Every question these rules can read: asked already, next, later, or skipped and why.

        `settled`: no rule looks at it any more. `changes_nothing`: a rule names it, but every answer ends alike.
        """
        open_now, first = self.open_questions(rules, s), self.next_question(rules, s)
        told: dict[str, Why] = {}
        for name in dict.fromkeys(name for rule in rules for name in rule.reads):
            if getattr(s, name) is not None:
                told[name] = "answered"
            elif name == first:
                told[name] = "next"
            elif name not in open_now:
                told[name] = "settled"
            else:
                told[name] = "later" if any(self._matters(rule, name, s) for rule in rules) else "changes_nothing"
        return told

    def _matters(self, rule: Rule, question: str, s: Situation) -> bool:
        return question in self._conclude(rule, s).missing and self.can_change(rule, question, s)

    def _conclude(self, rule: Rule, s: Situation) -> Conclusion:
        return rule.body(s, self.law, self._town(s), self.today)

    def _town(self, s: Situation) -> Municipality | None:
        return self.municipality(s.town) if known(s.town) else None


def _end(c: Conclusion, question: str) -> tuple[Any, ...]:
    values = tuple(sorted((name, str(value)) for name, value in c.values.items()))
    return c.says, c.outcome, c.next_steps, c.hand_over_to, values, tuple(m for m in c.missing if m != question)


def possible_answers(question: str, today: date) -> Iterator[Any]:
    """Answers that stand for all others: every option, and numbers and days around the borders that laws draw."""
    yield UNSURE
    match question_kind(question):
        case "yes_no":
            yield from (True, False)
        case "choice":
            yield from question_options(question)
        case "many":
            yield from (frozenset({option}) for option in question_options(question))
            yield frozenset(question_options(question)[1:])
        case "number" | "age" | "duration":
            yield from (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 13, 15, 16, 17, 18, 20, 21, 26, 27, 30, 36, 60)
        case "date":
            yield from (today + timedelta(days=days) for days in _DAYS)
        case "country":
            yield from ("CW", "BE", "SR")
        case "town":
            yield from ("GM0363", "GM0599")


_DAYS = (-5000, -2200, -1500, -400, -120, -60, -43, -42, -30, -14, -3, 0, 7, 30, 200)
