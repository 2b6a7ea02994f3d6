"""The worker desk: how soon a human line is read, how long a full inbox takes, and how soon every open desk knows."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp
from sqlalchemy import Connection

from actions.content import load_content
from bench.processes import free_ports, start
from bench.table import Row, at_most, percentile
from channels.handoff import family
from channels.handoff.casework import SYSTEM, Office, begin
from channels.handoff.here import Here
from channels.handoff.machine import State
from channels.handoff.organisations import load_organisations
from channels.settings import ROOT, now
from channels.speech import Speech
from channels.storage import cases, conversations, desk_sessions, workers
from channels.storage.migrate import upgrade
from channels.storage.store import make_engine
from channels.words import load_words

DESKS = ROOT / "data" / "demo" / "desks"
OPEN, STREAMS, PER_WORKER = 5000, 200, 5
_PACKET = {"reason": "asked", "topic": "shelter_access", "urgency": 2, "situation": {"children": True}, "findings": []}
_LANGUAGES = ("nl", "es", "ti", "ar", "so")
_HELLO = {"phrases": [{"key": "phrase.greet.hello"}]}


@dataclass(frozen=True, slots=True)
class Desk:
    """A gateway with a full inbox. `families`: (token of the talk, code of its case); `seats`: cookies of workers."""

    url: str
    session: aiohttp.ClientSession
    families: list[tuple[str, str]]
    seats: list[str]

    async def ask(self, method: str, path: str, seat: int = 0, **body: object) -> dict[str, object]:
        """One request of a worker; the whole answer."""
        headers = {"Cookie": f"desk={self.seats[seat]}"}
        if method == "POST":
            headers["X-Desk-CSRF"] = hashlib.sha256(f"csrf {self.seats[seat]}".encode()).hexdigest()
        address = f"{self.url}/desk/api{path}"
        async with self.session.request(method, address, headers=headers, json=body or None) as response:
            response.raise_for_status()
            return dict(await response.json())


async def desks(folder: Path, accepts: int, rounds: int) -> list[Row]:
    """Everything about the desk, on a gateway of its own without a bot."""
    async with _desk(folder, accepts + rounds) as desk:
        return [
            await _first_line(desk, desk.families[:accepts]),
            await _inbox(desk, rounds),
            await _live(desk, desk.families[accepts:]),
        ]


async def _first_line(desk: Desk, families: list[tuple[str, str]]) -> Row:
    """A worker takes a case and at once says hello; until the family's own stream shows the human line."""
    took = []
    for token, code in families:
        headers = {"Authorization": f"Bearer {token}"}
        async with desk.session.get(f"{desk.url}/webchat/v1/stream?after=0", headers=headers) as stream:
            await stream.content.readline()
            version = (await desk.ask("GET", f"/cases/{code}"))["version"]
            before = time.perf_counter()
            shown = asyncio.create_task(_until(stream, b'"author": "worker"', b'"author":"worker"'))
            await desk.ask("POST", f"/cases/{code}/take", version=version)
            await desk.ask("POST", f"/cases/{code}/message", **_HELLO)
            await asyncio.wait_for(shown, 30)
            took.append(1000 * (time.perf_counter() - before))
    more = f"p50 {percentile(took, 0.5):.0f} ms, n = {len(took)}, two requests of the worker in it"
    what = "desk, from accept to the first human line at the family, p95"
    return at_most(what, percentile(took, 0.95), 250, " ms", more, 0)


async def _inbox(desk: Desk, rounds: int) -> Row:
    """The list of all open cases, beside the smallest request of the same session."""
    full, small = [], []
    for _ in range(rounds + 1):
        full.append(await _timed(desk, "/cases"))
        small.append(await _timed(desk, "/me"))
    ratio = median(full[1:]) / median(small[1:])
    more = f"median of {rounds}; {ratio:.0f} × the smallest request of a session ({median(small[1:]):.0f} ms)"
    return at_most(f"desk, the list of {OPEN:,} open cases", median(full[1:]), 400, " ms", more, 0)


async def _timed(desk: Desk, path: str) -> float:
    before = time.perf_counter()
    await desk.ask("GET", path)
    return 1000 * (time.perf_counter() - before)


