"""The record of who did what: nothing in it changes unnoticed, and only auditors read it, each of their own."""

from __future__ import annotations

import asyncio
import csv
import io
import itertools
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from channels.desk import command
from channels.storage import audit, desk_audit, workers
from channels.storage.audit import Actor
from channels.storage.store import Store
from channels.storage.tables import audit as audit_table
from tests.conftest import settings_for

ANS, BO = "ans@wijk.nl", "bo@wijk.nl"
MANY = 8


def filled(connection: sa.Connection) -> list[int]:
    return [
        audit.append(connection, Actor("worker", str(n % 3)), "case.seen", f"TW-{n}", "wijk", {"number": n})
        for n in range(MANY)
    ]


def unlock(connection: sa.Connection) -> None:
    """What somebody with all rights on the database can do: take the guard away."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("DROP TRIGGER audit_no_change ON audit"))
        return
    for word in ("UPDATE", "DELETE"):
        connection.execute(sa.text(f"DROP TRIGGER audit_no_{word}"))


# --- the chain


@pytest.mark.parametrize("change", [sa.update(audit_table).values(org="haven"), sa.delete(audit_table)])
def test_the_database_itself_refuses_to_change_or_remove_a_row(connection: sa.Connection, change: Any) -> None:
    filled(connection)
    with pytest.raises(sa.exc.DBAPIError, match="only ever added to"), connection.begin_nested():
        connection.execute(change)
    assert audit.broken_at(connection) is None


def test_an_untouched_audit_is_whole(connection: sa.Connection) -> None:
    assert audit.broken_at(connection) is None
    filled(connection)
    assert audit.broken_at(connection) is None


CHANGES = {
    "at": None,  # a second later
    "actor_kind": "system",
    "actor": "99",
    "org": "haven",
    "action": "case.closed",
    "object": "TW-99",
    "detail": {"number": 99},
    "prev_hash": "f" * 64,
    "hash": "e" * 64,
}


@pytest.mark.parametrize("column", sorted(CHANGES))
def test_a_row_that_was_changed_is_found_whichever_part_it_was(
    connection: sa.Connection, clock: Any, column: str
) -> None:
    numbers, value = filled(connection), CHANGES[column]
    unlock(connection)
    if column == "at":
        clock.forward(seconds=1)
        value = clock()
    for number in (numbers[0], numbers[3], numbers[-1]):
        with connection.begin_nested() as undone:
            connection.execute(sa.update(audit_table).where(audit_table.c.id == number).values({column: value}))
            assert audit.broken_at(connection) == number
            undone.rollback()


def test_a_row_that_was_removed_is_found_at_the_one_after_it(connection: sa.Connection) -> None:
    numbers = filled(connection)
    unlock(connection)
    for number, following in itertools.pairwise(numbers):
        with connection.begin_nested() as undone:
            connection.execute(sa.delete(audit_table).where(audit_table.c.id == number))
            assert audit.broken_at(connection) == following
            undone.rollback()


def test_rows_that_changed_places_are_found(connection: sa.Connection) -> None:
    numbers = filled(connection)
    unlock(connection)
    for number, other in ((numbers[2], -1), (numbers[5], numbers[2]), (-1, numbers[5])):
        connection.execute(sa.update(audit_table).where(audit_table.c.id == number).values(id=other))
    assert audit.broken_at(connection) == numbers[2]


def test_a_row_that_was_put_between_is_found(connection: sa.Connection) -> None:
    numbers = filled(connection)
    unlock(connection)
    row = connection.execute(sa.select(audit_table).where(audit_table.c.id == numbers[2])).one()._mapping
    connection.execute(sa.update(audit_table).where(audit_table.c.id > numbers[2]).values(id=audit_table.c.id + 100))
    connection.execute(sa.insert(audit_table).values(**{**row, "id": numbers[2] + 1, "hash": "d" * 64}))
    assert audit.broken_at(connection) == numbers[2] + 1


async def test_two_processes_that_write_at_the_same_moment_make_one_chain(stores: list[Store]) -> None:
    await asyncio.gather(
        *(
            stores[n % 2].write(lambda c, n=n: audit.append(c, Actor("system", "x"), "case.seen", f"{n}"))
            for n in range(40)
        )
    )
    assert await stores[0].read(audit.broken_at) is None
    assert len(await stores[1].read(lambda c: desk_audit.rows(c, {""}))) == 40


# --- reading it


def test_rows_are_of_the_asked_organisations_only_and_go_on_where_the_last_page_ended(
    connection: sa.Connection,
) -> None:
    numbers = [audit.append(connection, Actor("system", "x"), "a", "", org) for org in ("wijk", "haven", "", "wijk")]
    assert [row["id"] for row in desk_audit.rows(connection, {"wijk"})] == [numbers[0], numbers[3]]
    assert [row["id"] for row in desk_audit.rows(connection, {"wijk"}, numbers[0])] == [numbers[3]]
    assert [row["id"] for row in desk_audit.rows(connection, {"wijk", "haven"}, limit=2)] == numbers[:2]
    assert desk_audit.rows(connection, set()) == []


async def test_an_auditor_reads_the_own_organisation_and_that_is_noted(desk: Any) -> None:
    await desk.worker(ANS, wijk="auditor", haven="agent")
    bo = await desk.worker(BO, wijk="agent")
    await desk.enter(BO)
    browser = await desk.enter(ANS)
    status, told = await browser.ask("GET", "/api/audit")
    assert status == 200
    assert {row["org"] for row in told["rows"]} == {"wijk"}
    assert [(row["action"], row["name"]) for row in told["rows"] if row["actor"] == str(bo)] == [("login", "bo")]
    assert told["next"] is None
    last = told["rows"][-1]["id"]
    _, more = await browser.ask("GET", f"/api/audit?after={last}&org=wijk")
    assert [row["action"] for row in more["rows"]] == ["audit.read"]
    for path in ("/api/audit?org=haven", "/api/audit.csv?org=haven", "/api/audit?org=", "/api/audit?org=nowhere"):
        assert (await browser.ask("GET", path))[0] == 404
    assert (await desk.audit()).count(("audit.read", "wijk")) == 2


async def test_a_long_audit_comes_in_pages_without_a_hole(desk: Any) -> None:
    await desk.worker(ANS, wijk="auditor")

    def fill(connection: sa.Connection) -> None:
        for number in range(desk_audit.PAGE * 2 + 10):
            audit.append(connection, Actor("system", "x"), "case.seen", str(number), "wijk")

    await desk.store.write(fill)
    browser = await desk.enter(ANS)
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        _, told = await browser.ask("GET", f"/api/audit?after={after}")
        seen += [row["object"] for row in told["rows"] if row["action"] == "case.seen"]
        after = told["next"]
    assert seen == [str(number) for number in range(desk_audit.PAGE * 2 + 10)]


@pytest.mark.parametrize("after", ["-1", "x", "1e9", "99999999999999999999", "²"])
async def test_a_place_that_is_no_number_is_refused(desk: Any, after: str) -> None:
    await desk.worker(ANS, wijk="auditor")
    browser = await desk.enter(ANS)
    status, told = await browser.ask("GET", f"/api/audit?after={after}")
    assert (status, told["error"]) == (400, "body")


async def test_the_export_is_a_table_in_which_nothing_is_calculated(desk: Any) -> None:
    await desk.worker(ANS, wijk="auditor")
    await desk.store.write(lambda c: audit.append(c, Actor("system", "x"), "=1+1", '"a",\n', "wijk", {"n": "é"}))
    browser = await desk.enter(ANS)
    status, told = await browser.ask("GET", "/api/audit.csv")
    assert status == 200
    rows = list(csv.DictReader(io.StringIO(told)))
    assert [row["action"] for row in rows] == ["'=1+1", "login"]
    assert rows[0]["object"] == '"a",\n'
    assert rows[0]["detail"] == '{"n": "é"}'
    assert ("audit.export", "wijk") in await desk.audit()


async def test_an_auditor_reads_no_case(desk: Any) -> None:
    await desk.worker(ANS, wijk="auditor")
    browser = await desk.enter(ANS)
    assert (await browser.ask("GET", "/api/cases"))[0] == 404


# --- the command line


@pytest.fixture
def run(url: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command line of the desk, on a database of this test."""
    settings = settings_for(url, "http://127.0.0.1:1", tmp_path / "run")
    monkeypatch.setattr(command.Settings, "from_env", staticmethod(lambda *_: settings))

    def call(*words: str) -> int:
        import argparse

        parser = argparse.ArgumentParser()
        command.add_to(parser.add_subparsers(required=True))
        options = parser.parse_args(words)
        code: int = options.run(options)
        return code

    return call


