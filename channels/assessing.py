"""One family in a file: the rules on its answers, and an explanation that a reviewer can read beside the law."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from actions.dialogue.journeys import BACKGROUND, JOURNEYS, READS
from actions.dialogue.knowledge import Knowledge
from actions.dialogue.progress import concluded, finding_payload
from actions.eligibility.finding import Finding, Rule
from actions.eligibility.plausible import doubts
from actions.eligibility.situation import Situation
from actions.handoff import packet
from actions.yaml_files import Errors, read
from channels.speech import Speech

RIGHTS = {rule.right: rule for rule in (*(r for j in JOURNEYS.values() for r in j.goals), *BACKGROUND)}
_OTHER_KEYS = ("right", "journeys", "family", "must", "never", "today")


@dataclass(frozen=True, slots=True)
class Family:
    """What stands in a file. `must` and `never`: message keys and fact ids that its answers must, or may never, use."""

    family: str
    situation: Situation
    rules: tuple[Rule, ...]
    must: tuple[str, ...]
    never: tuple[str, ...]


def read_family(file: Path) -> Family:
    """A YAML file {right? | journeys?, family?, must?, never?, situation: {…}}, or the answers alone.

    Raises ValueError with one sentence for a file that cannot be used.
    """
    document = read(file, errors := Errors())
    if document is None:
        raise ValueError("; ".join(errors.found))
    told = document.data
    answers = told.get("situation", {k: v for k, v in told.items() if k not in _OTHER_KEYS})
    if not isinstance(answers, dict):
        raise ValueError(f"{file}: 'situation' must hold answers such as 'child_dutch: true'.")
    situation = Situation.from_dict(answers)
    must, never = (_list(told, name, file) for name in ("must", "never"))
    return Family(str(told.get("family", "")), situation, _rules(told, file), must, never)


def _list(told: dict[str, Any], name: str, file: Path) -> tuple[str, ...]:
    found = told.get(name, [])
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise ValueError(f"{file}: '{name}' must hold a list of names such as [shelter.no_binding].")
    return tuple(found)


def _rules(told: dict[str, Any], file: Path) -> tuple[Rule, ...]:
    if "right" in told:
        if told["right"] not in tuple(RIGHTS):
            raise ValueError(f"'{told['right']}' is not a right; use one of {', '.join(RIGHTS)}.")
        return (RIGHTS[told["right"]],)
    journeys = _list(told, "journeys", file)
    if unknown := [name for name in journeys if name not in JOURNEYS]:
        raise ValueError(f"'{unknown[0]}' is not a check; use one of {', '.join(JOURNEYS)}.")
    chosen = {rule.right: rule for name in journeys for rule in JOURNEYS[name].goals}
    return tuple(chosen.values()) or tuple(RIGHTS.values())


def assess(family: Family, knows: Knowledge, today: date) -> list[dict[str, Any]]:
    """Every finding as plain data."""
    assessor = knows.assessor(today)
    plain = []
    for rule in family.rules:
        finding = assessor.find(rule, family.situation)
        told = {**dataclasses.asdict(finding), **finding_payload(finding)["finding"]}
        told["day"] = finding.day.isoformat()
        told["next_steps"], told["hand_over_to"] = told.pop("steps"), told.pop("contacts")
        plain.append(told)
    return plain


def handed_over(family: Family, knows: Knowledge, today: date, topic: str) -> dict[str, Any]:
    """What the bot would hand over when this family asks for a person; without what no law is known for on this day."""
    found = concluded(family.rules, family.situation, knows, today)
    return packet(family.situation, topic, "", found, "asked", READS)


def explain(family: Family, knows: Knowledge, speech: Speech, lang: str, today: date) -> Iterator[str]:
    """What was told, what is concluded in which words and why, which questions are skipped, what must be said."""
    assessor, s = knows.assessor(today), family.situation
    if family.family:
        yield family.family
    yield from ("Told", *(f"  {name}: {value}" for name, value in s.to_dict().items()))
    yield from (f"  doubt: {doubt.name} ({', '.join(doubt.between)})" for doubt in doubts(s, today))
    findings = [assessor.find(rule, s) for rule in family.rules]
    for finding in findings:
        yield from ("", f"{finding.right}: {finding.outcome} ({finding.says})  {finding.receipt}")
        said = speech.render(finding_payload(finding), lang, today)
        yield from (f"  | {line}".rstrip() for line in said.text.splitlines())
        yield f"  grounds: {', '.join(finding.grounds)}"
    yield from ("", "Questions", *_questions(family, knows, today))
    yield from _promises(family, findings)


def _questions(family: Family, knows: Knowledge, today: date) -> Iterator[str]:
    why = knows.assessor(today).explain(family.rules, family.situation)
    reasons = {
        "next": "asked next",
        "later": "can still change a finding; asked later",
        "settled": "skipped: no rule looks at it any more",
        "changes_nothing": "skipped: every answer ends alike",
    }
    for reason, words in reasons.items():
        if names := [name for name, found in why.items() if found == reason]:
            yield f"  {words}: {', '.join(names)}"


def _promises(family: Family, findings: Sequence[Finding]) -> Iterator[str]:
    if family.must or family.never:
        yield ""
    said = said_by(findings)
    yield from (f"must say   {'yes' if name in said else 'MISSING'}  {name}" for name in family.must)
    yield from (f"never says {'SAID' if name in said else 'yes'}  {name}" for name in family.never)


def said_by(findings: Sequence[Finding]) -> set[str]:
    """Message keys, facts, contacts and `<right>=<outcome>` of these findings."""
    keys = {key for f in findings for key in (f.message_key, *f.next_steps, *f.grounds, *f.hand_over_to)}
    return keys | {f"{f.right}={f.outcome}" for f in findings}


def broken(family: Family, knows: Knowledge, today: date) -> list[str]:
    """What this family must hear and does not, and what it hears and never may."""
    said = said_by([knows.assessor(today).find(rule, family.situation) for rule in family.rules])
    return [*(name for name in family.must if name not in said), *(name for name in family.never if name in said)]
