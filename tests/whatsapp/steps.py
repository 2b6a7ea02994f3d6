"""What happens again and again in the life of a family on WhatsApp."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from channels import cli
from channels.storage import number_states as number_states_in
from channels.storage.tables import audit, cases, inbox, messages, outbox
from channels.storage.whatsapp_tables import number_states, sendings, threads, webhooks
from channels.whatsapp.templates import load_templates
from tests.whatsapp.conftest import PhoneHouse
from tests.whatsapp.graph_server.people import Person
from tests.whatsapp.graph_server.server import NUMBER

EARLIER = datetime(2026, 1, 1, tzinfo=UTC)


async def greeted(house: PhoneHouse, **told: Any) -> Person:
    """Somebody who said hello and was answered, all of it settled."""
    person = house.person(**told)
    await person.says("hallo")
    await person.receives()
    await all_settled(house)
    return person


async def heard(house: PhoneHouse) -> None:
    """Everything that families sent so far is handled."""
    await house.settled(webhooks, lambda rows: all(row["state"] != "new" for row in rows))
    await house.settled(inbox, lambda rows: all(row["state"] == "done" for row in rows))


async def all_settled(house: PhoneHouse) -> list[dict[str, Any]]:
    """What went out, as soon as every message that was accepted is known to be read."""
    await heard(house)
    await house.settled(outbox, lambda rows: not {"ready", "leased"} & {row["state"] for row in rows})
    return await house.settled(sendings, lambda rows: all(row["state"] in _ENDS for row in rows))


_ENDS = ("read", "failed", "dead", "suppressed")


async def waits_over(house: PhoneHouse) -> None:
    """Whatever waits for a moment is due now."""
    house.change(sa.update(sendings).values(not_before=EARLIER))
    house.change(sa.update(outbox).where(outbox.c.state == "ready").values(not_before=EARLIER))
    house.change(sa.update(number_states).values(slow_until=None))
    await house.gateway.bring_out()


async def resumed(house: PhoneHouse, number: str = NUMBER) -> None:
    """A person mended what stopped this number."""
    await house.gateway.parts.store.write(lambda connection: number_states_in.resume(connection, number))
    await house.gateway.bring_out()


async def refused(house: PhoneHouse, times: int = 1) -> None:
    """Meta has said no so often, and we have written that down."""
    await house.graph.until(lambda graph: len(graph.refused) >= times)
    await house.settled(sendings, lambda rows: all(row["state"] != "trying" for row in rows))


async def day_passes(house: PhoneHouse, person: Person) -> None:
    """The family wrote its last message thirty hours ago, for us and for Meta."""
    long_ago = datetime.now(UTC) - timedelta(hours=30)
    house.change(sa.update(threads).values(window_until=long_ago + timedelta(hours=24)))
    house.change(sa.update(messages).values(created_at=long_ago))
    person.wrote_at = long_ago


async def in_the_queue(house: PhoneHouse, person: Person) -> str:
    """A family that said yes and waits for a worker; the code of its case."""
    await person.sends("audio")
    await person.receives()
    await person.taps("person")
    await person.until(lambda screen: "handoff.yes" in {tap.id for tap in screen[-1].choices})
    await person.taps("handoff.yes")
    await person.until(lambda screen: "whatsapp.notify.yes" in {tap.id for tap in screen[-1].choices})
    await all_settled(house)
    return str(house.rows(cases)[-1]["code"])


async def agreed(house: PhoneHouse, person: Person) -> str:
    """The same, for a family that may be sent a short message later, with templates that Meta approved."""
    for one in load_templates(house.settings.data, house.gateway.parts.speech.words).definitions():
        house.graph.template(one.name, one.code, one.body, one.button)
    case, seen = await in_the_queue(house, person), len(person.screen)
    await person.taps("whatsapp.notify.yes")
    await person.until(lambda screen: len(screen) == seen + 1)
    await all_settled(house)
    return case


def last(house: PhoneHouse, table: sa.Table) -> dict[str, Any]:
    """The newest row of a table."""
    return house.rows(table)[-1]


def alarms(house: PhoneHouse) -> list[str]:
    """Why a desk was alarmed, in order."""
    return [row["detail"]["why"] for row in house.rows(audit) if row["action"] == "case.alarm"]


def said(house: PhoneHouse, text: str) -> dict[str, Any]:
    """The message in the talk that says this."""
    return next(row for row in house.rows(messages) if text in row["body"]["text"])


def told(person: Person, text: str) -> int:
    """How many bubbles of this person say this."""
    return sum(text in bubble.text for bubble in person.screen)


async def command(house: PhoneHouse, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """One command of `thuiswijzer whatsapp`, beside the running gateway; its exit code."""
    monkeypatch.setenv("THUISWIJZER_DATABASE_URL", house.settings.database_url)
    monkeypatch.setenv("THUISWIJZER_NUMBERS", str(house.settings.numbers))
    return await asyncio.to_thread(cli.main, ["whatsapp", *arguments])
