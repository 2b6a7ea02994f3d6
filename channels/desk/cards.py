"""What a worker reads: the inbox, and one case with its lines, the trace behind each finding, and the talk since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from babel import Locale
from sqlalchemy import Connection

from channels.handoff import belonging, machine
from channels.handoff.casework import Office
from channels.storage import cases, consents, threads, timers, workers
from channels.storage.cases import Case

_MARKS = ("untranslated", "machine_translated", "edited", "revoked", "undelivered")
LISTED = {
    "open": (*machine.WAITING, *machine.SPEAKING),
    "done": (machine.State.RESOLVED, machine.State.TRANSFERRED, *machine.FINAL),
}


def inbox(connection: Connection, office: Office, orgs: frozenset[str], show: str, me: int) -> list[dict[str, Any]]:
    """Cases without content, the most urgent first, then the oldest. `show`: open or done."""
    names = _names(connection, orgs)
    rows = cases.listed(connection, orgs, LISTED[show])
    return [summary(row, office, names, me) for row in rows]


def summary(row: Mapping[str, Any], office: Office, names: Mapping[int, str], me: int) -> dict[str, Any]:
    """One line of an inbox; nothing in it says who the family is."""
    topic = f"choice.topic.{row['topic']}"
    return {
        **{name: row[name] for name in ("code", "state", "version", "org", "urgency", "reason", "topic", "lang")},
        "org_name": office.name(row["org"]),
        "topic_title": office.speech.line(topic, "nl") if office.speech.words.has(topic) else "",
        "lang_name": Locale.parse("nl").languages.get(row["lang"], row["lang"]),
        "assignee": row["assignee"],
        "assignee_name": names.get(row["assignee"] or 0, ""),
        "mine": row["assignee"] == me,
        "prefer": row["prefer"],
        "created_at": _iso(row["created_at"]),
        "updated_at": _iso(row["updated_at"]),
    }


def summary_of(case: Case, office: Office, names: Mapping[int, str], me: int) -> dict[str, Any]:
    """The same of a case at hand."""
    row = {name: getattr(case, name) for name in Case.__slots__}
    return summary({**row, "prefer": case.facts.get("prefer")}, office, names, me)


def card(connection: Connection, office: Office, case: Case, me: int, *, content: bool) -> dict[str, Any]:
    """One case. Without `content` (another worker holds it) only what the inbox shows."""
    names = _names(connection, frozenset({case.org}))
    told = summary_of(case, office, names, me)
    told["content"] = content
    if not content:
        return told
    return {
        **told,
        "lines": case.packet.get("lines", []),
        "trace": [_trace(finding, case, office) for finding in case.packet.get("trace", ())],
        "deadlines": sorted({line["day"] for line in case.packet.get("lines", ()) if line.get("day")}),
        "consents": [_consent(row) for row in consents.of_case(connection, case.id)],
        "timers": [{"kind": kind, "due_at": _iso(due)} for kind, due in timers.of_case(connection, case.id)],
        "agreed": case.facts.get("agreed"),
        "outcome": case.facts.get("outcome"),
        "next_step": case.facts.get("next_step"),
        "ball": case.facts.get("ball"),
        "parent": case.parent is not None,
        "notes": [
            {**row, "worker": names.get(row["worker"], "?"), "created_at": _iso(row["created_at"])}
            for row in consents.notes_of(connection, case.id)
        ],
        "messages": talk(connection, case, 0),
        "reach": reach(connection, case),
        "forgotten": belonging.forgotten(case),
    }


def talk(connection: Connection, case: Case, after: int) -> list[dict[str, Any]]:
    """What belongs to this case of what was said. Empty once the family stopped sharing."""
    return [_said(row) for row in belonging.shared(connection, case, after)]


def reach(connection: Connection, case: Case) -> dict[str, Any] | None:
    """Until when and how this family can be written to; None when there is no end to it."""
    found = threads.reach(connection, case.conversation)
    return {**asdict(found), "window_until": _iso(found.window_until)} if found else None


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    """`kind`: of something that was sent and not kept (a voice message), beside the words that came with it."""
    facts = row["facts"]
    return {
        **{name: row[name] for name in ("seq", "author", "key", "text", "lang", "dir")},
        **{name: facts.get(name) for name in ("dutch", "worker", "kind")},
        **{name: bool(facts.get(name)) for name in _MARKS},
        "at": _iso(row["at"]),
    }


def _trace(finding: Mapping[str, Any], case: Case, office: Office) -> dict[str, Any]:
    """Why a finding says what it says: the answers used, what is still open, and the facts with their sources."""
    speech = office.speech
    answers = {line["field"]: line["dutch"] for line in case.packet["lines"] if "field" in line}
    return {
        "right": speech.line(f"right.{finding['right']}", "nl"),
        "outcome": finding["outcome"],
        "receipt": finding["receipt"],
        "day": finding["day"],
        "used": [answers[field] for field in finding["used"] if field in answers],
        "missing": [speech.line(f"label.{field}", "nl") for field in finding["missing"]],
        "facts": [
            {
                "id": fact,
                "text": speech.line(f"fact.{fact}", "nl"),
                "sources": [f"{s.title} {s.article}".strip() for s in speech.sources([fact])],
                "certainty": speech.content.law.facts[fact].certainty,
            }
            for fact in finding["grounds"]
            if fact in speech.content.law.facts
        ],
    }


def _consent(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: row[name] for name in ("receipt", "lang", "channel", "items")}
    return {**kept, "given_at": _iso(row["given_at"]), "withdrawn_at": _iso(row["withdrawn_at"])}


def _names(connection: Connection, orgs: frozenset[str]) -> dict[int, str]:
    return {worker.id: worker.name for worker in workers.all_of(connection, orgs)}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
