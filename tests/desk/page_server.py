"""A whole gateway with desks, in a thread of its own, for browsers to visit; and the families and workers in it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pyotp
import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import Connection, select, update

from actions.dialogue.knowledge import knowledge
from actions.dialogue.talk import Talk
from actions.dialogue.turns import hand_over
from actions.eligibility.situation import Situation
from channels import app
from channels.desk import passwords
from channels.gateway import Gateway
from channels.handoff import family, reading
from channels.handoff.casework import Office, alarm, begin
from channels.handoff.here import Here
from channels.handoff.machine import State
from channels.settings import DUTCH_TIME, now
from channels.storage import audit, cases, conversations, desk_sessions, messages, tables, threads, workers
from channels.storage.audit import Actor
from channels.storage.cases import Case
from channels.storage.store import Store
from tests.conftest import settings_for
from tests.fakes import ScriptedBot

T = TypeVar("T")
ADDRESS = "https://thuis.example"  # where people find this house
PASSWORD = "een lange zin van mij"
ALWAYS = "{mon: [A], tue: [A], wed: [A], thu: [A], fri: [A], sat: [A], sun: [A]}".replace("A", "'00:00-23:59'")
DESKS = {
    "wijk": f"name: Wijkteam Voorbeeldstad\nlanguages: [nl, ar]\nholidays: ''\nhours: {ALWAYS}\n",
    "haven": f"name: Stichting De Haven\nlanguages: [nl, es]\nholidays: ''\nhours: {ALWAYS}\n",
}
TOLD = {
    "asked_gemeente": "refused_written",
    "refusal_reason": "binding",
    "children": True,
    "place": "netherlands",
    "letter_from": "gemeente",
    "letter_kind": "refusal",
}
KNOWS = knowledge()


@dataclass
class Seat:
    """A worker: what logs in, and the cookie of one who is."""

    id: int
    name: str
    email: str
    secret: str
    cookie: str


@dataclass
class Site:
    """The address, and what tests do behind it. Everything that touches the server runs in its own loop."""

    address: str
    loop: asyncio.AbstractEventLoop
    gateway: Gateway
    store: Store
    used: dict[str, int] = field(default_factory=dict)

    @property
    def office(self) -> Office:
        return self.gateway.parts.office

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))

    async def write(self, work: Callable[[Connection], T]) -> T:
        async def both() -> T:
            told = await self.store.write(work)
            await self.gateway.bring_out()
            return told

        return await self.run(both())

    def new_name(self, name: str) -> str:
        self.used[name] = self.used.get(name, 0) + 1
        return f"{name}{self.used[name]}"

    async def invited(self, name: str, **orgs: str) -> tuple[str, str]:
        """(email, token) of somebody who may join."""
        email = f"{self.new_name('w')}@voorbeeld.example"
        return email, await self.write(lambda db: workers.invite(db, email, name, orgs or {"wijk": "agent"}))

    async def seat(self, name: str = "Wil", lang: str = "nl", **orgs: str) -> Seat:
        """A worker who joined and is logged in."""
        email, token = await self.invited(name, **orgs)
        secret = pyotp.random_base32()

        def make(db: Connection) -> tuple[int, str]:
            workers.keep_secret(db, token, secret)
            number = workers.activate(db, token, passwords.hashed(PASSWORD), -1, [])
            assert number
            workers.set_profile(db, number, lang, ["nl"])
            return number, desk_sessions.create(db, number, "test")

        number, cookie = await self.write(make)
        return Seat(number, name, email, secret, cookie)

    def packet(self, told: Mapping[str, Any] | None = None, topic: str = "shelter_access") -> dict[str, Any]:
        """What the bot hands over for a family that told this."""
        told = told or {**TOLD, "letter_date": in_days(-37).isoformat()}
        talk = Talk(situation=Situation.from_dict(dict(told)), topic=topic, journey="letter")
        return dict(hand_over(talk, KNOWS, in_days(0), "asked")[0]["handoff"])

    async def asks(self, lang: str = "ar", **packet: Any) -> str:
        """A family that reads what would be shared; the id of its talk."""

        def ask(db: Connection) -> str:
            talk = conversations.create(db, "webchat", self.new_name("t"), lang, True, {})
            assert family.ask_for_person(self.here(db, talk), {**self.packet(), **packet})
            return talk

        return await self.write(ask)

    async def shared(self, lang: str = "ar", org: str = "wijk", own: str = "", **packet: Any) -> Case:
        """A family that agreed; `own`: a line in its own words. The case."""
        talk = await self.asks(lang, **packet)

        def share(db: Connection) -> Case:
            here = self.here(db, talk)
            case = here.case(State.CONSENT)
            assert case
            db.execute(update(tables.cases).where(tables.cases.c.id == case.id).values(org=org))
            reading.preview(here, self.case(db, talk))
            if own:
                family.choose(here, "handoff.add")
                assert family.handled(here, own, "")
            family.choose(here, "handoff.yes")
            return self.case(db, talk)

        return await self.write(share)

    async def tap(self, talk: str, choice: str) -> Case:
        """The family taps; the newest case of its talk."""

        def do(db: Connection) -> Case:
            family.choose(self.here(db, talk), choice)
            return self.case(db, talk)

        return await self.write(do)

    async def says(self, case: Case, text: str) -> None:
        """The family writes to its worker."""

        def say(db: Connection) -> None:
            talk = conversations.get(db, case.conversation)
            assert talk
            body = {"author": "family", "key": "", "text": text, "lang": talk.lang, "dir": "auto", "facts": {}}
            _, seq = messages.append(db, case.conversation, "family", "", body, None)
            audit.append(db, Actor("family", talk.id), "case.family_message", case.code, case.org, {"seq": seq})

        await self.write(say)

    async def on_whatsapp(self, case: Case, left: timedelta = timedelta(hours=24), **thread: Any) -> None:
        """The family of this case is on WhatsApp; `left`: how long one can still write to it freely."""

        def note(db: Connection) -> None:
            if threads.of(db, case.conversation) is None:
                threads.begin(db, case.conversation, "1000", now())
                conversations.move(db, case.conversation, "whatsapp")
            threads.note(db, case.conversation, window_until=now() + left, **thread)

        await self.write(note)

    async def to_page(self, case: Case) -> None:
        """The talk goes on on the secure page."""
        await self.write(lambda db: conversations.move(db, case.conversation, "webchat"))

    async def kept(self, case: Case) -> list[dict[str, Any]]:
        """Everything that was said since this case began, on its way or not."""
        return await self.run(self.store.read(lambda db: messages.since(db, case.conversation, case.created_at, 0)))

    def outbox_of(self, db: Connection, case: Case) -> list[int]:
        """What went to this family, as rows of the outbox."""
        where = tables.outbox.c.conversation == case.conversation
        return list(db.execute(select(tables.outbox.c.id).where(where)).scalars())

    async def types(self, talk: str, text: str) -> None:
        """The family writes a line of what it would share."""

        def write(db: Connection) -> None:
            assert family.handled(self.here(db, talk), text, "")

        await self.write(write)

    async def sent(self, case: Case, **facts: Any) -> int:
        """The family sends something that is only known by what it is; its number in the talk."""

        def say(db: Connection) -> int:
            talk = conversations.get(db, case.conversation)
            assert talk
            body = {"author": "family", "key": "", "text": "", "lang": talk.lang, "dir": "auto", "facts": facts}
            _, seq = messages.append(db, case.conversation, "family", "", body, None)
            audit.append(db, Actor("family", talk.id), "case.family_message", case.code, case.org, {"seq": seq})
            return seq

        return await self.write(say)

    async def revises(self, case: Case, seq: int, how: str, text: str = "") -> None:
        """The family takes back or changes what it sent."""

        def revise(db: Connection) -> None:
            c = tables.messages.c
            where = (c.conversation == case.conversation, c.seq == seq)
            body = db.execute(select(c.body).where(*where)).scalar_one()
            body = {**body, "text": text, "facts": {**body["facts"], how: True}}
            db.execute(update(tables.messages).where(*where).values(body=body))
            audit.append(db, Actor("system", "test"), "case.revised", case.code, case.org, {"seq": seq, "how": how})

        await self.write(revise)

    async def many(self, count: int, org: str = "wijk") -> None:
        """Cases to fill an inbox with; nothing in them."""

        def make(db: Connection) -> None:
            talk = conversations.create(db, "webchat", self.new_name("m"), "es", True, {})
            for number in range(count):
                begin(
                    db,
                    self.office,
                    talk,
                    State.LEFT,
                    Actor("system", "test"),
                    lang=("es", "ti", "nl")[number % 3],
                    org=org,
                    urgency=1 + (number % 2),
                    reason="asked",
                    topic=("school", "debts")[number % 2],
                )

        await self.write(make)

    async def alarms(self, case: Case, why: str = "waits long") -> None:
        await self.write(lambda db: alarm(db, case, why))

    async def read(self, talk: str) -> list[dict[str, Any]]:
        """What the family can read."""
        return await self.run(self.store.read(lambda db: messages.visible(db, talk, 0)))

    async def now(self, case: Case) -> Case:
        found = await self.run(self.store.read(lambda db: cases.get(db, case.id)))
        assert found
        return found

    def here(self, db: Connection, talk: str) -> Here:
        found = conversations.get(db, talk)
        assert found
        return Here(db, self.office, found)

    @staticmethod
    def case(db: Connection, talk: str) -> Case:
        return cases.all_of(db, talk)[0]


def in_days(days: int) -> date:
    """A day from today on, in the Netherlands."""
    return datetime.now(DUTCH_TIME).date() + timedelta(days=days)


def serve_desks(
    folder: Path,
    bot: ScriptedBot | None = None,
    organisations: Mapping[str, str] = DESKS,
    clock: Callable[[], datetime] = now,
) -> Iterator[Site]:
    """A site until the generator ends; `clock`: what time it is for everything that cases wait for."""
    loop, up, ready = asyncio.new_event_loop(), threading.Event(), list[Site]()
    stop, kept = asyncio.Event(), list[Gateway]()
    real, real_office = app.Gateway, app.Office
    desks = folder / "desks"
    desks.mkdir()
    for slug, text in organisations.items():
        (desks / f"{slug}.yml").write_text(text, encoding="utf-8")

    def gateway(*given: Any) -> Gateway:
        kept.append(real(*given))
        return kept[-1]

    async def serve() -> None:
        async with TestServer((bot or ScriptedBot()).app()) as served:
            settings = settings_for(f"sqlite:///{folder / 'site.db'}", str(served.make_url("")), folder)
            async with TestServer(await app.build(replace(settings, desks=desks))) as server:
                address = str(server.make_url("/")).rstrip("/")
                ready.append(Site(address, loop, kept[-1], kept[-1].parts.store))
                up.set()
                await stop.wait()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "Gateway", gateway)
        patch.setattr(app, "Office", lambda *given, **more: real_office(*given, clock, **{**more, "address": ADDRESS}))
        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
        thread.start()
        assert up.wait(60), "the gateway did not start"
    yield ready[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()
