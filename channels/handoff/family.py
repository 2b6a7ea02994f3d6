"""What a family decides about its case: read, change, share or not, wait, plan, go back, stop sharing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from channels.handoff import danger, reading, transfers, waiting, working
from channels.handoff.casework import Change, Stale, begin, happen
from channels.handoff.codes import in_text
from channels.handoff.counter import show_code
from channels.handoff.here import Here
from channels.handoff.lines import Line, approved, lines_of, mark
from channels.handoff.machine import Event, NotNow, State
from channels.handoff.organisations import routed
from channels.storage import cases, consents, inbox, messages
from channels.storage.cases import Case


def ask_for_person(here: Here, packet: Mapping[str, Any]) -> bool:
    """A family asks for a human being: show what would be shared. False when no organisation takes it."""
    open_case = here.taken_up()
    if open_case and open_case.org:
        here.say({"say": "handoff.already", "with": here.names(open_case)})
        return True
    situation = packet.get("situation", {})
    gemeente = str(situation.get("town") or here.talk.entry.get("gemeente") or "")
    office, moment = here.office, here.office.clock()
    blocked = {case.org for case in cases.all_of(here.connection, here.talk.id) if case.state == State.BLOCKED}
    best = routed(office.organisations, packet.get("topic", ""), gemeente, here.talk.lang, moment, blocked)
    if not best:
        return False
    start_consent(here, best[0], packet)
    return True


def start_consent(here: Here, org: str, packet: Mapping[str, Any]) -> Case:
    """A case in which nobody but the family sees anything yet; an older one that was still being read goes."""
    if old := here.case(State.CONSENT):
        happen(here.connection, here.office, old, Event.CANCEL, here.actor)
    told = [key.removeprefix("answer.") for key in messages.keys(here.connection, here.talk.id, "answer.")]
    lines = lines_of(packet, told, here.talk.entry, here.talk.lang, here.office.clock().isoformat())
    case = begin(
        here.connection,
        here.office,
        here.talk.id,
        State.CONSENT,
        here.actor,
        lang=here.talk.lang,
        org=org,
        urgency=int(packet.get("urgency", 1)),
        reason=str(packet.get("reason", "asked")),
        topic=str(packet.get("topic", "")),
        packet={"from": dict(packet), "lines": lines},
    )
    reading.preview(here, case)
    return case


def approve(here: Here, case: Case) -> None:
    """Yes: from now on the organisation sees exactly these lines."""
    lines: list[Line] = case.packet["lines"]
    shown, _ = reading.screen(here, case)
    text_hash = mark(case.org, here.talk.lang, shown)
    if not lines:
        here.say({"say": "handoff.empty"})
        return
    if text_hash != case.facts.get("shown"):
        here.say({"say": "handoff.changed_since"})
        reading.preview(here, case)
        return
    ids = [line["id"] for line in lines]
    packet = approved(case.packet["from"], lines, here.office.speech, here.talk.lang)
    receipt = consents.give(here.connection, case, here.talk.channel, ids, text_hash, here.talk.lang)
    # the inbox names the subject: only of a family that left that line as it was
    topic = case.topic if any(line["kind"] == "need" and "own" not in line for line in lines) else ""
    columns = {"packet": packet, "lang": here.talk.lang, "topic": topic}
    change = Change(columns=columns, detail={"receipt": receipt})
    if case.parent:
        transfers.allowed(here.connection, here.office, case, here.actor, change)
        return
    is_open = here.office.open_until(case.org) is not None or "counter" in case.facts
    event = Event.APPROVE if is_open else Event.APPROVE_CLOSED
    change = replace(change, facts={"since": here.office.clock().isoformat()})
    after = happen(here.connection, here.office, case, event, here.actor, change)
    if "counter" in case.facts:
        working.take(
            here.connection, here.office, after, working.Worker(int(case.facts["counter"]), case.facts["worker_name"])
        )
    else:
        here.say(*waiting.told_after_yes(here, after))


def refuse(here: Here, case: Case) -> None:
    """No: nothing was shared, and everything else stays as it was."""
    if case.parent:
        transfers.refused(here.connection, here.office, case, here.actor)
        return
    happen(here.connection, here.office, case, Event.REFUSE, here.actor, Change(say=[{"say": "handoff.refused"}]))


_READING: Mapping[str, Callable[[Here, Case], None]] = {
    "yes": approve,
    "transfer_yes": approve,
    "no": refuse,
    "transfer_no": refuse,
    "edit": reading.edit,
    "keep": reading.preview,
    "remove": reading.remove,
    "rewrite": partial(reading.ask, key="handoff.write_line"),
    "again": partial(reading.ask, key="handoff.write_line"),
    "add": partial(reading.ask, key="handoff.write_more", editing="more"),
    "reach": lambda here, case: here.say({"say": "handoff.reach_ask", "with": here.names(case)}),
    "reach.here": partial(reading.reach, how="here"),
    "reach.evening": partial(reading.reach, how="evening"),
    "reach.call": partial(reading.ask, key="handoff.reach_write", editing="reach"),
    "with": partial(reading.draft, phone=True),
    "without": partial(reading.draft, phone=False),
}


# --- from the yes on


def choose(here: Here, choice: str) -> None:
    """One tapped choice `handoff.…`. What no longer fits is said kindly, and nothing changes."""
    _wholly(here, partial(_choose, here, choice.removeprefix("handoff.")))


def _wholly(here: Here, do: Callable[[], None]) -> None:
    """All of it or nothing."""
    try:
        with here.connection.begin_nested():
            do()
    except (NotNow, Stale):
        here.say({"say": "handoff.gone"})


def _choose(here: Here, name: str) -> None:
    case = here.case(State.CONSENT)
    verb, _, number = name.rpartition(".")
    if case and name == "counter" and not case.parent:
        show_code(here, case)
    elif case and name in _READING:
        _READING[name](here, case)
    elif case and verb in ("line", "more") and number.isdigit() and len(number) < 4:
        (reading.edit_line if verb == "line" else reading.edit)(here, case, int(number))
    elif name in waiting.CHOICES or verb == "slot":
        waiting.choose(here, name)
    else:
        here.say({"say": "handoff.gone"})


def handled(here: Here, text: str, choice: str) -> bool:
    """Whether a message belongs to a case and not to the bot; then everything that follows from it has happened."""
    meant = choice or _typed(here, text)
    if meant.startswith("handoff."):
        choose(here, meant)
        return True
    if not meant and _writes(here, text):
        return True
    if here.talk.control == "bot":
        return meant == "person" and _without_bot(here)
    case = here.taken_up()
    if meant == "person" and case:
        here.say({"say": "handoff.already", "with": here.names(case)})
    elif choice and not choice.startswith("lang:"):
        here.say({"say": "input.choice_gone"})
    elif case:  # also a "yes" that the computer once offered: it is typed for who speaks now
        waiting.heard(here, case)
    return True


def overheard(here: Here, text: str) -> None:
    """Words of danger, answered already, are also what they were written as: a line, or a message to a worker."""
    case = here.taken_up()
    if not _writes(here, text) and here.talk.control != "bot" and case:
        waiting.heard(here, case)


def _typed(here: Here, text: str) -> str:
    """The choice that was typed by its title: of the newest message, or of the screen that another question hid.

    "" for none.
    """
    speech, offered = here.office.speech, messages.offered(here.connection, here.talk.id)
    if here.case(State.CONSENT):
        screens = (choices for choices in offered if any(one["id"].startswith("handoff.") for one in choices))
        return speech.typed(text, offered) or speech.typed(text, list(screens)[:1]) or ""
    return speech.typed(text, offered) or ""


def _without_bot(here: Here) -> bool:
    """A person is never out of reach with the bot: behind a message that it cannot answer, nobody waits in line."""
    broken = messages.keys(here.connection, here.talk.id, "system.bot_down")
    if not broken or not inbox.waiting(here.connection, here.talk.id):
        return False
    packet = {"reason": "bot_down"}
    if not ask_for_person(here, packet):
        case = danger.keep_for_later(here, packet)
        here.say({"say": "person.stored", "with": {"code": case.code}})
    return True


def _writes(here: Here, text: str) -> bool:
    """A line that is being written, or a return code."""
    case = here.case(State.CONSENT)
    if case and case.facts.get("writes"):
        _wholly(here, partial(reading.write, here, case, text))
        return True
    if code := in_text(text):
        _wholly(here, partial(waiting.come_back, here, code))
        return True
    return False