def test_the_first_administrator_is_invited_from_the_command_line(
    run: Callable[..., int], url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("desk", "invite", "--email", "Ans@Wijk.nl", "--name", "Ans", "--org", "wijk", "--role", "admin") == 0
    token = capsys.readouterr().out.splitlines()[0].partition("#")[2]
    store = Store(url)
    try:
        found = asyncio.run(store.read(lambda c: workers.by_invite(c, token)))
        noted = asyncio.run(store.read(lambda c: desk_audit.rows(c, {"wijk"})))
    finally:
        store.close()
    assert found is not None
    assert (found.email, dict(found.orgs)) == ("ans@wijk.nl", {"wijk": "admin"})
    assert [row["action"] for row in noted] == ["worker.invited"]
    assert token not in str(noted)


@pytest.mark.parametrize(
    "wrong",
    [("--email", "nothing"), ("--name", " "), ("--org", ""), ("--role", "king"), ("--email", "a" * 300 + "@b.nl")],
)
def test_an_invitation_that_makes_no_sense_is_refused(run: Callable[..., int], wrong: tuple[str, str]) -> None:
    given = {"--email": ANS, "--name": "Ans", "--org": "wijk", "--role": "admin", wrong[0]: wrong[1]}
    with pytest.raises(ValueError, match=r"\w"):
        run("desk", "invite", *(word for pair in given.items() for word in pair))


def test_verify_tells_whether_the_audit_is_whole_and_else_at_which_row(
    run: Callable[..., int], url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(url)
    try:
        numbers = asyncio.run(store.write(filled))
        assert run("audit", "verify") == 0
        capsys.readouterr()
        change = sa.update(audit_table).where(audit_table.c.id == numbers[4]).values(actor="99")
        asyncio.run(store.write(unlock))
        asyncio.run(store.write(lambda c: c.execute(change).rowcount))
    finally:
        store.close()
    assert run("audit", "verify") == 1
    told = capsys.readouterr().out
    assert str(numbers[4]) in told
    assert len(told.splitlines()) == 1
