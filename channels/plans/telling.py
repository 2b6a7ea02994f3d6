"""Words of the plan's pages and paper: each with the language that it really is in, and facts with what backs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date

from channels.speech import Speech

Told = dict[str, str]  # {text, lang, dir}: those of Dutch where nothing current is written in the language asked


class Telling:
    """Speaks one language on one day. `dutch_too`: something had to be said in Dutch, for want of a translation."""

    def __init__(self, speech: Speech, lang: str, today: date) -> None:
        self._speech, self.lang, self.today = speech, lang, today
        self.dir = speech.words.languages[lang].dir
        self.dutch_too = False

    def say(self, key: str, **values: Any) -> Told:
        """The words of a key, its holes filled."""
        current = self._speech.words.text(key, self.lang)[1]
        self.dutch_too |= not current
        own = self.lang if current else "nl"
        line = self._speech.line(key, self.lang if current else "nl", values)
        return {"text": line, "lang": own, "dir": self._speech.words.languages[own].dir}

    def plain(self, key: str, **values: Any) -> str:
        """The same without its language, where no mark can stand: in the name of a button, in a calendar."""
        return self.say(key, **values)["text"]

    def day(self, iso: str) -> str:
        """A day with its month, short."""
        return str(format_date(date.fromisoformat(iso), "d MMM", locale=self.lang))

    def has(self, key: str) -> bool:
        """Whether anybody wrote words for this key."""
        return self._speech.words.has(key)

    def names(self, slugs: Sequence[str]) -> str:
        """Items of the plan by their short names, in one line."""
        return ", ".join(self.plain(f"label.plan.{slug}") for slug in slugs)

    def grounds(self, key: str) -> tuple[str, ...]:
        """The facts that a message names."""
        return self._speech.content.messages[key].grounds

    def facts(self, grounds: Sequence[str]) -> list[dict[str, Any]]:
        """Each fact in words, where practice differs too, with its cautions, its certainty and its sources."""
        return [self._fact(name) for name in grounds if name in self._speech.content.law.facts]

    def card(self, slug: str) -> dict[str, Any]:
        """A Dutch sentence to show, with when to use it and what it means."""
        card = self._speech.content.cards[slug]
        words = {part: self.say(f"desk.{slug}.{part}") for part in ("title", "meaning")}
        return {**words, "when": self.say(card.when), "dutch": list(card.dutch), "facts": self.facts(card.grounds)}

    def has_card(self, slug: str) -> bool:
        """Whether there still is such a card."""
        return slug in self._speech.content.cards

    def terms(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """The Dutch legal terms in these texts that can be explained in this language."""
        found = self._speech.terms("\n".join(texts), self.lang)
        return [{"term": term.term, "meaning": term.meaning} for term in found]

    def draft(self) -> Told | None:
        """The remark about a language that nobody has signed yet."""
        is_draft = self._speech.words.languages[self.lang].state == "draft"
        return self.say("conversation.draft_language") if is_draft else None

    def _fact(self, name: str) -> dict[str, Any]:
        differs, fact = f"differs.{name}", self._speech.content.law.facts[name]
        return {
            "text": self.say(f"fact.{name}"),
            "practice": self.say(differs) if self.has(differs) else None,
            "cautions": self._speech.cautions((name,), self.lang, self.today),
            "certainty": self.say(f"sheet.certainty.{fact.certainty}"),
            "sources": [self._source(source) for source in self._speech.sources((name,))],
        }

    def _source(self, source: Any) -> Mapping[str, Any]:
        """Title and article are Dutch, whatever the language."""
        read = self.say("web.read_on", day={"date": source.read})
        about = " · ".join(filter(None, (source.title, source.article, source.dated)))
        return {"about": about, "url": source.url if source.url.startswith("https://") else "", "read": read}
