"""The case as a machine: which event leads from which state to which, who may speak then, and what is watched.

A pure table: no clock, no database. `casework` applies it, in one transaction with everything that belongs to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a case is. From CANCELLED on nothing more happens by itself."""

    CONSENT = "consent"  # the family reads what would be shared; nobody else sees anything
    QUEUED = "queued"  # somebody is at the desk and the family waits
    LEFT = "left"  # left for later: nobody is there, or the family did not want to wait
    CALLBACK = "callback"  # a moment was agreed
    ACTIVE = "active"  # a named worker has accepted and speaks
    ASKED_TRANSFER = "asked_transfer"  # the family is asked whether another organisation may know
    OFFERED_TRANSFER = "offered_transfer"  # the other organisation may take it; the first stays responsible
    TRANSFERRED = "transferred"  # the other took it; the first looks after it once more
    RESOLVED = "resolved"  # closed by a worker; one question follows
    CLOSED = "closed"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"  # the family stopped sharing: the content is gone
    BLOCKED = "blocked"


class Event(StrEnum):
    """What can happen to a case."""

    APPROVE = "approve"
    APPROVE_CLOSED = "approve_closed"  # approved while nobody is at the desk
    REFUSE = "refuse"
    EXPIRE = "expire"
    TAKE = "take"
    RELEASE = "release"
    LOST = "lost"  # the worker is no longer there
    WAIT = "wait"  # it takes long: a choice is offered
    LEAVE = "leave"  # not waiting any longer, or the desk closes
    PLAN = "plan"  # a callback
    MISSED = "missed"
    LATE = "late"  # the promised moment passed
    ASK_TRANSFER = "ask_transfer"
    ALLOW_TRANSFER = "allow_transfer"
    REFUSE_TRANSFER = "refuse_transfer"
    TRANSFER = "transfer"  # the other organisation accepted
    CLOSE = "close"
    AFTERCARE = "aftercare"
    REOPEN = "reopen"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    BLOCK = "block"


S, E = State, Event
FINAL = frozenset({S.CLOSED, S.CANCELLED, S.WITHDRAWN, S.BLOCKED})
WAITING = frozenset({S.QUEUED, S.LEFT, S.CALLBACK})
SPEAKING = frozenset({S.ACTIVE, S.ASKED_TRANSFER, S.OFFERED_TRANSFER})
OPEN = frozenset({*WAITING, *SPEAKING})
# what an organisation may see of a case: everything from the consent on
SHARED = frozenset({*OPEN, S.TRANSFERRED, S.RESOLVED, S.CLOSED, S.CANCELLED, S.BLOCKED})

TABLE: Mapping[State, Mapping[Event, State]] = {
    S.CONSENT: {
        E.APPROVE: S.QUEUED,
        E.APPROVE_CLOSED: S.LEFT,
        E.REFUSE: S.CANCELLED,
        E.EXPIRE: S.CANCELLED,
        E.CANCEL: S.CANCELLED,
    },
    S.QUEUED: {
        E.TAKE: S.ACTIVE,
        E.WAIT: S.QUEUED,
        E.LEAVE: S.LEFT,
        E.PLAN: S.CALLBACK,
        E.REFUSE: S.CANCELLED,  # a child case that the other organisation does not take
        E.CANCEL: S.CANCELLED,
    },
    S.LEFT: {
        E.TAKE: S.ACTIVE,
        E.PLAN: S.CALLBACK,
        E.LATE: S.LEFT,
        E.REFUSE: S.CANCELLED,
        E.CANCEL: S.CANCELLED,
    },
    S.CALLBACK: {
        E.TAKE: S.ACTIVE,
        E.PLAN: S.CALLBACK,
        E.MISSED: S.LEFT,
        E.CLOSE: S.RESOLVED,
        E.REFUSE: S.CANCELLED,
        E.CANCEL: S.CANCELLED,
    },
    S.ACTIVE: {
        E.RELEASE: S.QUEUED,
        E.LOST: S.QUEUED,
        E.PLAN: S.CALLBACK,
        E.ASK_TRANSFER: S.ASKED_TRANSFER,
        E.CLOSE: S.RESOLVED,
        E.CANCEL: S.CANCELLED,
        E.BLOCK: S.BLOCKED,
    },
    S.ASKED_TRANSFER: {
        E.ALLOW_TRANSFER: S.OFFERED_TRANSFER,
        E.REFUSE_TRANSFER: S.ACTIVE,
        E.CANCEL: S.CANCELLED,
        E.LOST: S.QUEUED,
    },
    S.OFFERED_TRANSFER: {
        E.TRANSFER: S.TRANSFERRED,
        E.REFUSE_TRANSFER: S.ACTIVE,
        E.CANCEL: S.CANCELLED,
    },
    S.TRANSFERRED: {E.AFTERCARE: S.CLOSED},
    S.RESOLVED: {E.AFTERCARE: S.CLOSED, E.REOPEN: S.QUEUED},
    S.CLOSED: {E.REOPEN: S.QUEUED},
    S.CANCELLED: {},
    S.WITHDRAWN: {},
    S.BLOCKED: {},
}

_CONTROL = {**dict.fromkeys(SPEAKING, "worker"), S.QUEUED: "hold"}


class NotNow(ValueError):
    """This event cannot happen in this state; nothing was changed."""


def after(state: State, event: Event) -> State:
    """The state that follows. Raises NotNow."""
    if event is E.WITHDRAW and state is not S.WITHDRAWN:  # at any time, also afterwards
        return S.WITHDRAWN
    try:
        return TABLE[state][event]
    except KeyError:
        raise NotNow(f"{event} is not possible in {state}") from None


def control(state: State) -> str:
    """Who may speak to the family in this state: bot, hold (nobody but announcements) or worker."""
    return _CONTROL.get(state, "bot")


class Timer(StrEnum):
    """What is looked at later. Its moment is counted from the state's beginning unless casework says otherwise."""

    EXPIRE = "expire"
    WAIT = "wait"
    CLOSING = "closing"
    PROMISE = "promise"
    WATCH = "watch"  # is the worker still there
    SOON = "soon"  # an agreed moment comes near
    CALLBACK = "callback"
    AFTERCARE = "aftercare"


CONSENT_TIME = timedelta(minutes=30)
WAIT_TIME = timedelta(minutes=20)
WATCH_TIME = timedelta(minutes=5)
SOON_BEFORE, MISSED_AFTER = timedelta(minutes=15), timedelta(minutes=30)
AFTERCARE_TIME = timedelta(hours=72)

# every state that something can still happen in by itself has at least one
TIMERS: Mapping[State, tuple[Timer, ...]] = {
    S.CONSENT: (Timer.EXPIRE,),
    S.QUEUED: (Timer.WAIT, Timer.CLOSING),
    S.LEFT: (Timer.PROMISE,),
    S.CALLBACK: (Timer.SOON, Timer.CALLBACK),
    S.ACTIVE: (Timer.WATCH,),
    S.ASKED_TRANSFER: (Timer.EXPIRE, Timer.WATCH),
    S.OFFERED_TRANSFER: (Timer.PROMISE,),
    S.TRANSFERRED: (Timer.AFTERCARE,),
    S.RESOLVED: (Timer.AFTERCARE,),
}
