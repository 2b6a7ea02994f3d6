"""What a worker can do with a case, by name: from the body of a request to `channels.handoff`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from channels.filling import holes
from channels.handoff import transfers, working
from channels.handoff.casework import Office
from channels.handoff.here import here_of
from channels.handoff.machine import NotNow
from channels.handoff.reaching import Way, way
from channels.handoff.reading import preview
from channels.handoff.working import Worker
from channels.hearing import clean
from channels.storage import workers
from channels.storage.cases import Case

_MOST_PHRASES, _LONGEST_VALUE = 10, 200


class BadAct(ValueError):
    """A body that says too little or too much; `key` names the sentence for the worker."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Doing:
    """One act: by whom, on what, with which body."""

    connection: Connection
    office: Office
    case: Case
    worker: Worker
    body: Mapping[str, Any]

    @property
    def given(self) -> tuple[Connection, Office, Case, Worker]:
        """What every act of `working` begins with."""
        return self.connection, self.office, self.case, self.worker


def _take(doing: Doing) -> None:
    working.take(*doing.given)


def _message(doing: Doing) -> None:
    text, phrases = _text(doing, "text"), _phrases(doing, "phrases")
    translated = _text(doing, "translated", 2 * working.LONGEST)  # other languages need more letters
    if not text and (translated or not phrases):
        raise BadAct("empty")
    if translated and not _reads(doing, doing.body.get("target")):
        raise BadAct("language_changed")
    reached = way(doing.connection, doing.office, doing.case)
    if reached == Way.NEVER:
        raise BadAct("stopped")
    if reached == Way.LATER and doing.body.get("waits") is not True:  # who writes must know that it is not read now
        raise BadAct("window_over")
    working.write(*doing.given, text=text, translated=translated, phrases=phrases)


def _note(doing: Doing) -> None:
    if not (text := _text(doing, "text")):
        raise BadAct("empty")
    working.note(doing.connection, doing.case, doing.worker, text)


def _colleague(doing: Doing) -> None:
    other = workers.get(doing.connection, _number(doing, "worker"))
    if other is None or other.state != "active" or other.orgs.get(doing.case.org) not in workers.HELPERS:
        raise BadAct("colleague")
    working.give_to_colleague(*doing.given, Worker(other.id, other.name))


def _plan(doing: Doing) -> None:
    try:
        moment = datetime.fromisoformat(str(doing.body.get("moment")))
        working.plan(*doing.given, moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except NotNow:
        raise
    except (ValueError, OverflowError):
        raise BadAct("moment") from None


def _transfer(doing: Doing) -> None:
    org, case = str(doing.body.get("org")), doing.case
    if org not in doing.office.organisations or org == case.org:
        raise BadAct("organisation")
    if case.assignee != doing.worker.id:
        raise NotNow("another worker holds this case")
    child = transfers.propose(doing.connection, doing.office, case, doing.worker.actor, org, doing.worker.name)
    preview(here_of(doing.connection, doing.office, child), child)


def _decline(doing: Doing) -> None:
    if not doing.case.parent:
        raise NotNow("only what came from another organisation can be declined")
    transfers.declined(doing.connection, doing.office, doing.case, doing.worker.actor)


def _close(doing: Doing) -> None:
    outcome, values = str(doing.body.get("outcome")), _values(doing.body.get("values", {}))
    if outcome not in working.OUTCOMES or holes(_dutch(doing, f"phrase.outcome.{outcome}")) - values.keys():
        raise BadAct("outcome")
    words, phrases = _text(doing, "words"), _phrases(doing, "next")
    if not words and not phrases:
        raise BadAct("next_step")
    working.close(*doing.given, outcome, phrases, words, values)


ACTS: Mapping[str, Callable[[Doing], Any]] = {
    "take": _take,
    "message": _message,
    "note": _note,
    "release": lambda doing: working.release(*doing.given),
    "colleague": _colleague,
    "plan": _plan,
    "transfer": _transfer,
    "decline": _decline,
    "close": _close,
    "block": lambda doing: working.block(*doing.given),
}
WITHOUT_VERSION = frozenset({"message", "note"})
FOR_A_LEAD = frozenset({"block", "note"})  # or for whoever holds the case


def phrasebook(office: Office, lang: str) -> list[dict[str, Any]]:
    """Every sentence of the phrasebook: key, group, in Dutch, in a language, and its holes."""
    speech = office.speech
    told = []
    for key in speech.words.dutch:
        if key.startswith("phrase."):
            text, current = speech.words.text(key, lang)
            told.append(
                {
                    "key": key,
                    "group": key.split(".")[1],
                    "dutch": speech.words.dutch[key],
                    "text": text,
                    "translated": current,
                    "holes": sorted(holes(text)),
                }
            )
    return told


def _dutch(doing: Doing, key: str) -> str:
    return doing.office.speech.words.dutch.get(key, "")


def _phrases(doing: Doing, name: str) -> list[dict[str, Any]]:
    raw = doing.body.get(name, [])
    if not isinstance(raw, list) or len(raw) > _MOST_PHRASES:
        raise BadAct("body")
    phrases = []
    for one in raw:
        key = one.get("key") if isinstance(one, dict) else None
        dutch = _dutch(doing, key) if isinstance(key, str) and key.startswith("phrase.") else ""
        if not dutch:
            raise BadAct("phrase")
        values = _values(one.get("with", {}))
        values = {"worker": doing.worker.name, "organisation": doing.office.name(doing.case.org), **values}
        if holes(dutch) - values.keys():
            raise BadAct("holes")
        phrases.append({"say": key, "with": values})
    return phrases


def _values(raw: Any) -> dict[str, Any]:
    """What fills the holes: short texts; a hole `day` takes a date."""
    if not isinstance(raw, dict):
        raise BadAct("body")
    told: dict[str, Any] = {}
    for name, value in raw.items():
        if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_VALUE:
            raise BadAct("holes")
        told[name] = clean(value)
        if name == "day":
            try:
                told[name] = {"date": date.fromisoformat(value).isoformat()}
            except ValueError:
                raise BadAct("day") from None
    return told


def _reads(doing: Doing, lang: Any) -> bool:
    """Whether the family reads this language now, not Dutch; None: whatever language it reads."""
    talk = here_of(doing.connection, doing.office, doing.case).talk
    return talk.lang != "nl" and lang in (None, talk.lang)


def _text(doing: Doing, name: str, longest: int = working.LONGEST) -> str:
    value = doing.body.get(name, "")
    if not isinstance(value, str):
        raise BadAct("body")
    if len(value) > longest:
        raise BadAct("too_long")
    return clean(value).strip()


def _number(doing: Doing, name: str) -> int:
    value = doing.body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        raise BadAct("body")
    return value
