"""The notice by mail, through a real SMTP server in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest
from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult

from channels.desk import follow, mail
from channels.handoff import working
from channels.handoff.organisations import DeskOrganisation
from channels.settings import BadSetting, Settings
from channels.storage import audit, cursors
from channels.storage.audit import Actor
from channels.storage.store import Store
from tests import ours
from tests.desk.outside import Outside
from tests.handoff.office import WEEK

ORGANISATIONS = {
    "stad": DeskOrganisation(name="Gemeente Voorbeeldstad", hours=WEEK, mailbox="balie@voorbeeld.example"),
    "huis": DeskOrganisation(name="Stichting Hulphuis", hours=WEEK, mailbox="huis@voorbeeld.example"),
    "post": DeskOrganisation(name="Zonder postbus", hours=WEEK),
}


class Mailroom:
    """A real SMTP server that can be closed, and that can refuse."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses: dict[str, str] = {}  # recipient → answer
        self.logins: list[tuple[bytes, bytes]] = []
        self.port, self.rude = 0, False
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()

    def _connected(self) -> SMTP:
        return SMTP(self, hostname="post.voorbeeld.example", authenticator=self._login, auth_require_tls=False)

    def _login(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=True)

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    async def handle_QUIT(self, server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        if self.rude:
            server.transport.abort()
        return "221 Bye"

    def posts(self) -> mail.Post:
        return mail.Post(f"smtp://127.0.0.1:{self.port}", "thuis@voorbeeld.example", "https://thuis.example")

    def to(self, address: str = "balie@voorbeeld.example") -> list[EmailMessage]:
        return [one for one in self.mails if one["To"] == address]


@pytest.fixture
async def mailroom() -> AsyncIterator[Mailroom]:
    """An open one."""
    room = Mailroom()
    await room.open()
    yield room
    await room.close()


@pytest.fixture
def start_outside() -> Iterator[Callable[[str], Outside]]:
    """Processes on a database of choice."""
    opened: list[Store] = []

    def start(url: str) -> Outside:
        ours.new_tables(url)
        opened.append(Store(url))
        return Outside(opened[-1], ORGANISATIONS)

    yield start
    for store in opened:
        store.close()


@pytest.fixture
def outside(start_outside: Callable[[str], Outside], sqlite_url: str) -> Outside:
    """One process, on SQLite."""
    return start_outside(sqlite_url)


async def followers(outside: Outside, room: Mailroom) -> dict[str, follow.Follower]:
    """Those of a process that has just started, by organisation."""
    made = {
        one.name.removeprefix("mail:"): one for one in mail.followers_of(outside.store, outside.office, room.posts())
    }
    for one in made.values():
        await one.begin()
    return made


# --- what is in it


async def test_a_notice_says_how_urgent_since_when_and_where_in_two_languages_and_nothing_else(
    outside: Outside, mailroom: Mailroom
) -> None:
    post = (await followers(outside, mailroom))["stad"]
    code = await outside.approved(await outside.family("es"))
    await post.look()
    (told,) = mailroom.to()
    text, case = told.get_content(), await outside.case(code)
    assert f"https://thuis.example/desk/c/{code}" in text
    assert "Haast: groot." in text
    assert "Urgency: high." in text
    assert "maandag 23 november 11:00" in text
    assert "Monday 23 November 11:00" in text
    whole = told.as_string()
    for line in case.packet["lines"]:
        if line["kind"] != "urgency":
            assert line["text"] not in whole
            assert line["dutch"] not in whole
    for word in ("opvang", "shelter", "kind", "Spaans", "Spanish", "Voorbeeldstad", case.conversation):
        assert word.lower() not in whole.lower().replace("kijk", "")
    assert told["Auto-Submitted"] == "auto-generated"


async def test_a_question_left_at_a_closed_desk_is_noticed_too(outside: Outside, mailroom: Mailroom) -> None:
    post = (await followers(outside, mailroom))["stad"]
    outside.later(hours=10)
    code = await outside.approved(await outside.family())
    await post.look()
    assert (await outside.case(code)).state == "left"
    assert len(mailroom.to()) == 1


async def test_danger_gives_one_notice_that_asks_to_look_now_and_does_not_say_why(
    outside: Outside, mailroom: Mailroom
) -> None:
    post = await followers(outside, mailroom)
    await outside.danger(await outside.family())
    for one in post.values():
        await one.look()
    (told,) = mailroom.mails
    assert "Kijk nu" in told.get_content()
    assert "Haast: heel groot." in told.get_content()
    assert "violence" not in told.as_string()


async def test_who_is_helped_already_or_passes_between_colleagues_gives_no_notice(
    outside: Outside, mailroom: Mailroom
) -> None:
    post = (await followers(outside, mailroom))["stad"]
    wil, noor = await outside.worker("Wil", "stad"), await outside.worker("Noor", "stad")
    code = await outside.approved(await outside.family())
    await outside.take(code, wil)
    await outside.work(code, working.give_to_colleague, wil, noor)
    await post.look()
    assert mailroom.mails == []
    await outside.work(code, working.release, noor)
    await post.look()
    assert len(mailroom.to()) == 1


async def test_an_alarm_about_a_case_that_is_over_gives_no_notice(outside: Outside, mailroom: Mailroom) -> None:
    post = (await followers(outside, mailroom))["stad"]
    talk = await outside.family()
    code = await outside.approved(talk)
    await outside.store.write(lambda c: audit.append(c, Actor("system", "timer"), "case.alarm", code, "stad", {}))
    await outside.withdraw(talk)
    await post.look()
    assert mailroom.mails == []


# --- once, and not lost


async def test_a_mail_that_fails_comes_later_with_growing_pauses_and_exactly_once(
    outside: Outside, mailroom: Mailroom
) -> None:
    post = (await followers(outside, mailroom))["stad"]
    await mailroom.close()
    codes = [await outside.approved(await outside.family()) for _ in range(2)]
    pauses = []
    for number in range(1, 13):
        with pytest.raises((aiosmtplib.SMTPException, OSError)):
            await post.look()
        post.failures = number
        pauses.append(post.pause)
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[1]
    assert pauses[-1] == 3600
    await mailroom.open()
    await post.look()
    await post.look()
    assert [one.get_content().strip().rpartition("/")[2] for one in mailroom.mails] == codes


async def test_a_follower_waits_longer_after_each_failure_and_then_tells_what_waited(
    outside: Outside, mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    mailroom.refuses["balie@voorbeeld.example"] = "451 later please"
    post = (await followers(outside, mailroom))["stad"]

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 4:
            mailroom.refuses.clear()

    monkeypatch.setattr(follow.asyncio, "sleep", sleep)
    await outside.approved(await outside.family())
    running = asyncio.create_task(post.run())
    async with asyncio.timeout(60):
        while not mailroom.mails:
            await asyncio.wait([running], timeout=0.01)
    running.cancel()
    assert slept == [5, 10, 20, 40]


async def test_a_mailbox_that_is_refused_keeps_no_other_waiting(outside: Outside, mailroom: Mailroom) -> None:
    post = await followers(outside, mailroom)
    mailroom.refuses["balie@voorbeeld.example"] = "550 nobody here"
    for org in ("stad", "huis", "post"):
        await outside.approved(await outside.family(), org)
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await post["stad"].look()
    await post["huis"].look()
    assert [one["To"] for one in mailroom.mails] == ["huis@voorbeeld.example"]


async def test_what_was_accepted_is_not_sent_again_when_the_server_hangs_up_or_the_database_fails(
    outside: Outside, mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, mailroom.rude = (await followers(outside, mailroom))["stad"], True
    await outside.approved(await outside.family())

    def broken(*_given: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(cursors, "put", broken)
        with pytest.raises(OSError, match="disk"):
            await post.look()
    await post.look()
    await (await followers(outside, mailroom))["stad"].look()
    assert len(mailroom.mails) == 1


async def test_after_a_restart_it_goes_on_where_it_stopped(outside: Outside, mailroom: Mailroom) -> None:
    await outside.approved(await outside.family())
    first = (await followers(outside, mailroom))["stad"]
    await first.look()
    assert mailroom.mails == []  # the history of before there was any mail
    await outside.approved(await outside.family())
    await first.look()
    await first.finish()
    code = await outside.approved(await outside.family())
    second = (await followers(outside, mailroom))["stad"]
    await second.look()
    assert len(mailroom.mails) == 2
    assert code in mailroom.mails[-1].get_content()


async def test_two_processes_send_one_notice_and_one_goes_on_for_the_other_that_died(
    start_outside: Callable[[str], Outside], database_url: str, mailroom: Mailroom
) -> None:
    one, other = start_outside(database_url), start_outside(database_url)
    posts = [(await followers(each, mailroom))["stad"] for each in (one, other)]
    for _ in range(3):
        await one.approved(await one.family())
    told = await asyncio.gather(*(post.look() for post in posts), return_exceptions=True)
    assert [type(error) for error in told if error] == [follow.Elsewhere]
    assert len(mailroom.mails) == 3
    await one.approved(await one.family())
    for each in (one, other):
        each.later(minutes=2)
    await posts[told.index(None) - 1].look()  # the one that had nothing to do; the first is no more
    assert len(mailroom.mails) == 4


# --- the server


async def test_a_name_and_a_password_from_the_address_are_shown_to_a_server_on_this_machine(
    outside: Outside, mailroom: Mailroom
) -> None:
    post = mail.Post(f"smtp://ba%40lie:p%3Aw@127.0.0.1:{mailroom.port}", "a@b.example", "https://thuis.example")
    await post.send("c@d.example", "s", "t", "1", outside.clock[0])
    assert mailroom.logins == [(b"ba@lie", b"p:w")]


async def test_a_password_never_travels_in_the_open(
    outside: Outside, mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "_here", lambda _host: False)
    post = mail.Post(f"smtp://balie:geheim@127.0.0.1:{mailroom.port}", "a@b.example", "https://thuis.example")
    with pytest.raises(aiosmtplib.SMTPException):
        await post.send("c@d.example", "s", "t", "1", outside.clock[0])
    assert (mailroom.logins, mailroom.mails) == ([], [])


async def test_a_dead_server_disturbs_neither_the_start_nor_the_end_of_the_desk(
    outside: Outside, mailroom: Mailroom
) -> None:
    await mailroom.close()
    app = web.Application()
    mail.start(app, outside.store, outside.office, mailroom.posts())
    runner = web.AppRunner(app)
    async with asyncio.timeout(60):
        await runner.setup()
        await outside.approved(await outside.family())
        await runner.cleanup()


async def test_without_a_server_or_a_mailbox_nothing_follows(outside: Outside, mailroom: Mailroom) -> None:
    app = web.Application()
    before = len(app.on_startup)
    mail.start(app, outside.store, outside.office, None)
    outside.organisations = {"post": ORGANISATIONS["post"]}
    mail.start(app, outside.store, outside.office, mailroom.posts())
    assert len(app.on_startup) == before


# --- settings


def test_mail_is_off_until_somebody_says_where_it_goes() -> None:
    assert mail.post_of(Settings.from_env({})) is None
    given = {
        "THUISWIJZER_SMTP": "smtps://u:p@post.example",
        "THUISWIJZER_MAIL_FROM": "thuis@voorbeeld.example",
        "THUISWIJZER_PUBLIC_URL": "https://thuis.example/",
    }
    assert mail.post_of(Settings.from_env(given)) == mail.Post(
        "smtps://u:p@post.example", "thuis@voorbeeld.example", "https://thuis.example"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("THUISWIJZER_SMTP", "post.example:25"),
        ("THUISWIJZER_SMTP", "http://u:geheim@post.example"),
        ("THUISWIJZER_SMTP", "smtp://u:geheim@post.example:poort"),
        ("THUISWIJZER_SMTP", "smtp://u:geheim@post.example/pad"),
        ("THUISWIJZER_SMTP", "smtp://u@post.example"),
        ("THUISWIJZER_MAIL_FROM", ""),
        ("THUISWIJZER_MAIL_FROM", "niemand"),
        ("THUISWIJZER_MAIL_FROM", "a@b.example\nBcc: c@d.example"),
        ("THUISWIJZER_PUBLIC_URL", "thuis.example"),
        ("THUISWIJZER_PUBLIC_URL", "https://u:p@thuis.example"),
    ],
)
def test_a_bad_setting_gives_one_sentence_that_names_it_and_shows_no_password(name: str, value: str) -> None:
    good = {"THUISWIJZER_SMTP": "smtp://post.example", "THUISWIJZER_MAIL_FROM": "thuis@voorbeeld.example"}
    with pytest.raises(BadSetting, match=name) as caught:
        Settings.from_env({**good, name: value})
    assert "geheim" not in str(caught.value)
