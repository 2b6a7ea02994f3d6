"""From one organisation to another: proposed by a worker, allowed by the family, done when the other accepts.

Until the other accepts, the first stays responsible and keeps speaking. The other sees nothing before the yes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from channels.handoff.casework import SYSTEM, Change, Office, begin, happen
from channels.handoff.machine import Event, State
from channels.storage import cases
from channels.storage.audit import Actor
from channels.storage.cases import Case


def propose(connection: Connection, office: Office, case: Case, actor: Actor, org: str, worker: str) -> Case:
    """Ask the family whether `org` may know. Gives the case at the other organisation, which nobody there sees yet."""
    happen(connection, office, case, Event.ASK_TRANSFER, actor, Change(detail={"to_org": org}))
    return begin(
        connection,
        office,
        case.conversation,
        State.CONSENT,
        actor,
        lang=case.lang,
        org=org,
        parent=case.id,
        urgency=case.urgency,
        reason="transfer",
        topic=case.topic,
        packet={"from": case.packet["from"], "lines": case.packet["kept"]},
        facts={"worker_name": worker, "holds": False},
    )


def allowed(connection: Connection, office: Office, child: Case, actor: Actor, change: Change) -> None:
    """The family says yes: the other organisation gets the packet, and may now take it."""
    parent = _parent(connection, child)
    happen(connection, office, parent, Event.ALLOW_TRANSFER, actor)
    facts = {**change.facts, "since": office.clock().isoformat()}
    told = Change(
        [{"say": "handoff.transfer_sent", "with": _names(office, child)}], change.columns, facts, change.detail
    )
    is_open = office.open_until(child.org) is not None
    happen(connection, office, child, Event.APPROVE if is_open else Event.APPROVE_CLOSED, actor, told)


def refused(connection: Connection, office: Office, child: Case, actor: Actor) -> None:
    """The family says no, or nothing: the other organisation never knew, and the first goes on."""
    _not_passed_on(connection, office, child, actor, "handoff.transfer_no_done")


def declined(connection: Connection, office: Office, child: Case, actor: Actor = SYSTEM) -> None:
    """The other organisation does not take it, or not in time: responsibility stays where it was."""
    _not_passed_on(connection, office, child, actor, "handoff.transfer_declined")


def _not_passed_on(connection: Connection, office: Office, child: Case, actor: Actor, key: str) -> None:
    told = Change(say=[{"say": key, "with": _names(office, child)}], columns={"packet": {}, "topic": ""})
    happen(connection, office, child, Event.REFUSE, actor, told)
    parent = _parent(connection, child)
    if parent.state in (State.ASKED_TRANSFER, State.OFFERED_TRANSFER):  # else it has gone on without an answer
        happen(connection, office, parent, Event.REFUSE_TRANSFER, actor)


def taken(connection: Connection, office: Office, parent_id: int, actor: Actor) -> None:
    """The other organisation accepted; the first looks after it once more later."""
    parent = cases.get(connection, parent_id)
    if parent and parent.state == State.OFFERED_TRANSFER:
        happen(connection, office, parent, Event.TRANSFER, actor, Change(columns={"closed_at": office.clock()}))


def _names(office: Office, child: Case) -> dict[str, Any]:
    return {**office.names(child), "worker": child.facts.get("worker_name", "")}


def _parent(connection: Connection, child: Case) -> Case:
    parent = cases.get(connection, child.parent or 0)
    assert parent is not None  # noqa: S101 - a child is made from a case
    return parent
