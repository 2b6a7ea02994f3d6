"""Printed codes and the counting of visits, on SQLite and on PostgreSQL; and the command line of posts."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from channels import cli
from channels.handoff import retention
from channels.handoff.casework import Office
from channels.storage import cursors, entries
from channels.storage.entry_tables import entry_codes, entry_hits
from channels.storage.store import Store
from tests.conftest import DAY
from tests.embassy.test_entries import ALPHABET, SPEECH

PARAMARIBO = ("paramaribo", "es", "visa_facilitating")


def test_a_code_is_short_has_no_look_alikes_and_carries_post_language_and_subject_only(
    connection: sa.Connection,
) -> None:
    code = entries.make(connection, *PARAMARIBO)
    assert len(code) == 7
    assert set(code) <= set(ALPHABET)
    found = entries.find(connection, code)
    assert found == entries.Code(code, *PARAMARIBO, None)
    assert set(entry_codes.c.keys()) == {"code", "post", "lang", "topic", "created_at", "revoked_at"}
    assert set(entry_hits.c.keys()) == {"name", "day", "hits"}


def test_a_kit_that_is_made_again_keeps_its_codes_and_any_difference_is_another_code(connection: sa.Connection) -> None:
    first = entries.make(connection, *PARAMARIBO)
    assert entries.make(connection, *PARAMARIBO) == first
    others = {entries.make(connection, "paramaribo", lang, "") for lang in ("es", "nl")}
    assert len({first, *others}) == 3


def test_a_code_that_was_withdrawn_stays_so_and_a_new_one_takes_its_place(connection: sa.Connection) -> None:
    first = entries.make(connection, *PARAMARIBO)
    assert entries.revoke(connection, first)
    assert not entries.revoke(connection, first)
    assert not entries.revoke(connection, "ZZZZZZZ")
    second = entries.make(connection, *PARAMARIBO)
    assert second != first
    assert [code.revoked_at is None for code in entries.listed(connection)] == [False, True]
    found = entries.find(connection, first)
    assert found
    assert found.revoked_at


async def test_fifty_visits_at_once_by_two_processes_are_fifty(stores: list[Store]) -> None:
    count = partial(entries.count, name="7F3K9QX", day=DAY)
    await asyncio.gather(*(stores[number % 2].write(count) for number in range(50)))
    assert await stores[0].read(entries.hits) == {"7F3K9QX": {DAY: 50}}


async def test_two_processes_that_make_the_same_code_at_once_get_the_same_one(stores: list[Store]) -> None:
    work = [stores[number % 2].write(lambda c: entries.make(c, *PARAMARIBO)) for number in range(10)]
    assert len(set(await asyncio.gather(*work))) == 1


def test_what_was_counted_more_than_four_hundred_days_ago_goes_by_itself(connection: sa.Connection) -> None:
    for ago in (0, 400, 401):
        entries.count(connection, "paramaribo", DAY - timedelta(days=ago))
    cursors.put(connection, "retention:next", 0)
    retention.look(connection, Office({}, SPEECH, lambda: DAY))
    assert list(entries.hits(connection)["paramaribo"]) == [DAY - timedelta(days=400), DAY]


# --- the command line


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line works on a database of its own."""
    monkeypatch.setenv("THUISWIJZER_RUN", str(tmp_path))
    monkeypatch.setenv("THUISWIJZER_DATABASE_URL", f"sqlite:///{tmp_path / 'cli.db'}")
    monkeypatch.setenv("THUISWIJZER_PUBLIC_URL", "https://thuis.example")
    monkeypatch.setenv("THUISWIJZER_TODAY", DAY.isoformat())


@pytest.mark.usefixtures("told")
@pytest.mark.slow
def test_a_code_is_made_shown_and_withdrawn_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    make = ["post", "code", "paramaribo", "--lang", "es", "--topic", "visa_facilitating"]
    assert cli.main(make) == 0
    code, address = capsys.readouterr().out.split()
    assert address == f"https://thuis.example/d/{code}"
    assert cli.main(make) == 0
    assert capsys.readouterr().out.split()[0] == code
    typed = f" {code[:3].lower()}-{code[3:]}"
    assert cli.main(["post", "revoke", typed]) == 0
    assert cli.main(["post", "revoke", typed]) == 1
    capsys.readouterr()
    assert cli.main(["post", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if code in line and "revoked" in line]
    assert [line for line in lines if line.startswith("paramaribo") and "/e/paramaribo" in line]


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    "given",
    [
        ["code", "nowhere", "--lang", "es"],
        ["code", "paramaribo", "--lang", "xx"],
        ["code", "paramaribo", "--lang", "es", "--topic", "holiday"],
        ["revoke", "../etc"],
    ],
)
@pytest.mark.slow
def test_what_is_unknown_is_refused_with_one_sentence(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["post", *given]) == 2
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("'")


@pytest.mark.usefixtures("told")
@pytest.mark.slow
def test_the_list_counts_today_and_all_days(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["post", "list"]) == 0
    store = Store(f"sqlite:///{tmp_path / 'cli.db'}")
    for day in (DAY, DAY, date(2026, 1, 2)):
        asyncio.run(store.write(partial(entries.count, name="paramaribo", day=day)))
    store.close()
    capsys.readouterr()
    assert cli.main(["post", "list"]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("paramaribo")]
    assert "today 2, total 3" in line
