"""WhatsApp as one of our channels: what comes in, what goes out, and what happens in between."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
from aiohttp import web
from sqlalchemy import Connection

from channels.gateway import Gateway
from channels.handoff.casework import say
from channels.settings import now
from channels.storage import conversations, doors, messages, sendings, threads, webhooks
from channels.storage.sendings import CHANNEL
from channels.whatsapp.composing import LINK, Composer
from channels.whatsapp.front import Front
from channels.whatsapp.graph import Graph, Refused, Unclear, Unreachable
from channels.whatsapp.hints import Hints
from channels.whatsapp.intake import Heard, Intake
from channels.whatsapp.next_sending import Chooser
from channels.whatsapp.numbers import Number, Secrets, phone_for, token_of
from channels.whatsapp.people import People
from channels.whatsapp.private import load_private
from channels.whatsapp.sender import Sender
from channels.whatsapp.templates import load_templates
from channels.whatsapp.typed import load_typed
from channels.whatsapp.webhook import Webhook
from channels.whatsapp.whole_messages import load_whole_messages

log = logging.getLogger(__name__)
_READS_AT_ONCE = 20
_AWAY = timedelta(minutes=2)  # so long after the page was closed the talk is back in WhatsApp
_UNNOTICED = timedelta(seconds=45)  # so long a page may be closed before anybody notices
_TIDY_EVERY = 30.0  # seconds


class WhatsApp:
    """`present` tells whether somebody has the secure page of a conversation open."""

    def __init__(
        self,
        gateway: Gateway,
        session: aiohttp.ClientSession,
        numbers: Mapping[str, Number],
        secrets: Secrets,
        data: Path,
        public_url: str,
        present: Callable[[str], bool],
    ) -> None:
        self._gateway, self._numbers, self._present = gateway, numbers, present
        parts, self._store = gateway.parts, gateway.parts.store
        self._graph = Graph(session, secrets.graph_url, secrets.graph_version)
        self._tokens = {phone_id: token_of(number, os.environ) for phone_id, number in numbers.items()}
        typed = load_typed(data / "whatsapp" / "words.yml")
        whole = load_whole_messages(data)

        def first_language(text: str, number: Number, hinted: str) -> str:
            offered = gateway.offered(number.door)
            return whole.first_language(text, parts.guesser, offered, hinted if hinted in offered else number.lang)

        people = People(
            lambda connection, talk, *, ask: gateway.welcome(connection, talk, "whatsapp.welcome", ask=ask),
            lambda connection, talk: say(connection, parts.office, talk, {"say": "whatsapp.page_back"}),
            first_language,
        )
        hints = Hints(parts.speech, parts.office)
        self._intake = Intake(self._store, numbers, people, typed, hints, self._heard)
        composer = Composer(
            parts.speech,
            load_private(data, parts.speech.content),
            lambda token, lang: f"{public_url}/v/{token}?l={lang}",
            lambda token, lang: f"{public_url}/plan/{token}?l={lang}",
        )
        chooser = Chooser(numbers, composer, load_templates(data, parts.speech.words), parts.office)
        self._sender = Sender(self._store, self._graph, chooser, parts.speech, self._tokens.__getitem__)
        self._webhook = Webhook(self._store, secrets, self._intake.news.set)
        gateway.joined_by(CHANNEL, Front(typed, whole).handled, self._sender.news.set)
        self._reads: set[asyncio.Task[None]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._absent: dict[str, datetime] = {}

    def add_to(self, app: web.Application) -> None:
        """The routes for Meta."""
        self._webhook.add_to(app)

    def address(self, connection: Connection, conversation: str) -> str:
        """Where a conversation goes on in WhatsApp; "" where our number is not told."""
        thread = threads.of(connection, conversation)
        number = self._numbers.get(thread.number) if thread else None
        return f"https://wa.me/{number.phone}" if number and number.phone else ""

    def phone(self, post: str) -> str:
        """Our number for families who come by this post, as wa.me takes it; "" where none is told."""
        return phone_for(self._numbers.values(), post)

    async def start(self) -> None:
        """Take up what a process that died left behind, and go on."""
        self._tasks = [asyncio.create_task(work()) for work in (self._intake.run, self._sender.run, self._tidy)]

    async def stop(self) -> None:
        """Let go; what is unfinished is taken up at the next start."""
        for task in [*self._tasks, *self._reads]:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._reads, return_exceptions=True)

    def _heard(self, heard: Sequence[Heard]) -> None:
        for one in heard:
            self._gateway.hear(one.inbox, one.conversation, one.text)
        for one in {one.conversation: one for one in heard}.values():
            if len(self._reads) < _READS_AT_ONCE:  # a kindness, no more
                task = asyncio.create_task(self._show_read(one))
                self._reads.add(task)
                task.add_done_callback(self._reads.discard)

    async def _show_read(self, heard: Heard) -> None:
        """Two marks at the message, and that an answer is coming; not while a worker has the word, nor after STOP."""
        here = heard.conversation
        talk, thread = await self._store.read(lambda c: (conversations.get(c, here), threads.of(c, here)))
        if talk is None or talk.control != "bot" or thread is None or thread.stopped_at:
            return
        try:
            await self._graph.read(self._numbers[heard.number], self._tokens[heard.number], heard.wamid, typing=True)
        except (Refused, Unclear, Unreachable) as error:
            log.debug("a message was not marked as read: %s", error)

    async def _tidy(self) -> None:
        while True:
            try:
                await self._store.write(self._come_back)
                await self._store.write(lambda connection: webhooks.forget_old(connection, now()))
                await self._store.write(lambda connection: sendings.forget_old(connection, now()))
                await self._store.write(lambda connection: doors.forget_old(connection, now()))
                self._sender.news.set()
            except Exception:
                log.exception("tidying failed; trying again")
            await asyncio.sleep(_TIDY_EVERY)

    def _come_back(self, connection: Connection) -> None:
        """Whoever closed the secure page gets its answers in WhatsApp again, and a new link to what it has not seen."""
        away = [one for one in threads.on_page(connection) if not self._present(one)]
        self._absent = {one: self._absent.get(one, now()) for one in away}
        for conversation in away:
            since = self._absent[conversation]
            if now() - since >= _AWAY:
                conversations.move(connection, conversation, CHANNEL)
                if messages.answered_since(connection, conversation, since - _UNNOTICED):
                    say(connection, self._gateway.parts.office, conversation, {"say": LINK})
