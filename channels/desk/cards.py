"""What a worker reads: the inbox, and one case with its lines, the trace behind each finding, and the talk since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel import Locale
from sqlalchemy import Connection

from channels.handoff import machine
from channels.handoff.casework import Office
from channels.storage import audit, cases, consents, messages, timers, workers
from channels.storage.cases import Case

LISTED = {
    "open": (*machine.WAITING, *machine.SPEAKING),
    "done": (machine.State.RESOLVED, machine.State.TRANSFERRED, *machine.FINAL),
}

# lines that a family reads and changes while it decides about another organisation
_ABOUT_ANOTHER = frozenset({"handoff.transfer_preview", "handoff.edit_line"})


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
    }


def talk(connection: Connection, case: Case, after: int) -> list[dict[str, Any]]:
    """What belongs to this case of what was said. Empty once the family stopped sharing.

    What a family says to the computer meanwhile is not shared: only what it wrote while it waited or to a worker.
    """
    spans = [] if case.state == machine.State.WITHDRAWN else _spans(connection, case)
    if not spans:
        return []
    heard = audit.heard(connection, case.code)
    rows = messages.since(connection, case.conversation, spans[0][0], after)
    return [
        _said(row)
        for row in rows
        if _belongs(row, heard) and any(a <= row["at"] and (b is None or row["at"] < b) for a, b in spans)
    ]


def _belongs(row: Mapping[str, Any], heard: set[int]) -> bool:
    if row["author"] == "family":
        return row["seq"] in heard or str(row["facts"].get("choice", "")).startswith("handoff.")
    if row["key"] in _ABOUT_ANOTHER:
        return False
    return row["author"] == "worker" or str(row["key"]).startswith(("handoff.", "phrase.", "crisis."))


def _spans(connection: Connection, case: Case) -> list[tuple[datetime, datetime | None]]:
    """From when until when this organisation had the word, or the family waited for it in silence.

    Whoever did not agree to anything, or is spoken to by another organisation, does not wait in silence.
    """
    spans: list[tuple[datetime, datetime | None]] = []
    since: datetime | None = None
    holds = case.parent is None
    for number, row in enumerate(audit.states_of(connection, case.code)):
        state, detail = machine.State(row["detail"]["to"]), row["detail"]
        if number == 0 and state != machine.State.CONSENT:
            holds = False
        holds = holds or row["action"] == "case.reopen"
        if detail.get("moved"):  # what the other talk held before was never shared
            spans = []
        belongs = state in machine.SPEAKING or (holds and state == machine.State.QUEUED)
        if belongs and since is None:
            since = row["at"]
        elif since and not belongs:
            spans, since = [*spans, (since, row["at"])], None
    return [*spans, (since, None)] if since else spans


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("seq", "author", "key", "text", "lang", "dir")},
        "dutch": row["facts"].get("dutch"),
        "worker": row["facts"].get("worker"),
        "untranslated": row["facts"].get("untranslated", False),
        "machine_translated": row["facts"].get("machine_translated", False),
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
