"""The conversation: stored once → crisis? → who holds it, bot or worker? → pass it on → answer."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy import Connection

from actions.crisis import Crisis
from channels import entries
from channels.answering import Answering, Parts
from channels.envelope import Author, Incoming
from channels.handoff import clockwork, danger, family
from channels.handoff.casework import say
from channels.handoff.here import Here
from channels.hearing import LONGEST, clean, has_words
from channels.storage import conversations, inbox, messages, outbox, threads
from channels.storage.conversations import Conversation
from channels.switching import Now, next_language, offered_at, refusal

log = logging.getLogger(__name__)
_LEFT_EVERY = 10  # seconds between two looks at what nobody works on
_BREATH = 0.004  # seconds: whoever wrote at the same moment is acknowledged before the work on any of them begins
Deliver = Callable[[str, dict[str, Any]], Awaitable[None]]
# whether something that came in was only for the channel itself; then everything that follows from it has happened
Handled = Callable[[Here, Mapping[str, Any]], bool]


class Gateway:
    """All channels meet here. `deliver` gives, per channel name, how one message goes out.

    A channel that brings out its own messages, in its own order and pace, joins later (`joined_by`).
    """

    def __init__(self, parts: Parts, deliver: dict[str, Deliver]) -> None:
        self.parts, self._deliver = parts, deliver
        self._answering = Answering(parts, secrets.token_hex(8), self._send_out)
        self._tasks: set[asyncio.Task[None]] = set()
        self._outgoing = asyncio.Lock()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._handled: dict[str, Handled] = {}
        self._wake: list[Callable[[], None]] = []

    def joined_by(self, channel: str, handled: Handled, wake: Callable[[], None]) -> None:
        """Ask this channel first about what came in through it, and wake it when something may stand ready for it."""
        self._handled[channel] = handled
        self._wake.append(wake)

    async def start(self) -> None:
        """Take up what a process that died left behind."""
        store = self.parts.store
        await store.write(lambda connection: outbox.put_back(connection, list(self._deliver)))
        for number, body in await store.read(inbox.unheard):
            kept = json.loads(body)
            self.hear(number, kept["conversation"], kept["text"])
        await self._take_up_answers()
        self._spawn(self._send_forever())

    async def _take_up_answers(self) -> None:
        """Also what a process died over whose lease has ended only now."""
        for conversation in await self.parts.store.read(inbox.conversations_waiting):
            self._spawn(self._answering.work(conversation))

    async def stop(self) -> None:
        """Let go of everything; what is unfinished is taken up at the next start."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def open(
        self, channel: str, token_hash: str, lang: str, *, chosen: bool, entry: dict[str, Any]
    ) -> Conversation:
        """Begin a conversation with the welcome, which says that a computer writes."""

        def create(connection: Connection) -> Conversation:
            number = conversations.create(connection, channel, token_hash, lang, chosen, entry)
            return self.welcome(connection, number, "conversation.welcome")

        conversation = await self.parts.store.write(create)
        await self._send_out()
        return conversation

    def welcome(self, connection: Connection, number: str, key: str, *, ask: bool = True) -> Conversation:
        """Say the first words (`key`) of a new conversation, after the remark that its language is a draft.

        `ask`: whether to ask what it is about; not where a question stands there already.
        """
        conversation = conversations.get(connection, number)
        assert conversation is not None  # noqa: S101 - created in this very transaction
        draft = self.parts.speech.words.languages[conversation.lang].state == "draft"
        remark = [{"say": "conversation.draft_language"}] if draft else []
        for meant in (*remark, *entries.first_words(key, conversation.entry, self.parts.speech.content, ask=ask)):
            self._say(connection, conversation, meant, author="bot")
        return conversation

    def offered(self, entry: Mapping[str, Any]) -> list[str]:
        """Codes of the languages that a family who came through this entry can choose."""
        return offered_at(entry, self.parts.speech.content, self.parts.speech.words, self.parts.sites)

    async def accept(self, channel: str, incoming: Incoming, client_key: str) -> bool:
        """Store one thing that came in; True once it is safely kept, False when it was before. Raises inbox.TooMany."""
        body = as_kept(incoming, client_key)
        dedupe = f"{channel}:{incoming.conversation}:{incoming.key}"

        def keep(connection: Connection) -> int | None:
            return inbox.store(connection, channel, incoming.conversation, dedupe, body)

        number = await self.parts.store.write(keep, urgent=True)
        if number is not None:
            self.hear(number, incoming.conversation, incoming.text)
        return number is not None

    def hear(self, number: int, conversation: str, text: str) -> None:
        """Go on with one stored row, after the ones of this conversation that came before it."""
        self._spawn(self._hear(number, conversation, text))

    async def _hear(self, number: int, conversation: str, text: str) -> None:
        """Look for danger, parse one stored row, and see who holds the conversation."""
        async with self._turns.setdefault(conversation, asyncio.Lock()):
            await asyncio.sleep(_BREATH)
            crisis = await asyncio.to_thread(self.parts.crisis.recognise, text) if text else None
            waits = await self.parts.store.write(lambda connection: self._parse(connection, number, crisis))
        if waits:
            await self._answering.work(waits)
        else:
            await self._send_out()

    def _parse(self, connection: Connection, number: int, crisis: Crisis | None) -> str | None:
        """The conversation that now waits for the bot; None when there is nothing to ask it."""
        raw = inbox.get(connection, number)
        if raw is None or raw.state != "new" or messages.heard(connection, number):
            return None
        conversation = conversations.get(connection, raw.conversation)
        if conversation is None:
            inbox.mark(connection, number, "failed", "there is no such conversation")
            return None
        body = json.loads(raw.body)
        text = clean(body["text"])
        self._keep_words(connection, conversation, body, text, number)
        here = Here(connection, self.parts.office, conversation)
        if body["choice"] == "emergency":
            for meant in entries.in_danger((), conversation.entry, self.parts.speech.content):
                self._say(connection, conversation, meant, number)
            self._say(connection, conversation, {"say": "crisis.menu", "choices": _offers(conversation)}, number)
            self._alarm(connection, conversation, "emergency_button")
        elif crisis:
            spoken = self._in_language_of(connection, conversation, text)
            self._answer_danger(connection, spoken, crisis, number)
            family.overheard(Here(connection, self.parts.office, spoken), text)
        elif (mine := self._handled.get(raw.channel)) and mine(here, {**body, "text": text}):
            pass
        elif own := self._own_answers(connection, conversation, body, text):
            for meant in own:
                self._say(connection, conversation, meant, number)
        elif not family.handled(here, text, body["choice"]):
            inbox.mark(connection, number, "heard")
            return raw.conversation
        inbox.mark(connection, number, "done")
        return None

    def _keep_words(
        self, connection: Connection, conversation: Conversation, body: dict[str, Any], text: str, number: int
    ) -> None:
        offered = messages.offered(connection, conversation.id) if body["choice"] else []
        said = self.parts.speech.heard(text[:LONGEST], body["choice"], conversation.lang, offered)
        plain = {**said.to_dict(), "client_msg_id": body["client_key"]}
        if kind := body.get("kind"):
            plain["facts"] = {**plain["facts"], "kind": kind}
        messages.append(connection, conversation.id, "family", said.key, plain, number)

    def _own_answers(
        self, connection: Connection, conversation: Conversation, body: dict[str, Any], text: str
    ) -> Sequence[dict[str, Any]]:
        """What needs no bot: language choices, and messages without anything to understand."""
        words, offered = self.parts.speech.words, self.offered(conversation.entry)
        if body["choice"].startswith("lang:"):
            chosen = body["choice"].removeprefix("lang:")
        else:
            chosen = words.asked_for(text) or ""
            # a nationality to tap may be called like a language: then it is the answer
            if chosen and self.parts.speech.typed(text, messages.offered(connection, conversation.id)):
                chosen = ""
        if chosen in offered:
            conversations.set_language(connection, conversation.id, chosen, chosen=True)
            return ()  # the bot says its open question again, now in this language
        if chosen:
            return refusal(chosen, conversation.lang, offered, self.parts.guesser)
        if body["choice"]:
            return ()
        if len(body["text"]) > LONGEST:
            return ({"say": "input.too_long"},)
        # a human being understands a thumb
        return () if has_words(text) or conversation.control != "bot" else ({"say": "input.no_words"},)

    def _in_language_of(self, connection: Connection, conversation: Conversation, text: str) -> Conversation:
        """The conversation in the language of a cry for help, when that is sure and none was chosen."""
        now = Now(conversation.lang, conversation.lang_chosen, "", self.offered(conversation.entry))
        after = next_language(text, now, self.parts.guesser)
        if after.lang == conversation.lang:
            return conversation
        conversations.set_language(connection, conversation.id, after.lang, chosen=False)
        return replace(conversation, lang=after.lang)

    def _answer_danger(self, connection: Connection, conversation: Conversation, crisis: Crisis, number: int) -> None:
        choices = _offers(conversation)
        for key in crisis.says:
            self._say(connection, conversation, {"say": key, "choices": []}, number)
        for meant in entries.in_danger(crisis.says, conversation.entry, self.parts.speech.content):
            self._say(connection, conversation, meant, number)
        self._say(connection, conversation, {"say": "crisis.person_alerted", "choices": choices}, number)
        self._alarm(connection, conversation, crisis.kinds[0].value)

    def _alarm(self, connection: Connection, conversation: Conversation, reason: str) -> None:
        threads.listens(connection, conversation.id)  # or nobody could answer
        case = danger.alarm_person(Here(connection, self.parts.office, conversation), reason)
        log.warning("alarm: case %s needs a person now (%s)", case.code, reason)

    def _say(
        self,
        connection: Connection,
        conversation: Conversation,
        meant: dict[str, Any],
        number: int | None = None,
        author: Author = "system",
    ) -> None:
        say(connection, self.parts.office, conversation.id, meant, author, number)

    async def _send_out(self) -> None:
        """Bring out what is ready, in order. A channel that fails gets it again later."""
        for wake in self._wake:
            wake()
        async with self._outgoing:
            parcels = await self.parts.store.write(lambda connection: outbox.take(connection, list(self._deliver)))
            arrived = []
            for parcel in parcels:
                try:
                    await self._deliver[parcel.channel](parcel.conversation, parcel.body)
                    arrived.append(parcel.id)
                except Exception as error:
                    log.exception("message %s did not go out", parcel.id)
                    await self.parts.store.write(partial(outbox.failed, number=parcel.id, error=repr(error)))
        if arrived:
            self._spawn(self._settle(arrived))

    async def _settle(self, numbers: list[int]) -> None:
        await self.parts.store.write(lambda connection: outbox.sent(connection, numbers))

    async def _send_forever(self) -> None:
        for second in itertools.count(1):
            await asyncio.sleep(1)
            try:
                await self.look_at_timers()
                await self._send_out()
                if second % _LEFT_EVERY == 0:
                    await self._take_up_answers()
            except Exception:
                log.exception("what was due did not happen; trying again")

    async def bring_out(self) -> None:
        """Send what somebody else than this gateway has put in the outbox."""
        await self._send_out()

    async def look_at_timers(self) -> None:
        """Let happen what is due by now."""
        office = self.parts.office
        if await self.parts.store.read(lambda connection: clockwork.is_due(connection, office)):
            await self.parts.store.write(lambda connection: clockwork.run(connection, office))

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _offers(conversation: Conversation) -> list[str]:
    """What can be tapped below words about danger: the check of the computer only while the computer speaks."""
    return ["check.homeless", "person"] if conversation.control == "bot" else ["person"]


def as_kept(incoming: Incoming, client_key: str) -> str:
    """What stands in the inbox of something that came in."""
    return json.dumps({**asdict(incoming), "client_key": client_key}, ensure_ascii=True)


async def _logged(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:
        log.exception("a piece of work failed; it is kept and taken up at the next start")
