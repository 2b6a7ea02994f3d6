"""What the memory of accounts may be relied on for, on SQLite and on PostgreSQL; and passwords and codes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pyotp
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from channels.desk import passwords, totp
from channels.handoff.codes import qr_svg
from channels.storage import desk_sessions, workers
from channels.storage.store import Store
from channels.storage.tables import desk_sessions as sessions_table
from channels.storage.tables import login_failures
from channels.storage.tables import workers as workers_table


def joined(connection: sa.Connection, email: str = "ans@wijk.nl", codes: Sequence[str] = (), **orgs: str) -> int:
    token = workers.invite(connection, email, "Ans", orgs or {"wijk": "agent"})
    workers.keep_secret(connection, token, "SECRET")
    number = workers.activate(connection, token, "hash", 5, [workers.hashed(code) for code in codes])
    assert number is not None
    return number


# --- invitations


def test_an_invitation_opens_once_and_only_for_72_hours(connection: sa.Connection, clock: Any) -> None:
    token = workers.invite(connection, " Ans@Wijk.NL ", "Ans", {"wijk": "agent"})
    found = workers.by_invite(connection, token)
    assert found is not None
    assert (found.email, found.state, dict(found.orgs)) == ("ans@wijk.nl", "invited", {"wijk": "agent"})
    clock.forward(hours=72)
    assert workers.by_invite(connection, token) is None
    assert workers.keep_secret(connection, token, "S") is None
    assert workers.activate(connection, token, "hash", 1, []) is None
    clock.forward(seconds=-1)
    workers.keep_secret(connection, token, "S")
    assert workers.activate(connection, token, "hash", 1, []) == found.id
    assert workers.activate(connection, token, "hash", 1, []) is None
    assert workers.by_invite(connection, token) is None


def test_what_is_stored_opens_nothing(connection: sa.Connection) -> None:
    token = workers.invite(connection, "ans@wijk.nl", "Ans", {"wijk": "agent"})
    session = desk_sessions.create(connection, joined(connection, "bo@wijk.nl"), "browser")
    stored = repr([connection.execute(sa.select(table)).all() for table in (workers_table, sessions_table)])
    assert token not in stored
    assert session not in stored
    for kept in connection.execute(sa.select(workers_table.c.invite_hash)).scalars():
        assert kept is None or workers.by_invite(connection, kept) is None


def test_the_secret_of_the_codes_is_made_once_and_none_joins_without_it(connection: sa.Connection) -> None:
    token = workers.invite(connection, "ans@wijk.nl", "Ans", {"wijk": "agent"})
    assert workers.activate(connection, token, "hash", 1, []) is None
    assert workers.keep_secret(connection, token, "ONE") == "ONE"
    assert workers.keep_secret(connection, token, "TWO") == "ONE"
    assert workers.secret_of_invited(connection, token) == "ONE"


def test_a_second_invitation_ends_the_first_and_whatever_the_worker_had(connection: sa.Connection) -> None:
    number = joined(connection, codes=["r"])
    session = desk_sessions.create(connection, number, "browser")
    first = workers.invite(connection, "ans@wijk.nl", "Ans", {"haven": "lead"})
    second = workers.invite(connection, "ans@wijk.nl", "Ans", {})
    assert workers.by_invite(connection, first) is None
    known = workers.by_email(connection, "ANS@wijk.nl")
    assert known is not None
    assert known[0].orgs == {"wijk": "agent", "haven": "lead"}
    assert known[1] == workers.Proofs(None, None, -1, ())
    workers.keep_secret(connection, second, "S")
    assert workers.activate(connection, second, "hash", 1, []) == number
    assert desk_sessions.find(connection, session) is None


async def test_of_two_people_with_the_same_link_one_joins(stores: list[Store]) -> None:
    token = await stores[0].write(lambda c: workers.invite(c, "ans@wijk.nl", "Ans", {"wijk": "agent"}))
    await stores[0].write(lambda c: workers.keep_secret(c, token, "S"))
    told = await asyncio.gather(
        *(stores[n % 2].write(lambda c, n=n: workers.activate(c, token, f"hash {n}", n, [])) for n in range(10))
    )
    assert sum(number is not None for number in told) == 1


# --- workers


def test_one_organisation_does_not_hear_what_somebody_is_elsewhere(connection: sa.Connection) -> None:
    both = joined(connection, "ans@wijk.nl", wijk="agent", haven="admin")
    joined(connection, "bo@haven.nl", haven="agent")
    assert [(one.id, dict(one.orgs)) for one in workers.all_of(connection, {"wijk"})] == [(both, {"wijk": "agent"})]
    assert workers.all_of(connection, set()) == []


def test_a_role_is_replaced_and_taken_away(connection: sa.Connection) -> None:
    number = joined(connection)
    for role in ("lead", None):
        workers.set_role(connection, number, "wijk", role)
        found = workers.get(connection, number)
        assert found is not None
        assert dict(found.orgs) == ({"wijk": role} if role else {})


async def test_a_step_of_the_codes_is_used_once_and_none_before_it_any_more(stores: list[Store]) -> None:
    number = await stores[0].write(joined)
    told = await asyncio.gather(
        *(stores[n % 2].write(lambda c: workers.use_totp_step(c, number, 7)) for n in range(10))
    )
    assert sum(told) == 1
    assert [await stores[1].write(lambda c, s=s: workers.use_totp_step(c, number, s)) for s in (6, 7, 8)] == [
        False,
        False,
        True,
    ]


async def test_each_recovery_code_works_once_also_at_the_same_moment(stores: list[Store]) -> None:
    codes = [workers.hashed(code) for code in "abc"]
    number = await stores[0].write(lambda c: joined(c, codes="abc"))
    asked = [code for code in codes for _ in range(4)]
    told = await asyncio.gather(
        *(
            stores[n % 2].write(lambda c, code=code: workers.use_recovery(c, number, code))
            for n, code in enumerate(asked)
        )
    )
    assert sum(told) == 3
    assert not await stores[0].write(lambda c: workers.use_recovery(c, number, workers.hashed("d")))


# --- sessions


def test_a_session_ends_after_half_an_hour_without_use_and_after_ten_hours_with_it(
    connection: sa.Connection, clock: Any
) -> None:
    number = joined(connection)
    idle, busy = (desk_sessions.create(connection, number, "browser") for _ in range(2))
    for _ in range(29):
        clock.forward(minutes=20)
        found = desk_sessions.find(connection, busy)
        assert found is not None
        desk_sessions.touch(connection, found.id_hash)
    assert desk_sessions.find(connection, idle) is None
    clock.forward(minutes=19, seconds=59)
    assert desk_sessions.find(connection, busy) is not None
    clock.forward(seconds=1)
    assert desk_sessions.find(connection, busy) is None


def test_use_is_noted_at_most_once_a_minute_and_brings_nothing_back(connection: sa.Connection, clock: Any) -> None:
    token = desk_sessions.create(connection, joined(connection), "browser")
    begun = clock()
    found = desk_sessions.find(connection, token)
    assert found is not None
    for seconds, seen in ((59, 0), (1, 60)):
        clock.forward(seconds=seconds)
        desk_sessions.touch(connection, found.id_hash)
        noted = connection.execute(sa.select(sessions_table.c.seen_at)).scalar_one()
        assert noted == begun + timedelta(seconds=seen)
    clock.forward(minutes=30)
    desk_sessions.touch(connection, found.id_hash)
    assert desk_sessions.find(connection, token) is None


def test_sessions_are_ended_one_by_one_or_together_and_only_by_their_worker(connection: sa.Connection) -> None:
    ans, bo = joined(connection, "ans@wijk.nl"), joined(connection, "bo@wijk.nl")
    tokens = [desk_sessions.create(connection, ans, f"browser {n}") for n in range(3)]
    other = desk_sessions.create(connection, bo, "browser")
    found = desk_sessions.find(connection, tokens[0])
    assert found is not None
    assert not desk_sessions.revoke(connection, found.id_hash, bo)
    assert desk_sessions.revoke(connection, found.id_hash, ans)
    assert not desk_sessions.revoke(connection, found.id_hash, ans)
    assert len(desk_sessions.list_of(connection, ans)) == 2
    desk_sessions.revoke_all(connection, ans)
    assert [desk_sessions.find(connection, token) for token in tokens] == [None] * 3
    assert desk_sessions.find(connection, other) is not None


@pytest.mark.parametrize("state", ["off", "invited"])
def test_who_is_not_active_has_no_session(connection: sa.Connection, state: str) -> None:
    number = joined(connection)
    token = desk_sessions.create(connection, number, "browser")
    workers.set_state(connection, number, state)
    assert desk_sessions.find(connection, token) is None
    assert desk_sessions.list_of(connection, number) == []


# --- throttling


def test_after_five_failures_each_next_one_takes_twice_as_long_until_a_quarter_of_an_hour(
    connection: sa.Connection, clock: Any
) -> None:
    waits = []
    for _ in range(11):
        waits.append(wait := desk_sessions.try_once(connection, "ans", "1.2.3.4"))
        if wait:
            clock.forward(seconds=wait - 1)
            assert desk_sessions.try_once(connection, "ans", "1.2.3.4") == 1
            clock.forward(seconds=1)
            assert desk_sessions.try_once(connection, "ans", "1.2.3.4") == 0
    assert waits == [0, 0, 0, 0, 0, 60, 120, 240, 480, 900, 900]


def test_account_and_address_are_throttled_each_by_themselves(connection: sa.Connection) -> None:
    for number in range(5):
        assert desk_sessions.try_once(connection, "ans", f"address {number}") == 0
        assert desk_sessions.try_once(connection, f"account {number}", "1.2.3.4") == 0
    assert desk_sessions.try_once(connection, "ans", "another address") == 60
    assert desk_sessions.try_once(connection, "another account", "1.2.3.4") == 60
    assert desk_sessions.try_once(connection, "another account", "another address") == 0


def test_success_clears_the_account_and_not_what_others_did_at_the_address(connection: sa.Connection) -> None:
    for number in range(4):
        desk_sessions.try_once(connection, f"account {number}", "1.2.3.4")
    assert desk_sessions.try_once(connection, "ans", "1.2.3.4") == 0
    desk_sessions.succeeded(connection, "ans", "1.2.3.4")
    assert desk_sessions.try_once(connection, "ans", "1.2.3.4") == 0
    assert desk_sessions.try_once(connection, "ans", "1.2.3.4") == 60


def test_failures_are_forgotten_after_an_hour_and_swept_away(connection: sa.Connection, clock: Any) -> None:
    token = desk_sessions.create(connection, joined(connection), "browser")
    for _ in range(5):
        desk_sessions.try_once(connection, "ans", "1.2.3.4")
    clock.forward(minutes=60, seconds=1)
    assert desk_sessions.try_once(connection, "ans", "5.6.7.8") == 0
    desk_sessions.sweep(connection)
    assert len(connection.execute(sa.select(login_failures)).all()) == 2
    clock.forward(hours=10)
    desk_sessions.sweep(connection)
    assert connection.execute(sa.select(login_failures)).all() == []
    assert connection.execute(sa.select(sessions_table)).all() == []
    assert desk_sessions.find(connection, token) is None


async def test_a_hundred_tries_at_the_same_moment_are_a_hundred_tries(stores: list[Store]) -> None:
    told = await asyncio.gather(
        *(stores[n % 2].write(lambda c, n=n: desk_sessions.try_once(c, "ans", f"{n}")) for n in range(100))
    )
    assert told.count(0) == 5


async def test_two_processes_that_let_people_in_at_the_same_moment_do_not_hold_each_other(stores: list[Store]) -> None:
    async def enter(store: Store, account: str) -> None:
        await store.write(lambda c: desk_sessions.try_once(c, account, "1.2.3.4"))
        await store.write(lambda c: desk_sessions.succeeded(c, account, "1.2.3.4"))
        await store.write(desk_sessions.sweep)

    async with asyncio.timeout(60):
        await asyncio.gather(*(enter(stores[n % 2], f"a{n % 3}") for n in range(100)))
    assert await stores[0].write(lambda c: desk_sessions.try_once(c, "a1", "1.2.3.4")) == 0


def test_who_is_counted_under_one_name_can_start_anew(connection: sa.Connection) -> None:
    told = [desk_sessions.try_once(connection, "counter 1", "counter 1") for _ in range(6)]
    assert told == [0, 0, 0, 0, 0, 60]
    desk_sessions.clear(connection, "counter 1")
    assert desk_sessions.try_once(connection, "counter 1", "counter 1") == 0


# --- passwords


@pytest.mark.parametrize(
    ("password", "error"),
    [
        ("kort", "password_short"),
        ("elf tekens!", "password_short"),
        ("x" * 201, "password_long"),
        ("Ans.Jansen@Wijk.nl", "password_email"),
        ("Welkom2026!!", "password_common"),
        ("password1234", "password_common"),
        ("wachtwoordwachtwoord", "password_common"),
        ("123456789012", "password_common"),
        ("aaaaaaaaaaaab", "password_common"),
        ("een lange zin van mij", None),
        ("Zx9!kQ2#mW7$", None),
        ("ገዛ ኣብ ሮተርዳም ኣሎኒ", None),
    ],
)
def test_a_password_is_long_enough_not_the_address_and_not_one_that_everybody_tries(
    password: str, error: str | None
) -> None:
    assert passwords.refusal(password, "ans.jansen@wijk.nl") == error


@pytest.mark.slow
def test_only_the_password_itself_matches_and_nothing_matches_nobody() -> None:
    kept = passwords.hashed("een lange zin van mij")
    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, "een lange zin van mij")
    assert not passwords.matches(kept, "een lange zin van mijn")
    assert not passwords.matches("no hash at all", "een lange zin van mij")
    for guess in ("een lange zin van mij", "the password of nobody"):
        assert not passwords.matches(None, guess)


def test_a_hash_of_an_older_fashion_is_noticed() -> None:
    from argon2 import PasswordHasher

    assert passwords.outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))
    assert not passwords.outdated(passwords.hashed("x"))


# --- codes


@given(steps=st.integers(-3, 3), second=st.integers(0, 29))
def test_a_code_belongs_to_its_own_half_minute_and_is_accepted_in_the_ones_beside_it(steps: int, second: int) -> None:
    secret, moment = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", datetime(2026, 11, 22, 12, 0, second, tzinfo=UTC)
    code = pyotp.TOTP(secret).at(moment + timedelta(seconds=30 * steps))
    own = int(moment.timestamp()) // 30 + steps
    assert totp.step_of(secret, code, moment) == (own if abs(steps) <= 1 else None)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "12345\n", "-12345"])
def test_what_is_not_six_digits_is_no_code(code: str) -> None:
    assert totp.step_of("JBSWY3DPEHPK3PXP", code, datetime(2026, 11, 22, tzinfo=UTC)) is None


def test_recovery_codes_are_ten_and_different_and_may_be_copied_carelessly() -> None:
    codes = totp.recovery_codes()
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", code) for code in codes)
    assert totp.plain_recovery(f" {codes[0].upper().replace('-', ' ')} ") == totp.plain_recovery(codes[0])


def test_the_qr_code_is_a_picture_without_style_or_script() -> None:
    root = ElementTree.fromstring(qr_svg(totp.uri(totp.new_secret(), "ans@wijk.nl")))  # noqa: S314
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    for element in root.iter():
        assert element.tag.rpartition("}")[2] in ("svg", "path", "g")
        assert not {name for name in element.attrib if name == "style" or name.startswith("on")}
