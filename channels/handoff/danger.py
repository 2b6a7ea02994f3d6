"""Danger, and a question without a desk: no consent screen, no queue, but always on record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.handoff import machine
from channels.handoff.casework import SYSTEM, alarm, begin
from channels.handoff.here import Here
from channels.handoff.lines import approved, lines_of
from channels.handoff.machine import State
from channels.handoff.organisations import routed
from channels.storage import audit, cases
from channels.storage.cases import Case


def alarm_person(here: Here, reason: str) -> Case:
    """Words of danger or the emergency button: a case of the highest urgency, without anything the family told.

    The computer goes on talking; the numbers were shown already.
    """
    if case := here.case(*machine.OPEN):
        cases.raise_urgency(here.connection, case, 3, reason)
    else:
        office, talk = here.office, here.talk
        gemeente = str(talk.entry.get("gemeente") or "")
        best = routed(office.organisations, "", gemeente, talk.lang, office.clock())
        case = _without_consent(here, best[0] if best else "", 3, reason, {"urgency": 3})
    alarm(here.connection, case, reason)
    return case


def keep_for_later(here: Here, packet: Mapping[str, Any]) -> Case:
    """No organisation has a desk for this: the question is kept under a code, and people run the service see it."""
    urgency, reason = int(packet.get("urgency", 1)), str(packet.get("reason", "asked"))
    if case := here.case(*machine.OPEN):
        cases.raise_urgency(here.connection, case, urgency, reason)
        return case
    return _without_consent(here, "", urgency, reason, packet)


def _without_consent(here: Here, org: str, urgency: int, reason: str, packet: Mapping[str, Any]) -> Case:
    office, talk = here.office, here.talk
    moment = office.clock().isoformat()
    # nobody agreed to anything: an organisation sees the language, the urgency and the talk's door, no answers
    shared = {"urgency": urgency} if org else packet
    lines = lines_of(shared, (), talk.entry if org else {}, talk.lang, moment)
    case = begin(
        here.connection,
        office,
        talk.id,
        State.QUEUED if office.open_until(org) or not org else State.LEFT,
        SYSTEM,
        lang=talk.lang,
        org=org,
        urgency=urgency,
        reason=reason,
        topic=str(packet.get("topic", "")),
        packet=approved(shared, lines, office.speech, talk.lang),
        facts={"holds": False, "since": moment},
    )
    audit.append(here.connection, SYSTEM, "case.no_consent", case.code, org, {"reason": reason})
    return case
