"""The hint at the end of a message that stood ready on an embassy's page or behind a printed code.

It says how somebody came in, and proves nothing. It is read once, taken away before anybody sees the words, and what is
no hint of ours stays as it was written.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from channels.entries import asked, code_in, hint_in, known
from channels.handoff.casework import Office, say
from channels.hearing import has_words
from channels.speech import Speech
from channels.storage import conversations, entries, threads
from channels.words import plain

_PLACES = ("post", "topic")


@dataclass(frozen=True, slots=True)
class Hint:
    """`text`: what stands beside it; `entry`: what it says, nothing for a code that was withdrawn.

    `bare`: nothing stands beside it but the greeting that we wrote ourselves.
    """

    text: str
    entry: dict[str, str] = field(default_factory=dict)
    bare: bool = False


class Hints:
    """Reads them, and lets a talk know where the family came from."""

    def __init__(self, speech: Speech, office: Office) -> None:
        self._content, self._office, self._languages = speech.content, office, speech.words.offered()
        self._greetings = {plain(speech.line("entry.hello", lang)) for lang in self._languages}

    def read(self, connection: Connection, text: str) -> Hint | None:
        """The hint at the end of this text; None when there is none of ours."""
        found = hint_in(text)
        if found is None:
            return None
        before, name, lang = found
        if code := code_in(name):
            printed = entries.find(connection, code)
            says = {"post": printed.post, "lang": lang or printed.lang, "topic": printed.topic} if printed else None
            says = {} if printed and printed.revoked_at else says
        else:
            post = self._content.posts.signed(name)
            says = {"post": post, "lang": lang} if post else None
        if says is None:
            return None
        bare = not has_words(before) or plain(before) in self._greetings
        entry = known(says, self._content, self._languages)
        return Hint(before, entry if "post" in entry else {}, bare)

    def without(self, connection: Connection, text: str) -> str:
        """The text as the family meant it."""
        hint = self.read(connection, text)
        return hint.text if hint else text

    def came_again(self, connection: Connection, conversation: str, hint: Hint) -> bool:
        """A talk that was there already hears of a hint; True when all that it wants was said now.

        Where a family came from first, stands.
        """
        talk = conversations.get(connection, conversation)
        if talk is None or not hint.entry or any(talk.entry.get(name) for name in _PLACES):
            return False
        entry = {**talk.entry, **hint.entry}
        conversations.note_entry(connection, conversation, entry)
        if not hint.bare or talk.control != "bot" or (question := asked(entry, self._content)) is None:
            return False
        threads.listens(connection, conversation)
        say(connection, self._office, conversation, question, "bot")
        return True
