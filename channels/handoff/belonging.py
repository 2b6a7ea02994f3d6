"""What of a talk belongs to a case: what its organisation reads along with, and what goes once it is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection

from channels.handoff import machine
from channels.handoff.machine import Event, State
from channels.storage import audit, cases, consents, messages
from channels.storage.cases import Case

Row = Mapping[str, Any]
_OURS = ("handoff.", "phrase.", "crisis.")
# lines that a family reads and changes while it decides about another organisation
_ABOUT_ANOTHER = frozenset({"handoff.transfer_preview", "handoff.edit_line"})
_ALIVE = frozenset({State.CONSENT, *machine.OPEN})
_CODE = "handoff.return_code"  # the last of what is said at closing; only for the family


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a talk, from a moment until another (None: it goes on).

    `code`: the number of the code to come back with, when it ended by closing: what is said then comes after `end`.
    """

    begin: datetime
    end: datetime | None = None
    code: int = 0

    def holds(self, row: Row) -> bool:
        """Whether this was said in it; the code itself was not."""
        at: datetime = row["at"]
        return self.begin <= at and (self.end is None or at < self.end or row["seq"] < self.code)


def shared(connection: Connection, case: Case, after: int = 0) -> list[dict[str, Any]]:
    """What a worker of this case reads, above number `after`. Nothing once the family stopped sharing.

    What a family says to the computer meanwhile is not shared: only what it wrote while it waited or to a worker.
    """
    spans = [] if case.state == State.WITHDRAWN else _spoken(connection, case)
    if not spans:
        return []
    heard = audit.heard(connection, case.code)
    rows = messages.since(connection, case.conversation, spans[0].begin, after)
    return [row for row in rows if _is_shared(row, heard) and any(span.holds(row) for span in spans)]


def own(connection: Connection, case: Case) -> dict[str, set[int]]:
    """What belongs to this case and to no other that is kept: conversation → numbers of messages."""
    found = {}
    for talk in {case.conversation, *(row["conversation"] for row in consents.of_case(connection, case.id))}:
        others = (one for one in cases.all_of(connection, talk) if one.id != case.id and not forgotten(one))
        found[talk] = _of(connection, case, talk).difference(*(_of(connection, one, talk) for one in others))
    return found


def forgotten(case: Case) -> bool:
    """Whether the content of this case is gone for good."""
    return bool(case.facts.get("forgotten"))


def _is_shared(row: Row, heard: set[int]) -> bool:
    if row["author"] == "family":
        return _is_heard(row, heard)
    if row["key"] in _ABOUT_ANOTHER:
        return False
    return _is_ours(row)


def _is_heard(row: Row, heard: set[int]) -> bool:
    return row["seq"] in heard or str(row["facts"].get("choice", "")).startswith("handoff.")


def _is_ours(row: Row) -> bool:
    return row["author"] == "worker" or str(row["key"]).startswith(_OURS)


def _spoken(connection: Connection, case: Case) -> list[Span]:
    """From when until when this organisation had the word, or the family waited for it in silence.

    What another talk held before the case went on in this one was never shared.
    """
    marked = list(_marked(case, audit.states_of(connection, case.code)))
    moved = max((number for number, (row, _) in enumerate(marked) if row["detail"].get("moved")), default=0)
    return _spans(connection, case.conversation, marked[moved:])


def _marked(case: Case, states: Iterable[Row]) -> Iterator[tuple[Row, bool]]:
    """Each change of state, and whether what is said from then on is for this organisation.

    Whoever did not agree to anything, or is spoken to by another organisation, does not wait in silence.
    """
    waits = case.parent is None
    for number, row in enumerate(states):
        state = row["detail"]["to"]
        waits = (waits and (number > 0 or state == State.CONSENT)) or row["action"] == f"case.{Event.REOPEN}"
        yield row, state in machine.SPEAKING or (waits and state == State.QUEUED)


def _spans(connection: Connection, talk: str, marked: Iterable[tuple[Row, bool]]) -> list[Span]:
    """The stretches between changes of state that are marked and ones that are not, with the words of each closing."""
    found: list[Span] = []
    since: datetime | None = None
    for row, belongs in marked:
        closes, at = row["action"] == f"case.{Event.CLOSE}", row["at"]
        since = since or (at if belongs or closes else None)
        if since and not belongs:
            found.append(Span(since, at, _code_after(connection, talk, at) if closes else 0))
            since = None
    return [*found, Span(since)] if since else found


def _code_after(connection: Connection, talk: str, moment: datetime) -> int:
    said = messages.since(connection, talk, moment, 0)
    return next((int(row["seq"]) for row in said if row["key"] == _CODE), 0)


def _of(connection: Connection, case: Case, talk: str) -> set[int]:
    """Everything said in a talk because of this case, also while the family still read what it would share."""
    marked = ((row, row["detail"]["to"] in _ALIVE) for row in audit.states_of(connection, case.code))
    spans = _spans(connection, talk, marked)
    if not spans:
        return set()
    heard, codes = audit.heard(connection, case.code), {span.code for span in spans}
    rows = messages.since(connection, talk, spans[0].begin, 0)
    return {
        row["seq"]
        for row, following in zip_longest(rows, rows[1:])
        if row["seq"] in codes or (any(span.holds(row) for span in spans) and _is_of(row, following, heard))
    }


def _is_of(row: Row, following: Row | None, heard: set[int]) -> bool:
    """A line that a family typed, and a choice of another kind, is known by what follows it at once."""
    if row["author"] != "family":
        return _is_ours(row)
    return _is_heard(row, heard) or bool(following and str(following["key"]).startswith(_OURS))
