"""Brings messages to WhatsApp: in order, at its pace, never twice, and with the right reaction to each error."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from aiolimiter import AsyncLimiter
from sqlalchemy import Connection

from channels.settings import now
from channels.speech import Speech
from channels.storage import conversations, number_states, sendings, threads
from channels.storage.sendings import Sending
from channels.storage.store import Store
from channels.whatsapp import books
from channels.whatsapp.composing import plain_text
from channels.whatsapp.errors import Reaction
from channels.whatsapp.graph import Graph, Refused, Sent, Unclear, Unreachable, address
from channels.whatsapp.next_sending import Chooser, Out
from channels.whatsapp.undelivered import tell_desk

log = logging.getLogger(__name__)
_ATTEMPTS = 20  # about an hour
_AT_ONCE = 50
_PER_SECOND = 60  # of one number of ours
_BURST, _PAUSE = 3, 6.0  # to one family: three at once, then one in so many seconds
_BREATH = 0.05  # seconds between two looks at what is due
_SLOW = timedelta(seconds=30)
Settle = Callable[[Connection], Any]
_DOUBT = 2.0  # seconds between two looks at what is unclear
_LONGEST = 300.0  # seconds between two tries while Meta cannot be reached


class Sender:
    """`token` gives the access token of a number of ours."""

    def __init__(
        self, store: Store, graph: Graph, chooser: Chooser, speech: Speech, token: Callable[[str], str]
    ) -> None:
        self._store, self._graph, self._chooser, self._speech, self._token = store, graph, chooser, speech, token
        self._busy: set[str] = set()
        self._under_way: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._numbers: dict[str, AsyncLimiter] = {}
        self._families: OrderedDict[str, AsyncLimiter] = OrderedDict()
        self.news = asyncio.Event()

    async def run(self) -> None:
        """Bring out whatever comes, until cancelled."""
        looking = [asyncio.create_task(work()) for work in (self._look_forever, self._doubt_forever)]
        try:
            await asyncio.gather(*looking)
        finally:
            for task in [*looking, *self._tasks]:
                task.cancel()
            await asyncio.gather(*looking, *self._tasks, return_exceptions=True)

    async def _look_forever(self) -> None:
        while True:
            self.news.clear()
            try:
                await self._look()
                await asyncio.sleep(_BREATH)
                async with asyncio.timeout(1):
                    await self.news.wait()
            except TimeoutError:
                continue
            except Exception:
                log.exception("nothing could be sent; trying again")
                await asyncio.sleep(1)

    async def _doubt_forever(self) -> None:
        """What was in hand before we stopped gets its time anew: nobody could tell us what became of it."""
        begun = False
        while True:
            try:
                known = partial(sendings.unclear, under_way=frozenset(self._under_way))
                await self._store.write(known if begun else sendings.doubt_anew)
                begun = True
            except Exception:
                log.exception("what is unclear could not be looked at; trying again")
            await asyncio.sleep(_DOUBT)

    async def _look(self) -> None:
        for conversation in await self._store.read(partial(sendings.due, busy=frozenset(self._busy))):
            self._busy.add(conversation)
            task = asyncio.create_task(self._bring(conversation))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _bring(self, conversation: str) -> None:
        """The next message of one conversation. Then it rests as its pace demands, and takes no room meanwhile."""
        try:
            async with self._room:
                out = await self._store.write(lambda c: self._chooser.next(c, conversation))
                if out:
                    await self._send(out)
            if out:
                await self._family(conversation).acquire()
                self.news.set()
        except Exception:
            log.exception("a message did not go out; it is tried again")
        finally:
            self._busy.discard(conversation)

    async def _send(self, out: Out) -> None:
        self._under_way.add(out.sending.id)
        try:
            async with self._limiter(out.number.phone_number_id):
                settle = await self._tried(out)
            if settle:
                await self._store.write(settle)
        finally:
            self._under_way.discard(out.sending.id)

    async def _tried(self, out: Out) -> Settle | None:
        """Send it once; what is to be written about it. None while nobody knows whether it arrived."""
        sending, number = out.sending, out.number
        to = address(number, bsuid=out.thread.bsuid, phone=out.thread.phone)
        payload = {**to, **sending.payload, "biz_opaque_callback_data": str(sending.id)}
        try:
            sent = await self._graph.send(number, self._token(number.phone_number_id), payload)
        except Unclear as error:
            log.warning("message %s: %s; waiting whether a status tells of it", sending.id, error)
            return None
        except Unreachable as error:
            log.warning("message %s: %s", sending.id, error)
            at = now() + timedelta(seconds=min(_LONGEST, 2.0**sending.attempts))
            return partial(sendings.again, number=sending.id, at=at, code=0)
        except Refused as refused:
            return partial(self._refused, out=out, refused=refused)
        return partial(_accepted, out=out, sent=sent)

    def _refused(self, connection: Connection, out: Out, refused: Refused) -> None:
        sending, number, code = out.sending, out.number, refused.code
        log.warning("message %s: Meta refused with %s (%s)", sending.id, code, refused.reaction)
        books.trouble(connection, number, code, refused.details)
        current = sendings.get(connection, sending.id)
        if current is None or current.state != "trying":
            return  # a status told meanwhile that an earlier try had arrived
        match refused.reaction:
            case Reaction.MONEY | Reaction.AUTH:  # it waits until the number is resumed
                sendings.again(connection, sending.id, now(), code)
            case Reaction.TEMPLATE:
                threads.close(connection, sending.conversation, sending.not_before)
                sendings.give_up(connection, sending, "ready", code)
            case Reaction.HOLD:
                pause = timedelta(seconds=6 * 4 ** min(sending.attempts, 5))
                sendings.again(connection, sending.id, now() + pause, code)
            case Reaction.SLOW:
                number_states.slow(connection, number.phone_number_id, now() + _SLOW)
                sendings.again(connection, sending.id, now() + _SLOW, code)
            case Reaction.RETRY if sending.attempts + 1 < _ATTEMPTS:
                pause = timedelta(seconds=random.uniform(0.5, 1) * min(_LONGEST, 2.0 ** (sending.attempts + 1)))  # noqa: S311 - no secret
                sendings.again(connection, sending.id, now() + pause, code)
            case Reaction.BUG if self._plainer(connection, sending, code):
                pass
            case _:
                sendings.give_up(connection, sending, "dead", code)
                tell_desk(connection, sending, code)

    def _plainer(self, connection: Connection, sending: Sending, code: int) -> bool:
        talk = conversations.get(connection, sending.conversation)
        shaped = plain_text(sending.payload, self._speech, talk.lang) if talk else None
        if shaped is None:
            return False
        sendings.replace(connection, sending.id, shaped.payload, code)
        threads.note(connection, sending.conversation, numbered=list(shaped.numbered))
        return True

    def _limiter(self, number: str) -> AsyncLimiter:
        return self._numbers.setdefault(number, AsyncLimiter(_PER_SECOND / 4, 1 / 4))  # a burst is small

    def _family(self, conversation: str) -> AsyncLimiter:
        limiter = self._families.setdefault(conversation, AsyncLimiter(_BURST - 1, (_BURST - 1) * _PAUSE))
        self._families.move_to_end(conversation)
        if len(self._families) > 5000:
            self._families.popitem(last=False)
        return limiter


def _accepted(connection: Connection, out: Out, sent: Sent) -> None:
    books.accepted(connection, out.number, out.sending, sent.wamid)
