"""The packet, line by line: what a family reads before it shares, and exactly what a worker then sees."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from babel import Locale

from channels.speech import Speech

Line = dict[str, Any]
_Worder = Callable[[Mapping[str, Any], Speech, str], str]
NOT_FOR_A_WORKER = frozenset({"ethos_category", "route"})  # for counting, not for judging a family
MOST_LINES = 40
LONGEST_LINE = 300  # letters of what a family writes itself


def lines_of(
    packet: Mapping[str, Any], told: Sequence[str], entry: Mapping[str, Any], lang: str, at: str
) -> list[Line]:
    """The lines that this packet of the bot amounts to, each {id, kind, at, …}; `told`: subjects already explained.

    Never anything a family typed: that is only added by the family itself.
    """
    made: list[Line] = [{"kind": "need", "topic": packet.get("topic", "")}]
    made += [{"kind": "urgency", "urgency": int(packet.get("urgency", 1))}]
    situation = packet.get("situation", {})
    made += [{"kind": "answer", "field": field, "value": value} for field, value in situation.items()]
    for finding in packet.get("findings", ()):
        if finding["right"] in NOT_FOR_A_WORKER:
            continue
        made.append({"kind": "finding", **{name: finding[name] for name in ("says", "values", "receipt")}})
        made += [{"kind": "deadline", "right": finding["right"], "day": day} for day in finding.get("days", ())]
    if told:
        made.append({"kind": "told", "topics": list(told)})
    if packet.get("open_questions"):
        made.append({"kind": "open", "fields": list(packet["open_questions"])})
    if place := {key: entry[key] for key in ("gemeente", "post") if entry.get(key)}:
        made.append({"kind": "arrived", **place})
    made += [{"kind": "language", "lang": lang}, {"kind": "reach", "how": "here"}]
    return [{"id": f"n{number}", "at": at, **line} for number, line in enumerate(made[:MOST_LINES], 1)]


def words_of(line: Mapping[str, Any], speech: Speech, lang: str) -> str:
    """One line in a language. What a family wrote itself stays as it is. Raises KeyError for an unknown kind."""
    if "own" in line:
        return speech.line("handoff.own", lang, {"words": line["own"]})
    return _WORDED[line["kind"]](line, speech, lang)


def _need(line: Mapping[str, Any], speech: Speech, lang: str) -> str:
    title = f"choice.topic.{line['topic']}"
    if not line["topic"] or not speech.words.has(title):
        return speech.line("handoff.need_person", lang)
    return speech.line("handoff.need", lang, {"topic": {"say": title}})


def _finding(line: Mapping[str, Any], speech: Speech, lang: str) -> str:
    """The very words that the family read as the conclusion: a shorter form could be read the other way round."""
    return speech.line(line["says"], lang, line["values"])


def _deadline(line: Mapping[str, Any], speech: Speech, lang: str) -> str:
    values = {"day": {"date": line["day"]}, "right": {"say": f"right.{line['right']}"}}
    return speech.line("handoff.deadline", lang, values)


def _listed(key: str, hole: str, label: str, names: str) -> _Worder:
    """A line with a list of titles in it."""

    def worded(line: Mapping[str, Any], speech: Speech, lang: str) -> str:
        titles = (speech.line(f"{label}.{name}", lang) for name in line[names])
        return speech.line(f"handoff.{key}", lang, {hole: ", ".join(titles)})

    return worded


def _language(line: Mapping[str, Any], speech: Speech, lang: str) -> str:
    named = Locale.parse(lang).languages.get(line["lang"]) or speech.words.languages[line["lang"]].name
    return speech.line("handoff.language", lang, {"language": named})


_WORDED: Mapping[str, _Worder] = {
    "need": _need,
    "urgency": lambda line, speech, lang: speech.line(f"handoff.urgency.{line['urgency']}", lang),
    "answer": lambda line, speech, lang: f"{speech.line('label.' + line['field'], lang)}: {speech.answer(line, lang)}",
    "finding": _finding,
    "deadline": _deadline,
    "told": _listed("told", "topics", "choice.topic", "topics"),
    "open": _listed("open", "questions", "label", "fields"),
    "arrived": lambda line, speech, lang: speech.line("handoff.arrived", lang, {"place": _place(line, speech)}),
    "language": _language,
    "reach": lambda line, speech, lang: speech.line(
        f"handoff.reach_line.{line['how']}", lang, {"words": line.get("words", "")}
    ),
}


def _place(line: Mapping[str, Any], speech: Speech) -> str:
    if town := speech.content.municipalities.get(str(line.get("gemeente", ""))):
        return town.name
    return str(line.get("gemeente") or line.get("post"))


def numbered(lines: Iterable[Line], speech: Speech, lang: str) -> str:
    """All lines as a numbered list."""
    return "\n".join(f"{number}. {words_of(line, speech, lang)}" for number, line in enumerate(lines, 1))


def approved(packet: Mapping[str, Any], lines: Sequence[Line], speech: Speech, lang: str) -> dict[str, Any]:
    """What the organisation receives: the lines in both languages, and behind each finding only what was kept.

    A finding whose line was left out leaves no trace; an answer that was left out does not stand in any trace.
    `kept` and `from` are what a second organisation could be shown: never more than the first.
    """
    fields = {line["field"] for line in lines if line["kind"] == "answer" and "own" not in line}
    kept = {line["receipt"] for line in lines if line["kind"] == "finding" and "own" not in line}
    opened = {field for line in lines if line["kind"] == "open" and "own" not in line for field in line["fields"]}
    trace = []
    for finding in packet.get("findings", ()):
        if finding["receipt"] not in kept:
            continue
        used = [field for field in finding.get("reads", ()) if field in fields]
        shown = {name: finding[name] for name in ("right", "outcome", "says", "receipt", "grounds", "day")}
        missing = [field for field in finding.get("missing", ()) if field in opened]
        trace.append({**shown, "missing": missing, "used": used})
    told = [
        {
            **{name: line[name] for name in ("id", "kind", "at")},
            **{name: line[name] for name in ("field", "day") if name in line},
            "own": "own" in line or "words" in line,
            "text": words_of(line, speech, lang),
            "dutch": words_of(line, speech, "nl"),
        }
        for line in lines
    ]
    behind = [finding for finding in packet.get("findings", ()) if finding["receipt"] in kept]
    return {"lines": told, "trace": trace, "lang": lang, "kept": list(lines), "from": {"findings": behind}}


def mark(org: str, lang: str, shown: str) -> str:
    """The hash that a consent keeps of what was on the screen."""
    return hashlib.sha256(json.dumps([org, lang, shown], ensure_ascii=True).encode()).hexdigest()
