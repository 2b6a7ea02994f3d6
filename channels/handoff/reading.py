"""What a family reads before it shares anything, and how it keeps, changes and removes each line of it."""

from __future__ import annotations

from typing import Any

from channels.handoff import numbers
from channels.handoff.casework import READING, Stale
from channels.handoff.here import Here
from channels.handoff.lines import LONGEST_LINE, MOST_LINES, Line, mark, numbered, words_of
from channels.handoff.machine import NotNow
from channels.storage import cases
from channels.storage.cases import Case

_PAGE = 7  # lines to choose from at once; a list of WhatsApp takes ten


def preview(here: Here, case: Case) -> None:
    """Every line that would be shared, and the question; the mark of what was shown is kept."""
    shown, meants = screen(here, case)
    here.say(*meants)
    nothing = dict.fromkeys(READING)
    cases.note_facts(here.connection, case, **{**nothing, "shown": mark(case.org, here.talk.lang, shown)})


def screen(here: Here, case: Case) -> tuple[str, list[dict[str, Any]]]:
    """What is shown, as text, and the messages that show it."""
    speech, lang = here.office.speech, here.talk.lang
    names = here.names(case) | {"worker": case.facts.get("worker_name", "")}
    kind = "preview_counter" if "counter" in case.facts else "transfer_preview" if case.parent else "preview"
    ask = "transfer_ask" if case.parent else "ask"
    text = numbered(case.packet["lines"], speech, lang)
    title: dict[str, Any] = {"say": f"handoff.{kind}", "with": names, "choices": [], "below": text}
    question = {"say": f"handoff.{ask}", "with": names}
    return f"{speech.line(title['say'], lang, names)}\n{text}", [title, question]


def edit(here: Here, case: Case, first: int = 0) -> None:
    """Which line? From line `first` on."""
    lines = case.packet["lines"]
    choices = [f"handoff.line.{number}" for number in range(first + 1, min(first + _PAGE, len(lines)) + 1)]
    further = [f"handoff.more.{first + _PAGE}"] if len(lines) > first + _PAGE else []
    here.say({"say": "handoff.edit_which", "choices": [*choices, *further, "handoff.keep"]})


def edit_line(here: Here, case: Case, number: int) -> None:
    """One line, and what can be done with it."""
    lines = case.packet["lines"]
    if not 1 <= number <= len(lines):
        here.say({"say": "handoff.gone"})
        return
    cases.note_facts(here.connection, case, editing=lines[number - 1]["id"], writes=None, draft=None)
    words = words_of(lines[number - 1], here.office.speech, here.talk.lang)
    here.say({"say": "handoff.edit_line", "with": {"words": words}})


def remove(here: Here, case: Case) -> None:
    """Leave out the line that was chosen. Raises NotNow."""
    if not case.facts.get("editing"):
        raise NotNow("no line was chosen")
    _keep(here, case, [line for line in case.packet["lines"] if line["id"] != case.facts.get("editing")])


def ask(here: Here, case: Case, key: str, editing: str | None = None) -> None:
    """The next message that is typed becomes a line: `editing`, or the one that was chosen. Raises NotNow."""
    if not (line := editing or case.facts.get("editing")):
        raise NotNow("no line was chosen")
    cases.note_facts(here.connection, case, editing=line, writes=True, draft=None)
    here.say({"say": key, "with": here.names(case)})


def reach(here: Here, case: Case, how: str, words: str = "") -> None:
    """How the organisation may get in touch; `words`: a telephone number and a time."""
    told = {"how": how, **({"words": words} if words else {})}
    lines = [{**_bare(line), **told} if line["kind"] == "reach" else line for line in case.packet["lines"]]
    if not any(line["kind"] == "reach" for line in lines):
        lines.append({"id": "reach", "kind": "reach", "at": here.office.clock().isoformat(), **told})
    _keep(here, case, lines)


def _bare(line: Line) -> Line:
    """A line whose words become different: nothing of what it said stays behind."""
    return {name: line[name] for name in ("id", "kind", "at")}


def _keep(here: Here, case: Case, lines: list[Line]) -> None:
    if not cases.keep_packet(here.connection, case, {**case.packet, "lines": lines}):
        raise Stale(case.code)
    preview(here, _again(here, case))


def _again(here: Here, case: Case) -> Case:
    found = cases.get(here.connection, case.id)
    assert found is not None  # noqa: S101 - read from this very transaction
    return found


def write(here: Here, case: Case, text: str) -> None:
    """What a family typed for a line: checked for numbers that must not travel, then taken over word for word."""
    text = " ".join(text.split())
    if len(text) > LONGEST_LINE:
        here.say({"say": "handoff.too_long", "with": {"number": LONGEST_LINE}})
        return
    kinds = [hit.kind for hit in numbers.found(text)]
    if case.facts.get("editing") == "reach":
        kinds = [kind for kind in kinds if kind != "phone"]
    if kinds:
        worst = next((kind for kind in ("bsn", "iban", "document") if kind in kinds), "phone")
        cases.note_facts(here.connection, case, draft=text)
        here.say({"say": f"handoff.found.{worst}", "with": here.names(case)})
        return
    _take_words(here, case, text)


def _take_words(here: Here, case: Case, text: str) -> None:
    editing, moment = case.facts.get("editing"), here.office.clock().isoformat()
    if editing == "reach":
        reach(here, case, "call", text)
        return
    lines: list[Line] = case.packet["lines"]
    if editing == "more":
        if len(lines) >= MOST_LINES:
            here.say({"say": "handoff.no_more_lines"})
            return
        number = 1 + max((int(line["id"][1:]) for line in lines if line["id"][1:].isdigit()), default=0)
        lines = [*lines, {"id": f"n{number}", "kind": "own", "own": text, "at": moment}]
    else:
        lines = [{**_bare(line), "own": text, "at": moment} if line["id"] == editing else line for line in lines]
    _keep(here, case, lines)


def draft(here: Here, case: Case, *, phone: bool) -> None:
    """Take over what was typed without its numbers; with telephone numbers when the family says so. Raises NotNow."""
    if not (text := case.facts.get("draft")):
        raise NotNow("nothing was written")
    wanted = phone or case.facts.get("editing") == "reach"
    left_out: frozenset[numbers.Kind] | None = frozenset({"bsn", "iban", "document"}) if wanted else None
    _take_words(here, case, numbers.without(str(text), left_out))
