"""A notice to the mailbox of an organisation: a family waits. Never a name, a subject, a language or a word of it."""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiohttp import web
from sqlalchemy import Connection

from channels.desk import follow
from channels.desk.follow import Follower
from channels.filling import written
from channels.handoff import machine
from channels.handoff.casework import Office
from channels.handoff.machine import State
from channels.handoff.organisations import DeskOrganisation
from channels.settings import Settings
from channels.storage import cases
from channels.storage.audit import Event
from channels.storage.cases import Case
from channels.storage.store import Store

_PATIENCE, _IN_ALL, _GOODBYE = 10.0, 25.0, 2.0  # seconds: for each answer of the server, for all, for the last one
_PORTS = {"smtp": 587, "smtps": 465}
_NOW_THEIRS = frozenset({State.QUEUED, State.LEFT})
_SUBJECT = "Er wacht een gezin / A family is waiting"
_URGENCY = (
    ("kan wachten", "can wait"),
    ("gewoon", "normal"),
    ("groot", "high"),
    ("heel groot", "very high"),
)
_TEXT = """\
{first_nl}
Haast: {urgency_nl}.
Sinds: {since_nl}.

{first_en}
Urgency: {urgency_en}.
Since: {since_en}.

{link}
"""
_FIRST = {
    False: ("Er wacht een gezin op antwoord.", "A family is waiting for an answer."),
    True: ("Kijk nu: er wacht een gezin op antwoord.", "Please look now: a family is waiting for an answer."),
}


@dataclass(frozen=True, slots=True)
class Post:
    """How mail goes out: `smtp` as an address with user and password, from whom, and where our pages are."""

    smtp: str
    sender: str
    public_url: str

    async def send(self, to: str, subject: str, text: str, number: str, at: datetime) -> None:
        """One mail; `number` makes its Message-ID. Raises SMTPException or OSError when it was not accepted."""
        parts, host = urlsplit(self.smtp), urlsplit(self.public_url).hostname or "localhost"
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, to, subject
        mail["Date"], mail["Message-ID"] = format_datetime(at), f"<{number}@{host}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        secret = unquote(parts.password) if parts.password else None
        if parts.scheme == "smtps":
            start_tls: bool | None = False
        else:  # a password never travels in the open; without one, encrypted when the server can
            start_tls = True if secret and not _here(parts.hostname) else None
        server = aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=secret,
            use_tls=parts.scheme == "smtps",
            start_tls=start_tls,
            local_hostname=host,
            timeout=_PATIENCE,
        )
        try:
            async with asyncio.timeout(_IN_ALL):
                await server.connect()
                await server.send_message(mail)
            with suppress(aiosmtplib.SMTPException, OSError):  # accepted: how the goodbye goes is no matter
                await server.quit(timeout=_GOODBYE)
        finally:
            server.close()


def post_of(settings: Settings) -> Post | None:
    """How this house sends mail; None when it does not."""
    return Post(settings.smtp, settings.mail_from, settings.public_url) if settings.smtp else None


def start(app: web.Application, store: Store, office: Office, post: Post | None) -> None:
    """Send notices while the application runs, when there is a way to and a mailbox."""
    if post and (followers := followers_of(store, office, post)):
        follow.attach(app, store, followers)


def followers_of(store: Store, office: Office, post: Post) -> list[Follower]:
    """One per organisation with a mailbox, so that no mailbox waits for another."""
    return [
        Follower(store, office.clock, f"mail:{slug}", slug, Notices(store, office, post, one).tell, chosen)
        for slug, one in office.organisations.items()
        if one.mailbox
    ]


def chosen(events: Sequence[Event]) -> Iterable[Event]:
    """What is worth a notice; of several in a row about the same case, the last."""
    worth = [event for event in events if event.action == "case.alarm" or _became_theirs(event)]
    return [event for event, following in zip(worth, [*worth[1:], None], strict=True) if not _same(event, following)]


def _became_theirs(event: Event) -> bool:
    """It waits at this desk from now on, and did not a moment ago. Between two colleagues nobody waits."""
    detail = event.detail
    waited = detail.get("from") in machine.WAITING or detail.get("to_colleague", False)
    return detail.get("to") in _NOW_THEIRS and not waited


def _same(event: Event, following: Event | None) -> bool:
    return following is not None and event.code == following.code


@dataclass(frozen=True, slots=True)
class Notices:
    """The notices of one organisation."""

    store: Store
    office: Office
    post: Post
    organisation: DeskOrganisation

    async def tell(self, event: Event) -> None:
        """Send one, unless the family no longer waits. Raises SMTPException or OSError when it was not accepted."""
        case = await self.store.read(lambda connection: self._waits(connection, event))
        if case is None:
            return
        alarm = event.action == "case.alarm"
        number = hashlib.sha256(f"{event.org} {event.code} {event.id}".encode()).hexdigest()[:32]
        await self.post.send(self.organisation.mailbox, _SUBJECT, self._text(case, alarm), number, self.office.clock())

    def _waits(self, connection: Connection, event: Event) -> Case | None:
        case = cases.by_code(connection, event.code, [event.org])
        concerns = machine.OPEN if event.action == "case.alarm" else _NOW_THEIRS
        return case if case and case.state in concerns else None

    def _text(self, case: Case, alarm: bool) -> str:
        since = {"moment": case.facts.get("since") or case.created_at.isoformat(), "zone": self.organisation.zone}
        first, urgency = _FIRST[alarm], _URGENCY[min(max(case.urgency, 0), 3)]
        return _TEXT.format(
            first_nl=first[0],
            first_en=first[1],
            urgency_nl=urgency[0],
            urgency_en=urgency[1],
            since_nl=written(since, "nl"),
            since_en=written(since, "en"),
            link=f"{self.post.public_url}/desk/c/{case.code}",
        )


def _here(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
