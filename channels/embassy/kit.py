"""What stands on the paper that a post gives: words of a language, facts in their own words, and a code. No layout.

Printed once and read for months: a fact that is in doubt or past its day for reading again is refused, never printed.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import segno

from actions.posts import Post
from channels.speech import Speech

# name in the templates → key
_WORDS = {
    "title": "kit.title",
    "start": "kit.start",
    "know": "kit.know",
    "practice": "kit.practice",
    "free": "kit.free",
    "choice": "kit.own_choice",
    "computer": "kit.computer",
    "human": "kit.human",
    "sees": "kit.who_sees",
    "carries": "kit.carries",
    "stored": "conversation.who_sees_this",
    "whatsapp": "kit.whatsapp",
    "danger": "kit.danger",
    "card": "kit.card",
    "sources_title": "web.sources",
}
_STEPS = ("kit.scan", "kit.type", "web.input_hint")


@dataclass(frozen=True, slots=True)
class Kit:
    """The paper of one post on one day. `public_url`: where families find us; `whatsapp`: digits of a number of ours
    for this post, or "".
    """

    speech: Speech
    post: Post
    public_url: str
    day: date
    whatsapp: str = ""

    @property
    def whom(self) -> str:
        """The key that says for whom it is: the families that come here most."""
        return f"kit.for.{self.post.routes[0]}"

    def address(self, code: str) -> str:
        """Where the code leads."""
        return f"{self.public_url}/d/{code}"

    def facts(self) -> tuple[str, ...]:
        """The facts for these families. Raises ValueError for one that may not be printed."""
        return self.printable(self.speech.content.messages[self.whom].grounds)

    def differs(self) -> bool:
        """Whether practice is sometimes otherwise than one of the facts says."""
        return any(self.speech.words.has(f"differs.{name}") for name in self.facts())

    def printable(self, facts: tuple[str, ...]) -> tuple[str, ...]:
        """The same facts. Raises ValueError, in one sentence, when one is in doubt or must be read again first."""
        for name in facts:
            fact = self.speech.content.law.facts[name]
            if fact.review_by < self.day:
                raise ValueError(f"'{name}' had to be read again by {fact.review_by}; do that before you print it.")
            if fact.certainty in ("contested", "unverified"):
                raise ValueError(f"'{name}' is {fact.certainty}; that is not for paper. See data/messages/kit.yml.")
        return facts

    def sheet(self, lang: str, code: str) -> dict[str, Any]:
        """Everything that poster, sheet and cards show in a language. Raises ValueError as `facts` does."""
        facts, shown = self.facts(), short(self.address(code))
        told: dict[str, Any] = {name: self.say(key, lang) for name, key in _WORDS.items()}
        return told | {
            "lang": lang,
            "dir": self.speech.words.languages[lang].dir,
            "name": f"{told['title']['text']} Thuiswijzer, {self.post.name}",
            "post": self.post.name,
            "whom": self.say(self.whom, lang),
            "steps": [self.say(key, lang) for key in _STEPS],
            "phone": f"+{self.whatsapp}" if self.whatsapp else None,
            "facts": [self.say(f"fact.{name}", lang) for name in facts],
            "practice": told["practice"] if self.differs() else None,
            "address": shown,
            "link": self.address(code),
            "alt": self.say("kit.qr", lang, address=shown)["text"],
            "qr": qr(self.address(code), "svg").decode(),
            "notes": self.notes(lang),
            "sources": self.sources(facts),
        }

    def say(self, key: str, lang: str, **values: Any) -> dict[str, str]:
        """The words of a key, and the language they really are in."""
        own = lang if self.speech.words.text(key, lang)[1] else "nl"
        return {"text": self.speech.line(key, own, values), "lang": own}

    def sources(self, facts: Iterable[str]) -> list[str]:
        """Titles of what these facts rest on, without doubles."""
        return list(dict.fromkeys(source.title for source in self.speech.sources(tuple(facts))))

    def dated(self, facts: Iterable[str], lang: str) -> dict[str, str]:
        """From which day the content is: the oldest day on which one of these facts was read."""
        oldest = min(self.speech.content.law.facts[name].reviewed for name in facts)
        return self.say("kit.dated", lang, day={"date": oldest.isoformat()})

    def notes(self, lang: str) -> list[dict[str, str]]:
        """Remarks about the words themselves, and from which day they are."""
        keys = [*_WORDS.values(), *_STEPS, self.whom, *(f"fact.{name}" for name in self.facts())]
        whole = all(self.speech.words.text(key, lang)[1] for key in keys)
        draft = self.speech.words.languages[lang].state == "draft"
        remarks = {"system.not_translated": not whole, "conversation.draft_language": draft}
        told = [self.say(key, lang) for key, needed in remarks.items() if needed]
        return [*told, self.dated(self.facts(), lang)]


def short(address: str) -> str:
    """An address as one types it."""
    return address.partition("://")[2]


def qr(address: str, kind: str) -> bytes:
    """The code as a picture, `svg` or `png`: a quarter of it may be damaged, with the white edge that cameras need."""
    made = io.BytesIO()
    how: dict[str, Any] = {"xmldecl": False, "unit": "mm"} if kind == "svg" else {}
    code = segno.make_qr(address, error="q", boost_error=False)
    code.save(made, kind=kind, border=4, scale=1 if kind == "svg" else 20, dark="#000", light="#fff", **how)
    return made.getvalue()
