"""What the gateway keeps of a plan: ticks, the sheet behind a link, and whether the family wants to be reminded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.handoff.casework import Meant
from channels.handoff.here import Here
from channels.settings import DUTCH_TIME
from channels.storage import plans, reminders
from channels.storage.sendings import CHANNEL as WHATSAPP


def told(here: Here) -> dict[str, Any]:
    """What the bot hears of it with each turn: what is ticked, and whether anybody looks at the sheet."""
    connection, talk = here.connection, here.talk.id
    return {"ticks": plans.ticked(connection, talk), "sheet": plans.wanted(connection, talk, here.office.clock())}


def kept(here: Here, payload: Mapping[str, Any]) -> Meant | None:
    """Keep what a payload of the bot brings beside its words; what is left to say, None for nothing."""
    connection, talk, moment = here.connection, here.talk.id, here.office.clock()
    if ticks := payload.get("ticks"):
        plans.tick(connection, talk, ticks, moment)
    asked = any(name in payload for name in ("say", "remind"))
    if "sheet" in payload and (asked or plans.wanted(connection, talk, moment)):
        plans.keep(connection, talk, payload["sheet"], moment)
    if payload.get("unlink"):
        plans.end_all(connection, talk, moment)
    if "remind" in payload:
        _remind(here, payload)
    if payload.get("say") == plans.SAID:
        return _linked(here, payload)
    return None if set(payload) <= {"sheet", "ticks"} else payload


def address(here: Here) -> str:
    """Where a new link to the plan leads. It is told once: only a hash of it is kept."""
    token = plans.link(here.connection, here.talk.id, here.office.clock())
    return f"{here.office.address}/plan/{token}?l={here.talk.lang}"


def _linked(here: Here, payload: Mapping[str, Any]) -> Meant:
    """The news of a link. On WhatsApp the link itself is made when the message goes, so that it stands nowhere.

    Said again after the last link was ended on its page there is nothing that a link could open.
    """
    if plans.sheet_of(here.connection, here.talk.id) is None:
        return {"say": "planning.unlinked", "choices": ["plan.show", "plan.paper", "person"]}
    until = (here.office.clock() + plans.LINK_LIVES).astimezone(DUTCH_TIME).date()
    meant = {**payload, "with": {"day": {"date": until.isoformat()}}}
    return meant if here.talk.channel == WHATSAPP else {**meant, "below": address(here)}


def _remind(here: Here, payload: Mapping[str, Any]) -> None:
    if payload["remind"]:
        text = here.office.speech.line(payload["say"], here.talk.lang)
        reminders.agree(here.connection, here.talk.id, here.talk.lang, here.talk.channel, text, here.office.clock())
    else:
        reminders.withdraw(here.connection, here.talk.id, here.office.clock())
