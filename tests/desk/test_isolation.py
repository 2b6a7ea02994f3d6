"""Every route of the desk, for every role, with what is one's own and with what is another organisation's."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp.web_urldispatcher import PrefixedSubAppResource
from sqlalchemy import Connection

from channels.desk.acts import ACTS
from channels.handoff.working import OUTCOMES
from channels.storage import desk_sessions, workers
from tests.handoff.conftest import DESKS, DeskHouse, Seated, open_desks

pytestmark = pytest.mark.slow

ROLES = ("agent", "lead", "admin", "auditor")
ORGS = tuple(DESKS)
MARK = {"voorbeeldstad": "blauwe fiets", "hulphuis": "groene kast"}  # content, one for each organisation
REACHED = {200, 201, 400, 409, 503}


@dataclass
class World:
    """Two organisations, each with a worker who holds a case, and one more of every role; and nobody at all."""

    house: DeskHouse
    seats: dict[tuple[str, str], Seated] = field(default_factory=dict)
    holder: dict[str, Seated] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    reading: list[str] = field(default_factory=list)
    session: dict[int, str] = field(default_factory=dict)

    def codes(self, *orgs: str) -> list[str]:
        return [code for org in orgs for code in (self.held[org], self.waiting[org])]

    def foreign_words(self, org: str) -> list[str]:
        """What nobody of this organisation may ever read."""
        others = [other for other in ORGS if other != org]
        people = [seat for (_, other), seat in self.seats.items() if other in others]
        people += [self.holder[other] for other in others]
        emails = [f"{seat.name.lower()}.{other}@" for other in others for seat in people]
        return [*self.codes(*others), *(MARK[other] for other in others), *emails, *self.reading]


@dataclass(frozen=True)
class Route:
    """How a route is walked. `own`, `foreign`: (path, body) pairs about what is one's own and what is not.

    `roles`: for whom there is anything; `open`: also for who is not logged in. `streams`: its answer never ends.
    """

    roles: tuple[str, ...]
    own: Callable[[World, Seated, str], list[tuple[str, Any]]]
    foreign: Callable[[World, Seated, str], list[tuple[str, Any]]] = lambda *_: []
    open: bool = False
    streams: bool = False
    destroys: bool = False


def same(*asked: tuple[str, Any]) -> Callable[[World, Seated, str], list[tuple[str, Any]]]:
    return lambda *_: list(asked)


def acts(world: World, org: str) -> list[tuple[str, Any]]:
    """Every act with a body that would do something, on every case of an organisation."""
    bodies: dict[str, dict[str, Any]] = {
        "message": {"text": "hallo"},
        "note": {"text": "hallo"},
        "plan": {"moment": "2026-12-01T10:00:00+01:00"},
        "colleague": {"worker": world.holder[org].id},
        "transfer": {"org": next(other for other in ORGS if other != org)},
        "close": {"outcome": OUTCOMES[0], "words": "hallo"},
    }
    numbers = [{**bodies.get(act, {}), "version": -1} for act in ACTS]
    return [
        (f"/cases/{code}/{act}", body)
        for code in (*world.codes(org), *world.reading)
        for act, body in zip(ACTS, numbers, strict=True)
    ]


def translation(code: str) -> dict[str, str]:
    return {"code": code, "text": "hola", "to": "dutch", "lang": "es"}


SEES, CASES = ("agent", "lead"), "/desk/api/cases"
TABLE: dict[tuple[str, str], Route] = {
    ("GET", CASES): Route(SEES, same(("/cases", None), ("/cases?show=done", None))),
    ("GET", CASES + "/{code}"): Route(
        SEES,
        lambda world, _, org: [(f"/cases/{code}", None) for code in world.codes(org)],
        lambda world, _, org: [(f"/cases/{code}", None) for code in (*world.codes(org), *world.reading)],
    ),
    ("GET", CASES + "/{code}/messages"): Route(
        ("lead",),
        lambda world, _, org: [(f"/cases/{world.held[org]}/messages", None)],
        lambda world, _, org: [(f"/cases/{code}/messages", None) for code in (*world.codes(org), *world.reading)],
    ),
    ("POST", CASES + "/{code}/{act}"): Route(
        ("lead",),
        lambda world, _, org: [pair for pair in acts(world, org) if world.held[org] in pair[0]],
        lambda world, _, org: acts(world, org),
    ),
    ("GET", "/desk/api/colleagues"): Route(SEES, same(("/colleagues", None))),
    ("GET", "/desk/api/organisations"): Route(SEES, same(("/organisations", None))),
    ("GET", "/desk/api/phrases"): Route(SEES, same(("/phrases?lang=ti", None))),
    ("POST", "/desk/api/translate"): Route(
        ("lead",),
        lambda world, _, org: [("/translate", translation(world.held[org]))],
        lambda world, _, org: [("/translate", translation(code)) for code in (*world.codes(org), *world.reading)],
    ),
    ("POST", "/desk/api/counter"): Route(
        (), same(), lambda _world, _, org: [("/counter", {"code": "123456", "org": org})]
    ),
    ("GET", "/desk/api/stream"): Route(SEES, same(("/stream?after=0", None)), streams=True),
    ("GET", "/desk/api/me"): Route(ROLES, same(("/me", None))),
    ("PUT", "/desk/api/me"): Route(ROLES, same(("/me", {"lang": "en"}))),
    ("GET", "/desk/api/sessions"): Route(ROLES, same(("/sessions", None))),
    ("DELETE", "/desk/api/sessions/{id}"): Route(
        (),
        same(),
        lambda world, me, _: [
            (f"/sessions/{public}", None) for worker, public in world.session.items() if worker != me.id
        ],
    ),
    ("GET", "/desk/api/workers"): Route(("admin",), same(("/workers", None))),
    ("POST", "/desk/api/workers"): Route(
        ("admin",),
        lambda _world, me, org: [
            ("/workers", {"email": f"new{me.id}@{org}.example", "name": "N", "org": org, "role": "agent"})
        ],
        lambda _world, me, org: [
            ("/workers", {"email": f"no{me.id}@{org}.example", "name": "N", "org": org, "role": "admin"})
        ],
    ),
    ("PUT", "/desk/api/workers/{id}"): Route(
        ("admin",),
        lambda world, _, org: [(f"/workers/{world.holder[org].id}", {"role": "agent"})],
        lambda world, _, org: [
            (f"/workers/{world.holder[org].id}", body)
            for body in ({"role": "lead"}, {"state": "off"}, {"role": "none", "org": org})
        ],
    ),
    ("GET", "/desk/api/audit"): Route(
        ("auditor",),
        lambda _world, _, org: [("/audit", None), (f"/audit?org={org}", None)],
        lambda _world, _, org: [(f"/audit?org={org}", None)],
    ),
    ("GET", "/desk/api/audit.csv"): Route(
        ("auditor",),
        lambda _world, _, org: [("/audit.csv", None), (f"/audit.csv?org={org}", None)],
        lambda _world, _, org: [(f"/audit.csv?org={org}", None)],
    ),
    ("POST", "/desk/api/login"): Route((), same(), open=True),
    ("GET", "/desk/api/join"): Route((), same(), same(("/join?token=x", None)), open=True),
    ("POST", "/desk/api/join"): Route(
        (), same(), same(("/join", {"token": "x", "password": "een lange zin", "code": "123456"})), open=True
    ),
    ("POST", "/desk/api/logout"): Route(ROLES, same(("/logout", {})), destroys=True),
    ("GET", "/desk/oidc/{org}/start"): Route((), same(), open=True),
    ("GET", "/desk/oidc/{org}/callback"): Route((), same(), open=True),
}
# the same page and files for everybody; nothing of anybody is in them
PAGES = ("", "/", "/login", "/join", "/counter", "/workers", "/audit", "/me", "/c/{code}", "/static/{name}")


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> AsyncIterator[World]:
    async with open_desks(tmp_path, monkeypatch) as start:
        # nothing listens there: this walk is about who may ask
        yield await populated(World(await start(sqlite_url, translator="http://127.0.0.1:9")))


async def populated(world: World) -> World:
    """Everybody in place, and for each organisation a case that is held and one that waits."""
    house = world.house
    topics = {"voorbeeldstad": "shelter_access", "hulphuis": "debts"}
    for org in ORGS:
        for role in ROLES:
            world.seats[(role, org)] = await house.seat(role.title(), org, role)
        world.holder[org] = await house.seat("Houder", org)
        packet = {"reason": "asked", "urgency": 1, "topic": topics[org], "situation": {}}
        house.bot.answer = lambda _, told=packet: [{"handoff": told}]  # type: ignore[method-assign,misc]
        for kept in (world.held, world.waiting):
            token = await house.open("nl")
            await house.choose(token, "person")
            await house.choose(token, "handoff.add")
            await house.types(token, f"wij hebben een {MARK[org]}")
            await house.choose(token, "handoff.yes")
            kept[org] = (await house.all_cases())[-1]["code"]
            assert (await house.all_cases())[-1]["org"] == org
        assert (await world.holder[org].act(world.held[org], "take"))[0] == 200
        await world.holder[org].act(world.held[org], "message", text=f"over de {MARK[org]}")
        await world.holder[org].act(world.held[org], "note", text=f"notitie {MARK[org]}")
        token = await house.open("nl")  # and one that is still being read
        await house.choose(token, "person")
        world.reading.append((await house.all_cases())[-1]["code"])

    def sessions(connection: Connection) -> dict[int, str]:
        seats = [*world.seats.values(), *world.holder.values()]
        return {seat.id: desk_sessions.list_of(connection, seat.id)[0].public for seat in seats}

    world.session = await house.store.read(sessions)
    return world


def routes(world: World) -> set[tuple[str, str]]:
    """Every route of the desk, as its router knows it."""
    server = world.house.client.server
    app = server.app  # type: ignore[attr-defined]
    (desk,) = (one for one in app.router.resources() if isinstance(one, PrefixedSubAppResource))
    found = {(route.method, route.resource.canonical) for route in desk._app.router.routes() if route.resource}
    return {(method, path) for method, path in found if method != "HEAD"}  # answers as GET does


async def ask(world: World, seat: Seated | None, method: str, path: str, body: Any) -> tuple[int, str]:
    """A request of somebody, or of nobody; status and everything that was answered."""
    headers = {}
    if seat:
        seat.csrf = seat.csrf or (await seat.get("/me"))[1]["csrf"]
        headers = {"Cookie": f"desk={seat.cookie}", "X-Desk-CSRF": seat.csrf}
    async with world.house.client.request(method, f"/desk/api{path}", json=body, headers=headers) as response:
        return response.status, await response.text()


def named(status: int, seat: str, method: str, path: str) -> str:
    return f"{seat}: {method} {path} → {status}"


async def test_no_route_of_the_desk_is_missing_from_this_walk(world: World) -> None:
    walked = {*TABLE, *(("GET", f"/desk{page}") for page in PAGES)}
    assert {(method, path.rstrip("/") or path) for method, path in routes(world)} == {
        (method, path.rstrip("/") or path) for method, path in walked
    }


async def test_what_is_of_another_organisation_is_not_there_for_anybody(world: World) -> None:
    for (method, _), route in TABLE.items():
        for (role, org), seat in world.seats.items():
            other = next(one for one in ORGS if one != org)
            for path, body in route.foreign(world, seat, other):
                status, told = await ask(world, seat, method, path, body)
                assert status == 404, named(status, role, method, path)
                assert not [word for word in world.foreign_words(org) if word in told], path


async def test_each_role_finds_its_own_and_nothing_of_another_organisation_beside_it(world: World) -> None:
    for (method, canonical), route in sorted(TABLE.items(), key=lambda one: one[1].destroys):
        if route.streams or route.open:
            continue
        for (role, org), seat in world.seats.items():
            for path, body in route.own(world, seat, org):
                status, told = await ask(world, seat, method, path, body)
                if role in route.roles:
                    assert status in REACHED, named(status, role, method, path)
                elif canonical.startswith(CASES) and role == "agent":
                    assert status in (404, 409), named(status, role, method, path)  # held by a colleague
                else:
                    assert status == 404, named(status, role, method, path)
                assert not [word for word in world.foreign_words(org) if word in told], (role, path)


async def test_content_is_read_by_the_holder_and_whoever_leads_and_by_nobody_else(world: World) -> None:
    for org in ORGS:
        held, waiting, mark = world.held[org], world.waiting[org], MARK[org]
        seats = {role: world.seats[(role, org)] for role in ROLES}
        for seat, reads in ((world.holder[org], True), (seats["lead"], True), (seats["agent"], False)):
            status, card = await seat.get(f"/cases/{held}")
            assert (status, card["content"], mark in json.dumps(card)) == (200, reads, reads)
            assert mark in json.dumps((await seat.get(f"/cases/{waiting}"))[1])  # nobody holds it: a desk decides
            assert (await seat.get(f"/cases/{held}/messages"))[0] == (200 if reads else 404)
            assert mark not in json.dumps(await seat.get("/cases"))
        for act in ACTS:
            _, told = await seats["agent"].act(held, act, text="x", outcome="information", words="x", org="x")
            assert mark not in json.dumps(told), act


async def test_admin_and_auditor_see_no_content_on_any_route(world: World) -> None:
    for (method, _), route in sorted(TABLE.items(), key=lambda one: one[1].destroys):
        for role in ("admin", "auditor"):
            for org in ORGS:
                seat = world.seats[(role, org)]
                for path, body in (*route.own(world, seat, org), *route.foreign(world, seat, org)):
                    if path == "/stream?after=0" or (method == "DELETE" and f"/{world.session[seat.id]}" in path):
                        continue
                    if method == "PUT" and "/workers/" in path:
                        continue  # changes who works here; walked above
                    status, told = await ask(world, seat, method, path, body)
                    assert not [mark for mark in MARK.values() if mark in told], named(status, role, method, path)
    for role in ("admin", "auditor"):
        response = await world.house.client.get("/desk/api/stream?after=0")
        assert response.status == 401, role
        response.close()


async def test_without_a_session_there_is_nothing_but_the_page_and_the_way_in(world: World) -> None:
    for (method, _), route in TABLE.items():
        seat = world.seats[("agent", ORGS[0])]
        for path, body in (*route.own(world, seat, ORGS[0]), *route.foreign(world, seat, ORGS[0])):
            status, told = await ask(world, None, method, path, body)
            assert status == (404 if route.open else 401), named(status, "nobody", method, path)
            assert not [word for mark in MARK.values() for word in (mark, *world.codes(*ORGS)) if word in told], path
    for page in PAGES:
        path = page.replace("{code}", world.held[ORGS[0]]).replace("{name}", "index.html")
        async with world.house.client.get(f"/desk{path}") as response:
            told = await response.text()
            assert response.status == 200
            assert not [word for word in (*MARK.values(), world.held[ORGS[0]]) if word in told]


async def test_a_live_desk_is_told_of_its_own_cases_and_never_content(world: World) -> None:
    for org in ORGS:
        for role in SEES:
            seat = world.seats[(role, org)]
            assert (await world.holder[org].act(world.held[org], "message", text=f"nog eens {MARK[org]}"))[0] == 200
            stream = seat.stream("0")
            await world.house.pass_time(minutes=21)  # the case that waits longest is heard of last
            told = await stream(until="waits long")
            assert world.held[org] in told
            assert not [word for word in (*world.foreign_words(org), MARK[org]) if word in told]


async def test_a_worker_of_two_organisations_is_in_each_what_the_role_there_allows(world: World) -> None:
    both = world.seats[("admin", "voorbeeldstad")]
    await world.house.store.write(lambda c: workers.set_role(c, both.id, "hulphuis", "agent"))
    assert {row["org"] for row in (await both.get("/cases"))[1]["cases"]} == {"hulphuis"}
    assert (await both.get(f"/cases/{world.waiting['voorbeeldstad']}"))[0] == 404
    assert (await both.get(f"/cases/{world.waiting['hulphuis']}"))[0] == 200
    assert MARK["voorbeeldstad"] not in json.dumps(await both.get("/workers"))
    assert (await both.get("/audit"))[0] == 404