async def _live(desk: Desk, families: list[tuple[str, str]]) -> Row:
    """A case is taken; until the last of all open desks was told."""
    streams = [await _listen(desk, number % len(desk.seats)) for number in range(STREAMS)]
    took = []
    for _, code in families:
        version = (await desk.ask("GET", f"/cases/{code}"))["version"]
        wait = asyncio.gather(*(_until(one, code.encode()) for one in streams))
        before = time.perf_counter()
        await desk.ask("POST", f"/cases/{code}/take", version=version)
        answered = time.perf_counter()
        await asyncio.wait_for(wait, 30)
        took.append((1000 * (time.perf_counter() - before), 1000 * (answered - before)))
    for one in streams:
        one.close()
    late = [whole for whole, _ in took]
    more = f"p50 {median(late):.0f} ms, of it {median(one for _, one in took):.0f} ms the act itself; n = {len(late)}"
    what = f"desk, from an act to the last of {STREAMS} open desks, p95"
    return at_most(what, percentile(late, 0.95), 500, " ms", more, 0)


async def _listen(desk: Desk, seat: int) -> aiohttp.ClientResponse:
    headers = {"Cookie": f"desk={desk.seats[seat]}"}
    response = await desk.session.get(f"{desk.url}/desk/api/stream", headers=headers)
    response.raise_for_status()
    await response.content.readline()
    return response


async def _until(stream: aiohttp.ClientResponse, *words: bytes) -> None:
    async for line in stream.content:
        if any(word in line for word in words):
            return


@asynccontextmanager
async def _desk(folder: Path, families: int) -> AsyncIterator[Desk]:
    own = folder / "desks"
    await asyncio.to_thread(own.mkdir)
    made, seats = await asyncio.to_thread(_filled, f"sqlite:///{own / 'thuiswijzer.db'}", families)
    (port,) = free_ports(1)
    env = {
        "THUISWIJZER_RUN": str(own),
        "THUISWIJZER_GATEWAY_PORT": str(port),
        "THUISWIJZER_DESKS": str(DESKS),
        "THUISWIJZER_RASA_URL": "http://127.0.0.1:9",
    }
    running = await start("desks", [sys.executable, "-m", "channels.cli", "serve"], env, folder)
    connector = aiohttp.TCPConnector(limit=0)
    try:
        await running.ready(f"http://127.0.0.1:{port}/livez", 60)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
            yield Desk(f"http://127.0.0.1:{port}", session, made, seats)
    finally:
        await running.stop()


def _filled(url: str, families: int) -> tuple[list[tuple[str, str]], list[str]]:
    """A database with all those cases and workers."""
    content = load_content(ROOT / "data")
    speech = Speech(content, load_words(content, ROOT / "locales"))
    office = Office(load_organisations(DESKS, content), speech, lambda: now().date())
    upgrade(url)
    engine = make_engine(url)
    with engine.begin() as db:
        made = [_family(db, office, _LANGUAGES[number % len(_LANGUAGES)]) for number in range(families)]
        values = {"lang": "nl", "org": "voorbeeldstad", "reason": "asked", "topic": "school"}
        for number in range(OPEN - families):
            talk = conversations.create(db, "webchat", secrets.token_hex(32), "nl", True, {})
            begin(db, office, talk, State.LEFT, SYSTEM, urgency=1 + number % 2, **values)
        seats = [_seat(db, number) for number in range(STREAMS // PER_WORKER)]
    engine.dispose()
    return made, seats


def _family(db: Connection, office: Office, lang: str) -> tuple[str, str]:
    token = secrets.token_urlsafe(32)
    talk = conversations.create(db, "webchat", hashlib.sha256(token.encode()).hexdigest(), lang, True, {})
    found = conversations.get(db, talk)
    if found is None or not family.ask_for_person(Here(db, office, found), _PACKET):
        raise ValueError("nobody takes this case")
    family.choose(Here(db, office, found), "handoff.yes")
    return token, cases.all_of(db, talk)[0].code


def _seat(db: Connection, number: int) -> str:
    email = f"w{number}@voorbeeld.example"
    workers.invite(db, email, f"Worker {number}", {"voorbeeldstad": "agent"})
    known = workers.by_email(db, email)
    if known is None:
        raise ValueError("the worker is not there")
    workers.set_state(db, known[0].id, "active")
    return desk_sessions.create(db, known[0].id, "bench")
