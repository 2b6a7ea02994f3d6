"""Families on WhatsApp and a desk in Chatwoot: what was not kept or taken back, waits, or was kept long enough."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from channels.desk.chatwoot_acts import NOTES
from channels.handoff import retention, waiting, working
from channels.handoff.casework import SYSTEM
from channels.handoff.here import Here
from channels.settings import now
from channels.storage import audit, cases, conversations, messages, threads
from tests.desk.outside import MONDAY
from tests.desk.test_chatwoot import Mirrored, mirrored, start_mirrored

__all__ = ["mirrored", "start_mirrored"]


async def sends(mirrored: Mirrored, talk: str, text: str = "", **facts: Any) -> int:
    """A family sends something; its number in the talk."""

    def send(here: Here) -> int:
        body = {"author": "family", "key": "family.text", "text": text, "lang": "nl", "dir": "ltr", "facts": facts}
        _, seq = messages.append(here.connection, talk, "family", "family.text", body, None)
        waiting.heard(here, cases.all_of(here.connection, talk)[0])
        return seq

    return int(await mirrored.outside.do(talk, send))


async def on_whatsapp(mirrored: Mirrored, talk: str, left: timedelta) -> None:
    def note(connection: Connection) -> None:
        threads.begin(connection, talk, "1000", MONDAY + left)
        conversations.move(connection, talk, "whatsapp")

    await mirrored.outside.store.write(note)


async def test_what_was_not_kept_is_named_with_the_words_that_came_with_it(mirrored: Mirrored) -> None:
    talk, _, number = await mirrored.opened()
    await sends(mirrored, talk, kind="voice")
    await sends(mirrored, talk, "onze brief", kind="media")
    await sends(mirrored, talk, revoked=True, kind="media")  # taken back before anybody there could see it
    await mirrored.follower.look()
    voice, letter = mirrored.double.of_family(number)
    assert voice.startswith("(")
    assert letter.splitlines()[-1] == "onze brief"


@pytest.mark.parametrize("how", ["edited", "revoked"])
async def test_agents_are_told_that_a_family_changed_its_words_but_not_the_words(mirrored: Mirrored, how: str) -> None:
    talk, code, number = await mirrored.opened()
    seq = await sends(mirrored, talk, "mijn woorden")
    await mirrored.follower.look()
    before = len(mirrored.double.notes(number))
    for _ in range(2):
        detail = {"seq": seq, "how": how}
        await mirrored.outside.store.write(lambda c, d=detail: audit.append(c, SYSTEM, "case.revised", code, "stad", d))
    await mirrored.follower.look()
    assert len(mirrored.double.notes(number)) == before + 2
    assert mirrored.double.of_family(number) == ["mijn woorden"]


async def test_agents_hear_when_their_words_wait_and_when_a_family_wants_silence(mirrored: Mirrored) -> None:
    talk, code, number = await mirrored.opened()
    await on_whatsapp(mirrored, talk, timedelta(minutes=1))
    assert await mirrored.post(mirrored.double.writes(number, "Wij helpen u.")) == 200
    await mirrored.told()
    assert mirrored.double.notes(number)[-1] == NOTES["waits"]
    assert await mirrored.outside.said(talk) == ["Wij helpen u."]
    await mirrored.outside.store.write(lambda c: threads.note(c, talk, stopped_at=now()))
    assert await mirrored.post(mirrored.double.writes(number, "Bent u er nog?")) == 200
    await mirrored.told()
    assert mirrored.double.notes(number)[-1] == NOTES["stopped"]
    assert await mirrored.outside.said(talk) == ["Wij helpen u."]
    assert (await mirrored.outside.case(code)).state == "active"


async def test_what_was_kept_long_enough_goes_there_too(mirrored: Mirrored) -> None:
    _, code, _ = await mirrored.opened()
    await mirrored.outside.take(code, mirrored.stand_in)
    await mirrored.outside.work(code, working.block, mirrored.stand_in)
    await mirrored.follower.look()
    mirrored.outside.later(days=91)
    await mirrored.outside.store.write(lambda c: retention.sweep(c, mirrored.outside.office))
    await mirrored.follower.look()
    assert (mirrored.double.contacts, mirrored.double.conversations) == ({}, {})
