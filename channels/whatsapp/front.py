"""What only WhatsApp has to answer: stop and start, the secure page, short messages later, what is not kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from channels.handoff import waiting
from channels.handoff.here import Here
from channels.hearing import has_words
from channels.storage import messages, sendings, threads
from channels.storage.threads import Thread
from channels.whatsapp import people
from channels.whatsapp.typed import Typed
from channels.whatsapp.whole_messages import WholeMessages
from channels.words import plain

_ANSWERS = {
    "media": "whatsapp.media",
    "voice": "whatsapp.voice",
    "location": "whatsapp.location",
    "contact": "whatsapp.contact",
    "call": "whatsapp.call",
    "unreadable": "whatsapp.unreadable",
    "sticker": "input.no_words",
}


class Front:
    """Asked before anybody else, but after danger."""

    def __init__(self, typed: Typed, whole: WholeMessages) -> None:
        self._typed, self._whole = typed, whole

    def handled(self, here: Here, body: Mapping[str, Any]) -> bool:
        """Whether this message was for WhatsApp alone; then everything that follows from it has happened."""
        thread = threads.of(here.connection, here.talk.id)
        if thread is None:
            return False
        text, choice = str(body["text"]), str(body["choice"])
        meant = choice or self._typed.meant(text, here.talk.lang) or _tapped(here, text)
        kind = str(body.get("kind") or "")
        if thread.stopped_at and self._stays_silent(here, thread, text, meant, kind):
            return True
        if kind:
            return _not_kept(here, kind, text)
        if meant == "start" and not thread.stopped_at:
            return False  # an ordinary word
        if meant == "delete" and (choice or here.talk.control != "bot"):
            return False
        if meant == "stop" and plain(text) != meant and _is_choice(here, text):
            return False
        if answer := _MEANT.get(meant):
            answer(here)
        return answer is not None

    def _stays_silent(self, here: Here, thread: Thread, text: str, meant: str, kind: str) -> bool:
        """A family that wanted silence is left in peace, until it asks for something, be it by voice."""
        wordless = kind in ("", "sticker") and not has_words(text)
        if meant == "stop" or (not meant and (wordless or plain(text) in self._whole.polite)):
            return True
        threads.listens(here.connection, thread.conversation)
        return False


def _not_kept(here: Here, kind: str, text: str) -> bool:
    """Say kindly that it was not kept; a worker who holds the talk sees it too. Words beside it go on as words."""
    key = _ANSWERS.get(kind, _ANSWERS["unreadable"])
    case, beside = here.taken_up(), has_words(text)
    if messages.last_bot_key(here.connection, here.talk.id) != key:
        here.say({"say": key, **({"choices": []} if beside else {})})
    if here.talk.control != "bot" and case and not beside:
        waiting.heard(here, case)
    return not beside


def _is_choice(here: Here, text: str) -> bool:
    """Whether it is the title of something that was just offered, such as to stop the questions."""
    return here.office.speech.typed(text, messages.offered(here.connection, here.talk.id)) is not None


def _tapped(here: Here, text: str) -> str:
    """What only WhatsApp offers, typed by its title instead of tapped; "" for anything else."""
    choice = here.office.speech.typed(text, messages.offered(here.connection, here.talk.id)) or ""
    return choice if choice in _MEANT else ""


def _stop(here: Here) -> None:
    """One confirmation, and nothing after it: what waited goes too."""
    people.silence(here.connection, here.talk.id)
    here.say({"say": "whatsapp.stopped"})


def _read(here: Here) -> None:
    """The short message was tapped: that opened the window, so what waited goes out now."""
    if not sendings.rows(here.connection, here.talk.id):
        here.say({"say": "whatsapp.back"})


def _notify(here: Here, *, agreed: bool) -> None:
    threads.note(here.connection, here.talk.id, notify=int(agreed))
    here.say({"say": "whatsapp.notify_on" if agreed else "whatsapp.notify_off"})


def _say(key: str) -> Callable[[Here], None]:
    return lambda here: here.say({"say": key})


_MEANT: Mapping[str, Callable[[Here], None]] = {
    "stop": _stop,
    "start": _say("whatsapp.back"),
    "page": _say("whatsapp.page_link"),
    "whatsapp.page": _say("whatsapp.page_link"),
    "delete": _say("conversation.delete_confirm"),
    "whatsapp.read": _read,
    "whatsapp.notify.yes": partial(_notify, agreed=True),
    "whatsapp.notify.no": partial(_notify, agreed=False),
}
