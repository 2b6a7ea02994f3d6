"""Asking the bot, one message of a conversation at a time, under a lease; and never leaving a family in silence."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from actions.crisis import CrisisWords
from channels.handoff import danger, family, plans, waiting
from channels.handoff.casework import Office
from channels.handoff.here import Here
from channels.hearing import clean
from channels.language import LanguageGuesser
from channels.rasa_client import BotUnavailable, RasaClient
from channels.speech import Speech
from channels.storage import conversations, doors, inbox, messages, sendings, threads
from channels.storage import plans as plans_in
from channels.storage.conversations import Conversation, Lease
from channels.storage.inbox import Raw
from channels.storage.store import Store
from channels.switching import Now, next_language, offered_at

log = logging.getLogger(__name__)

BOT_RETRIES = (0.5, 1, 2, 4, *([5] * 180))  # seconds; about a quarter of an hour, then a person
_EMPTY_RETRIES = 6
_LEASE = 30.0
_TURNS_PER_SESSION = 20
_HINTS = ("gemeente", "post", "topic")  # of how a family came in, what the bot may know


@dataclass(frozen=True, slots=True)
class Parts:
    """What a gateway is made of. `sites`: which languages a site offers, where it does not offer all."""

    store: Store
    rasa: RasaClient
    speech: Speech
    crisis: CrisisWords
    guesser: LanguageGuesser
    today: Callable[[], date]
    office: Office
    sites: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """One message to answer: the lease it is worked on under, what the bot is to hear, and what is said around it.

    `hint` and `switched`: what the message says about the language; kept together with the answer. `plan`: what the
    bot hears of the plan.
    """

    lease: Lease
    raw: Raw
    conversation: Conversation
    to_bot: str
    before: tuple[dict[str, Any], ...] = ()
    instead: tuple[dict[str, Any], ...] = ()
    danger: tuple[str, ...] = ()
    hint: str = ""
    switched: bool = False
    plan: Mapping[str, Any] = field(default_factory=dict)


class Answering:
    """Works through what conversations wait for. `owner` names this process in leases."""

    def __init__(self, parts: Parts, owner: str, send_out: Callable[[], Awaitable[None]]) -> None:
        self._parts, self._owner, self._send_out = parts, owner, send_out
        self._busy: set[str] = set()
        self._again: set[str] = set()

    async def work(self, conversation: str) -> None:
        """Answer everything this conversation waits for, in order. A second call while at work only leaves a note."""
        if conversation in self._busy:
            self._again.add(conversation)
            return
        self._busy.add(conversation)
        try:
            while True:
                self._again.discard(conversation)
                if job := await self._parts.store.write(lambda c: self._next(c, conversation)):
                    await self._answer(job)
                elif conversation not in self._again:
                    return
        finally:
            self._busy.discard(conversation)

    def _next(self, connection: Connection, conversation_id: str) -> Job | None:
        waiting = inbox.waiting(connection, conversation_id)
        lease = conversations.claim(connection, conversation_id, self._owner, _LEASE) if waiting else None
        conversation = conversations.get(connection, conversation_id)
        if lease is None or conversation is None:
            return None
        inbox.count_attempt(connection, waiting[0].id)
        said = messages.said_before(connection, conversation_id, waiting[0].id)
        danger = tuple(key for key in said if key.startswith("crisis."))
        plan = plans.told(Here(connection, self._parts.office, conversation))
        return self._routed(connection, Job(lease, waiting[0], conversation, "", danger=danger, plan=plan))

    def _routed(self, connection: Connection, job: Job) -> Job:
        """What the bot is to hear of this message, and what is said without it."""
        talk, words = job.conversation, self._parts.speech.words
        body, offered = json.loads(job.raw.body), messages.offered(connection, talk.id)
        text, choice = clean(body["text"]), body["choice"]
        choice = choice or self._parts.speech.typed(text, offered) or ""
        if choice.startswith("lang:") or (not choice and words.asked_for(text)):
            changed = {"say": "conversation.language_changed", "choices": []}
            notes = (changed, *self._draft_note(connection, talk.id, talk.lang))
            return replace(job, to_bot=_pick("carry_on"), before=notes)
        if choice and choice not in {c["id"] for choices in offered for c in choices}:
            return replace(job, instead=({"say": "input.choice_gone"},))
        return replace(job, to_bot=_pick(choice)) if choice else self._in_its_language(connection, job, text)

    def _in_its_language(self, connection: Connection, job: Job, text: str) -> Job:
        """The job of a typed message, with what its language brings: a switch, a question, or a refusal."""
        talk, parts = job.conversation, self._parts
        offered = offered_at(talk.entry, parts.speech.content, parts.speech.words, parts.sites)
        now = Now(talk.lang, talk.lang_chosen, talk.lang_hint, offered)
        after = next_language(text, now, parts.guesser)
        job = replace(job, to_bot=text, hint=after.hint, instead=tuple(after.instead))
        if after.lang == talk.lang:
            return replace(job, before=(dict(after.ask),) if after.ask else ())
        note = self._draft_note(connection, talk.id, after.lang)
        return replace(job, conversation=replace(talk, lang=after.lang), before=note, switched=True)

    def _draft_note(self, connection: Connection, conversation: str, lang: str) -> tuple[dict[str, Any], ...]:
        """The remark about a draft language, once per conversation and language."""
        note = "conversation.draft_language"
        if self._parts.speech.words.languages[lang].state != "draft":
            return ()
        return () if messages.said(connection, conversation, note, lang) else ({"say": note, "choices": []},)

    async def _answer(self, job: Job) -> None:
        payloads = list(job.instead) or await self._ask(job)
        settled = await self._parts.store.write(lambda c: self._settle(c, job, [*job.before, *payloads]))
        if not settled:
            log.warning("an answer came after the lease was lost and was dropped")
            return
        await self._send_out()
        if (job.conversation.turns + 1) % _TURNS_PER_SESSION == 0:
            await self._renew(job.conversation.sender_id)

    async def _renew(self, sender: str) -> None:
        try:
            await self._parts.rasa.new_session(sender)
        except BotUnavailable:
            log.info("the session was not renewed; the next turns only cost a little more")

    async def _ask(self, job: Job) -> list[dict[str, Any]]:
        """The bot's payloads. While it is out of reach: one sentence at once, then again and again."""
        sender, empty = job.conversation.sender_id, 0
        day = self._parts.today().isoformat()
        metadata = {"inbox_id": job.raw.id, "language": job.conversation.lang, "today": day, "danger": job.danger}
        metadata |= job.plan
        metadata["entry"] = {key: job.conversation.entry[key] for key in _HINTS if key in job.conversation.entry}
        asked_before = job.raw.attempts > 0
        for pause in BOT_RETRIES:
            try:
                if asked_before and (payloads := await self._parts.rasa.answered(sender, job.raw.id)):
                    return payloads
                asked_before = True
                return await self._parts.rasa.say(sender, job.to_bot, metadata)
            except BotUnavailable as error:
                log.warning("the bot is out of reach: %s", error)
                if job.to_bot == _pick("person"):
                    return [{"handoff": {"reason": "bot_down"}}]  # a person is never out of reach with the bot
                empty += error.empty
                if empty > _EMPTY_RETRIES:
                    break
                await self._parts.store.write(lambda c: self._hold_on(c, job))
                await self._send_out()
                await asyncio.sleep(pause)
        return [{"say": "system.no_answer"}]

    def _hold_on(self, connection: Connection, job: Job) -> None:
        """Keep the lease, and tell the family once that the answer will follow."""
        if not conversations.holds(connection, job.lease, _LEASE):
            return
        if messages.last_bot_key(connection, job.conversation.id) != "system.bot_down":
            self._send(connection, job, {"say": "system.bot_down"}, "system")

    def _settle(self, connection: Connection, job: Job, payloads: list[dict[str, Any]]) -> bool:
        """Write the answer, the state change and the outbox rows in one transaction; False when the lease is lost."""
        if not conversations.holds(connection, job.lease, _LEASE):
            return False
        if job.switched:
            conversations.set_language(connection, job.conversation.id, job.conversation.lang, chosen=False)
        else:
            conversations.hint_language(connection, job.conversation.id, job.hint)
        for payload in payloads:
            if payload.get("delete"):
                self._forget(connection, job)
            elif packet := payload.get("handoff"):
                self._hand_over(connection, job, packet)
            elif meant := plans.kept(Here(connection, self._parts.office, job.conversation), payload):
                self._send(connection, job, meant, "bot")
        inbox.mark(connection, job.raw.id, "done")
        conversations.count_turn(connection, job.conversation.id)
        conversations.release(connection, job.lease)
        return True

    def _hand_over(self, connection: Connection, job: Job, packet: dict[str, Any]) -> None:
        here = Here(connection, self._parts.office, job.conversation)
        if family.ask_for_person(here, packet):
            return
        case = danger.keep_for_later(here, packet)
        log.info("case %s waits for a person", case.code)
        self._send(connection, job, {"say": "person.stored", "with": {"code": case.code}}, "bot")

    def _forget(self, connection: Connection, job: Job) -> None:
        """Everything this family wrote goes, here and (by a new name) at the bot."""
        waiting.withdraw(Here(connection, self._parts.office, job.conversation))
        sendings.silence(connection, job.conversation.id)
        messages.forget(connection, job.conversation.id)
        inbox.forget(connection, job.conversation.id)
        doors.close(connection, job.conversation.id)
        threads.forget(connection, job.conversation.id)
        plans_in.forget(connection, job.conversation.id)
        conversations.new_sender(connection, job.conversation.id)
        self._send(connection, job, {"say": "conversation.deleted"}, "bot")

    def _send(self, connection: Connection, job: Job, meant: Mapping[str, Any], author: Any) -> None:
        conversation, speech, today = job.conversation, self._parts.speech, self._parts.today()
        if meant.get("languages"):
            offered = offered_at(conversation.entry, speech.content, speech.words, self._parts.sites)
            meant = {**meant, "choices": [f"lang:{code}" for code in offered]}
        try:
            said = speech.render(meant, conversation.lang, today, author)
        except KeyError:
            log.exception("no words for %s", meant.get("say"))  # not all of it: a link may stand there
            said = speech.render({"say": "system.no_answer"}, conversation.lang, today, author)
        messages.send(
            connection, conversation.id, conversation.channel, conversation.control_epoch, said.to_dict(), job.raw.id
        )


def _pick(choice: str) -> str:
    return "/pick" + json.dumps({"choice": choice})
