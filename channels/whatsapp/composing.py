"""From rows of the outbox to as few messages as WhatsApp allows: one bubble per turn, for each one is paid."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection

from channels.envelope import Choice
from channels.filling import ISOLATE, POP
from channels.settings import now
from channels.speech import Speech
from channels.storage import doors, plans, sendings, threads
from channels.storage.conversations import Conversation
from channels.storage.sendings import Row
from channels.storage.threads import Thread
from channels.whatsapp.shaping import Shaped, link, shape

PAGE = "whatsapp.page"
LINK = "whatsapp.page_link"
RLM = "\u200f"  # or a Latin name, or a Dutch line, would turn a message round
_MOST_CHOICES = 10
_NUMBERED = re.compile(r"^\W*[0-9]+\. ", re.MULTILINE)  # lines that the text itself counts
# after these a family waits for a human being: the moment to ask whether a short message may come later
_WAITS = ("handoff.queued", "handoff.left", "handoff.left_for_later", "handoff.closing", "handoff.planned")


@dataclass(frozen=True, slots=True)
class Composer:
    """`private`: keys beside which the secure page is offered; `door`: the address of the page for a token; `plan`: of
    the plan for a token. Both tokens are made when the message goes, so that they stand nowhere else.
    """

    speech: Speech
    private: Collection[str]
    door: Callable[[str, str], str]
    plan: Callable[[str, str], str]

    def compose(self, connection: Connection, talk: Conversation, thread: Thread, rows: Sequence[Row]) -> None:
        """Write down the messages that bring these rows, in order."""
        plain = [row for row in rows if row.body["key"] != LINK]
        links = [row for row in rows if row.body["key"] == LINK]
        if plain:
            self._bubbles(connection, talk, thread, plain)
        for row in links[-1:]:
            self._link(connection, talk, thread, [*links[:-1], row])

    def _bubbles(self, connection: Connection, talk: Conversation, thread: Thread, rows: Sequence[Row]) -> None:
        danger_first = sorted(rows, key=lambda row: not str(row.body["key"]).startswith("crisis."))
        texts, choices = [self._told(connection, talk, row) for row in danger_first], _choices(rows)
        if any(row.body["key"] in self.private for row in rows):
            if PAGE not in thread.told:
                texts.append(self.speech.line("whatsapp.page_offer", talk.lang))
                threads.note(connection, talk.id, told=[*thread.told, PAGE])
            choices = [*choices, self.speech.choice(PAGE, talk.lang)]
        shaped = self._shaped("\n\n".join(filter(None, texts)), choices, talk.lang)
        self._write(connection, thread, rows, shaped)
        threads.note(connection, talk.id, numbered=list(shaped[-1].numbered) if shaped else [])

    def _told(self, connection: Connection, talk: Conversation, row: Row) -> str:
        """The words of a row; below the news of a link to the plan the link."""
        words = _words(row)
        if row.body["key"] != plans.SAID or "/plan/" in words:  # it was made while the talk was on the page
            return words
        return f"{words}\n{self.plan(plans.link(connection, talk.id, now()), talk.lang)}"

    def _shaped(self, text: str, choices: Sequence[Choice], lang: str) -> list[Shaped]:
        """As few bubbles as can be; one more where a number would mean two things."""
        line = partial(self.speech.line, lang=lang)
        shaping = partial(shape, open_list=line("whatsapp.open_list"), with_number=line("whatsapp.with_number"))
        shaped = shaping(text, choices)
        if shaped and shaped[-1].numbered and _NUMBERED.search(text):
            return [*shaping(text, ()), *shaping(line("whatsapp.choose"), choices)]
        return shaped

    def _link(self, connection: Connection, talk: Conversation, thread: Thread, rows: Sequence[Row]) -> None:
        token = doors.make(connection, talk.id, now())
        label, address = self.speech.line("whatsapp.page_open", talk.lang), self.door(token, talk.lang)
        self._write(connection, thread, rows, [link(rows[-1].body["text"], label, address)])

    def _write(self, connection: Connection, thread: Thread, rows: Sequence[Row], shaped: Sequence[Shaped]) -> None:
        for one in shaped:
            sendings.make(connection, thread.conversation, thread.number, rows, one.payload)


def plain_text(payload: Mapping[str, Any], speech: Speech, lang: str) -> Shaped | None:
    """The same with nothing to tap, for when Meta does not take the form; None when it is plain already."""
    if payload.get("type") != "interactive":
        return None
    told = payload["interactive"]
    action, text = told["action"], told["body"]["text"]
    if told["type"] == "cta_url":
        return Shaped({"type": "text", "text": {"body": f"{text}\n{action['parameters']['url']}"}}, ())
    taps = [button["reply"] for button in action.get("buttons", ())]
    taps = taps or [row for section in action["sections"] for row in section["rows"]]
    lines = [f"{number}. {tap['title']}" for number, tap in enumerate(taps, 1)]
    body = "\n".join([text, "", *lines, speech.line("whatsapp.with_number", lang)])
    return Shaped({"type": "text", "text": {"body": body}}, tuple(tap["id"] for tap in taps))


def _words(row: Row) -> str:
    """A worker is named; where a source was asked for, it stands below."""
    body = row.body
    if body["author"] == "worker":
        name, lines = f"{body['facts']['worker']}:", str(body["text"]).split("\n")
        if body["dir"] != "rtl":
            return "\n".join([name, *lines])
        return "\n".join([f"{RLM}{name}", *(f"{RLM}{ISOLATE}{line}{POP}" for line in lines)])
    if body["key"] != "conversation.sources_title":
        return str(body["text"])
    told = (
        f"• {source['title']} {source['article']} ({source['dated']})\n{source['url']}" for source in body["sources"]
    )
    return "\n".join([body["text"], *told])


def _choices(rows: Sequence[Row]) -> list[Choice]:
    """Of the newest message all, of earlier ones as many as fit; each once."""
    found: list[Choice] = []
    for row in reversed(rows):
        these = [Choice(**choice) for choice in row.body["choices"] if choice["id"] not in {one.id for one in found}]
        if not found or len(found) + len(these) < _MOST_CHOICES:
            found = [*these, *found]
    return found


def asks_for_notice(thread: Thread, rows: Sequence[Row]) -> bool:
    """Whether now is the moment to ask if a short message may come later: once in a talk."""
    waits = any(row.body["key"] in _WAITS for row in rows)
    return waits and thread.notify is None and "notify" not in thread.told
