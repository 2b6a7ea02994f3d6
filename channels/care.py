"""Care of the content: what is due for review, what nothing uses, where each fact is used, what another day changes."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from actions.content import Content
from actions.dialogue.knowledge import Knowledge
from actions.dialogue.progress import finding_payload
from actions.law import Law, ValueUnknown
from channels.assessing import RIGHTS, Family, read_family
from channels.settings import ROOT
from channels.speech import Speech
from channels.words import Words

SOON = timedelta(days=30)
_WORD = re.compile(r"[^\s,\[\]]+")
# Messages that tell how things are. All others steer the talk, ask, or belong to a finding or a card with its grounds.
_TELLS = "answer."
_NO_LAW = ("answer.out_of_scope", "answer.desk_words")


def notices(content: Content, words: Words, today: date) -> list[str]:
    """What somebody should look at; none of it is an error today."""
    facts = content.law.facts.values()
    due = [f"fact '{f.id}' must be read again by {f.review_by}" for f in facts if today <= f.review_by <= today + SOON]
    used = where_used(content)
    unused = [f"fact '{name}' is used by no rule and no message" for name, places in used.items() if not places]
    bare = [
        f"message '{key}' names no source; add its grounds"
        for key, message in content.messages.items()
        if key.startswith(_TELLS) and not message.grounds and key not in _NO_LAW
    ]
    return [*due, *unused, *bare, *_twice(content.law), *_languages(words)]


def _twice(law: Law) -> Iterator[str]:
    """One source under two ids: the same page or the same ruling. The front page of a site says nothing."""
    seen: dict[str, str] = {}
    for name, source in law.sources.items():
        page = source.url.rstrip("/") if urlsplit(source.url).path.strip("/") else ""
        for address in filter(None, (page, source.ecli)):
            if address in seen:
                yield f"source '{name}' is also '{seen[address]}' ({address}); keep one"
            seen.setdefault(address, name)


def _languages(words: Words) -> Iterator[str]:
    for code, language in words.languages.items():
        missing = 0 if code == "nl" else len(words.dutch) - len(words.translated.get(code, {}))
        if missing and language.state != "off":
            yield f"language '{code}': {missing} texts are not translated; these are shown in Dutch with one line"
        if language.state == "live" and language.reviewed is None:
            yield f"language '{code}' is live and no reader has signed it"


def where_used(content: Content) -> dict[str, list[str]]:
    """Fact id → where a family or a worker meets it: messages, rules, plan, cards, and the subjects that list it."""
    used: dict[str, list[str]] = {name: [] for name in content.law.facts}
    for key, message in content.messages.items():
        for ground in message.grounds:
            used.get(ground, []).append(key)
    for path in sorted((ROOT / "actions").rglob("*.py")):
        text = path.read_text("utf-8")
        for name, places in used.items():
            if f'"{name}"' in text:
                places.append(f"rule:{path.stem}")
    for path in sorted(p for folder in ("plan", "desk", "letters") for p in (ROOT / "data" / folder).glob("*.yml")):
        for name in used.keys() & set(_WORD.findall(path.read_text("utf-8"))):
            used[name].append(f"data:{path.parent.name}/{path.stem}")
    for name, fact in content.law.facts.items():
        used[name] += [f"more:{topic}" for topic in fact.topics]
    return used


def families(folder: Path) -> dict[str, Family]:
    """The whole families that stand for all others: file name → family."""
    return {path.stem: read_family(path) for path in sorted(folder.glob("*.yml"))}


def reading(people: Mapping[str, Family], knows: Knowledge, speech: Speech, day: date) -> dict[str, str]:
    """Everything these families, and anybody who asks for a subject, would read on this day: name → text."""
    told = {key: speech.render({"say": key}, "nl", day).text for key in knows.content.messages if key[:7] == "answer."}
    told |= {
        f"fact.{name}": speech.render({"say": f"fact.{name}", "grounds": [name]}, "nl", day).text
        for name in knows.content.law.facts
    }
    assessor = knows.assessor(day)
    for name, family in people.items():
        for rule in family.rules or RIGHTS.values():
            try:
                payload = finding_payload(assessor.find(rule, family.situation))
                payload["finding"]["receipt"] = "-"  # another day is another receipt, which is no change of words
                told[f"{name}: {rule.right}"] = speech.render(payload, "nl", day).text
            except ValueUnknown as unknown:
                told[f"{name}: {rule.right}"] = f"CANNOT BE SAID: {unknown}"
    return told


def preview(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """What changes between two readings, line by line; nothing when a family reads the same."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name in before:
        if changed := tuple(_changed(before[name].splitlines(), after[name].splitlines())):
            groups[changed].append(name)
    for lines, names in groups.items():
        yield from (", ".join(names), *(f"  {line}" for line in lines), "")


def _changed(old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    for line in difflib.ndiff(list(old), list(new)):
        if line[:1] in "+-" and line[2:].strip():
            yield line
