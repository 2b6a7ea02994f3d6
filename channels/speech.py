"""From what the bot means (keys and values) to what a family reads (words in a language)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale

from actions.content import Content
from channels.envelope import Author, Choice, Outgoing, Source, Term, letter_blocks
from channels.filling import ISOLATE, POP, fill, written
from channels.spoken import keys_in
from channels.titles import title
from channels.words import Words, plain

# "(29 325, nr. 192)" in an Arabic line would be read from the wrong side
_LATIN_ASIDE = re.compile(r"\(([A-Za-z0-9][^(){}]*)\)")
# a Dutch sentence between quotation marks, full stop and all
_LATIN_QUOTE = re.compile(r'("[A-Za-z0-9][^"{}\n]*")')
# a telephone number: its groups of digits would be read from the wrong side
_NUMBER = re.compile(r"(?:\+|\b0)\d[\d-]*(?: \d+)+")
_LIGHTS = {"not_yet": "🔴", "prepare": "🟠", "ready": "🟢"}  # beside the words, never instead of them


@dataclass(frozen=True, slots=True)
class Speech:
    """Renders for one content version. Raises KeyError for a key without words: a promise test walks all keys."""

    content: Content
    words: Words

    def render(self, meant: Mapping[str, Any], lang: str, today: date, author: Author = "bot") -> Outgoing:
        """One payload of the bot (`say`, `finding`, `plan`, `item`, `summary`) as one message.

        `in`: another language than the talk's. `sorry`: a line in a language that we do not write. `below`: lines that
        are already words.
        """
        lang = meant.get("in", lang)
        if sorry := meant.get("sorry"):
            return Outgoing(author, "language.sorry", sorry, lang, meant["dir"])
        key, lines = self._told(meant, lang)
        grounds = tuple(meant.get("grounds") or self._own_grounds(key))
        if self.words.has(practice := key.replace("fact.", "differs.", 1)) and practice != key:
            lines.append(self.line(practice, lang))
        lines += self.cautions(grounds, lang, today)
        if not all(self.words.text(part, lang)[1] for part in (key, *keys_in(meant))):
            lines.insert(0, self.line("system.not_translated", lang))
        return Outgoing(
            author=author,
            key=key,
            text="\n".join(lines),
            lang=lang,
            dir=self.words.languages[lang].dir,
            choices=tuple(self.choice(choice, lang) for choice in self._choices(meant, key)),
            sources=tuple(self.sources(grounds)),
            receipt=(meant.get("finding") or {}).get("receipt"),
            card=self._shown(meant["card"], lang) if "card" in meant else None,
            letter=meant["letter"]["written"] if "letter" in meant else None,
            terms=tuple(self.terms("\n".join(lines), lang)) if grounds else (),
        )

    def _told(self, meant: Mapping[str, Any], lang: str) -> tuple[str, list[str]]:
        """The key under which a payload is known, and its lines."""
        if "finding" in meant:
            return self._finding(meant["finding"], lang)
        if "plan" in meant:
            return "plan.title", self._plan(meant, lang)
        if "item" in meant:
            return meant["item"]["say"], self._item(meant["item"], lang)
        if "summary" in meant:
            return "summary.title", self._summary(meant["summary"], lang)
        if "card" in meant:
            return f"desk.{meant['card']}.meaning", self._card(meant["card"], lang)
        if "letter" in meant:
            return f"letter.{meant['letter']['written']['name']}.meaning", self._letter(meant["letter"], lang)
        if "lines" in meant:
            return meant["lines"][0]["say"], [self.line(p["say"], lang, p["with"]) for p in meant["lines"]]
        below = [meant["below"]] if "below" in meant else []
        return meant["say"], [self.line(meant["say"], lang, meant.get("with")), *below]

    def terms(self, text: str, lang: str) -> Iterator[Term]:
        """The legal terms in this text that can be explained in this language, in the order of the glossary."""
        for slug, term in self.content.glossary.items():
            meaning, current = self.words.text(f"term.{slug}", lang)
            if current and re.search(rf"\b{re.escape(term.term)}\b", text, re.IGNORECASE):
                yield Term(term.term, f"{term.english}. {meaning}" if lang == "en" else meaning)

    def line(self, key: str, lang: str, values: Mapping[str, Any] | None = None) -> str:
        """The words of one key with its holes filled; dates and numbers as this language writes them."""
        text, _ = self.words.text(key, lang)
        rtl = self._rtl(lang)
        if rtl and not key.startswith(("choice.", "label.")):
            text = _LATIN_ASIDE.sub(f"({ISOLATE}\\1{POP})", text)
            text = _LATIN_QUOTE.sub(f"{ISOLATE}\\1{POP}", text)
            text = _NUMBER.sub(f"{ISOLATE}\\g<0>{POP}", text)
        told = {name: self._worded(value, lang) for name, value in (values or {}).items()}
        return fill(text, told, lang, isolate=rtl)

    def choice(self, choice_id: str, lang: str) -> Choice:
        """A choice id with the title a family reads."""
        return Choice(choice_id, title(choice_id, lang, self.line, self.words, self.content))

    def match(self, text: str, offered: Iterable[Mapping[str, str]]) -> str | None:
        """The offered choice that somebody typed instead of tapped, by its title; None when it is none of them."""
        wanted = plain(text)
        return next((choice["id"] for choice in offered if wanted and plain(choice["title"]) == wanted), None)

    def typed(self, text: str, offered: Sequence[Sequence[Mapping[str, str]]]) -> str | None:
        """The choice typed by its title, of the newest ones; a list of languages does not hide the question."""
        beside = any(choice["id"].startswith("lang:") for choice in offered[0]) if offered else False
        newest = (choice for choices in offered[: 1 + beside] for choice in choices)
        return self.match(text, (choice for choice in newest if not choice["id"].startswith("lang:")))

    def match_title(self, choice_id: str, offered: Iterable[Iterable[Mapping[str, str]]]) -> str:
        """The title under which this choice was offered; its id when it was not."""
        titles = (choice["title"] for choices in offered for choice in choices if choice["id"] == choice_id)
        return next(titles, choice_id)

    def heard(self, text: str, choice: str, lang: str, offered: Sequence[Sequence[Mapping[str, str]]]) -> Outgoing:
        """What a family typed or tapped, as it stands in the talk; of a tap the Dutch, for who reads along."""
        known = any(one["id"] == choice for choices in offered for one in choices)
        return Outgoing(
            author="family",
            key="family.choice" if choice else "family.text",
            text=self.match_title(choice, offered) if choice else text,
            lang=lang,
            dir=self.words.languages[lang].dir,
            facts={"choice": choice, "dutch": self.choice(choice, "nl").title} if known else {},
        )

    def sources(self, grounds: Sequence[str]) -> list[Source]:
        """What these facts rest on, without doubles."""
        law, found = self.content.law, {}
        for fact_id in grounds:
            fact = law.facts[fact_id]
            for citation in fact.sources:
                source = law.sources[citation.source]
                found[(citation.source, citation.article)] = Source(
                    fact_id,
                    source.title,
                    citation.article,
                    source.url,
                    source.dated,
                    fact.reviewed.isoformat(),
                    fact.certainty,
                )
        return list(found.values())

    def _own_grounds(self, key: str) -> tuple[str, ...]:
        message = self.content.messages.get(key)
        return message.grounds if message else ()

    def _choices(self, meant: Mapping[str, Any], key: str) -> list[str]:
        message = self.content.messages.get(key)
        return list(meant.get("choices", message.choices if message else ()))

    def cautions(self, grounds: Sequence[str], lang: str, today: date) -> list[str]:
        """What is not sure about these facts, or was not read again in time."""
        law = self.content.law
        facts = [law.facts[fact_id] for fact_id in grounds]
        lines = []
        if expired := [fact.review_by for fact in facts if fact.review_by < today]:
            lines.append(self.line("certainty.expired", lang, {"day": {"date": min(expired).isoformat()}}))
        found = {fact.certainty for fact in facts}
        doubts = [doubt for doubt in ("contested", "unverified") if doubt in found]
        return [*lines, *(self.line(f"certainty.{doubt}", lang) for doubt in doubts)]

    def _finding(self, finding: Mapping[str, Any], lang: str) -> tuple[str, list[str]]:
        values = finding["values"]
        own = f"outcome.{finding['right']}.{finding['outcome']}"
        outcome = own if self.words.has(own) else f"outcome.{finding['outcome']}"
        lines = [self.line(outcome, lang), self.line(finding["key"], lang, values)]
        if finding["steps"]:
            lines += ["", self.line("finding.steps_title", lang)]
            lines += [f"{number}. {self.line(step, lang, values)}" for number, step in enumerate(finding["steps"], 1)]
        if contacts := [code for code in finding["contacts"] if code != "person"]:
            lines += ["", self.line("finding.contacts_title", lang)]
            lines += [f"• {self.line(f'contact.{code}', lang)}" for code in contacts]
        lines += ["", self.line("finding.no_decision", lang, {"receipt": finding["receipt"]})]
        return finding["key"], lines

    def _plan(self, meant: Mapping[str, Any], lang: str) -> list[str]:
        lines, last = [*self._light(meant.get("light"), lang), self.line("plan.title", lang)], ""
        if "progress" in meant:
            lines.append(self.line("planning.progress", lang, meant["progress"]))
        if not meant.get("calendar", True):
            lines.append(self.line("planning.no_dates", lang))
        for item in meant["plan"]:
            group = "now" if item.get("overdue") else item.get("group", "early")
            if group != last:
                lines += ["", self.line(f"plan.group.{group}", lang)]
                last = group
            due = f" ({self._value({'date': item['due']}, lang)})" if item.get("due") else ""
            lines.append(f"☐ {self.line(item['say'], lang)}{due}")
            if item.get("waits_for"):
                lines.append(f"   – {self.line('planning.first', lang, self._names(item['waits_for'], lang))}")
        if meant.get("done"):
            lines += ["", self.line("planning.done_title", lang)]
            lines += [f"☑ {self.line(f'label.plan.{slug}', lang)}" for slug in meant["done"]]
        if meant.get("more"):
            lines += ["", self.line("planning.more", lang, {"number": meant["more"]})]
        return lines

    def _light(self, light: Mapping[str, Any] | None, lang: str) -> list[str]:
        """The advice about leaving, above the plan: what, why, and that it is no more than advice."""
        if not light:
            return []
        reasons = [f"• {self.line(reason['say'], lang, reason['with'])}" for reason in light["reasons"]]
        advice = f"{_LIGHTS[light['colour']]} {self.line(light['say'], lang)}"
        return [advice, *reasons, self.line("light.advice", lang), ""]

    def _item(self, item: Mapping[str, Any], lang: str) -> list[str]:
        """One item of the plan in full."""
        lines = [self.line(item["say"], lang), ""]
        if item["done"]:
            lines.append(f"☑ {self.line('planning.is_done', lang)}")
        elif item["due"]:
            key = "planning.overdue" if item["late"] else "planning.due"
            lines.append(self.line(key, lang, {"day": {"date": item["due"]}}))
        elif item["overdue"]:
            lines.append(self.line("planning.urgent", lang))
        if item["waits_for"]:
            lines.append(f"– {self.line('planning.blocked', lang, self._names(item['waits_for'], lang))}")
        lines.append(self.line(f"planning.who.{item['who']}", lang))
        lines += ["", self.line("planning.proof", lang), self.line(item["proof"], lang)]
        lines += ["", self.line("planning.why", lang), self.line(item["why"], lang)]
        return [*lines, "", self.line("planning.link", lang, {"address": item["link"]})] if item["link"] else lines

    def _names(self, slugs: Iterable[str], lang: str) -> dict[str, str]:
        """Items by their short names, to fill the hole {what}."""
        return {"what": ", ".join(self.line(f"label.plan.{slug}", lang) for slug in slugs)}

    def _summary(self, answers: Sequence[Mapping[str, Any]], lang: str) -> list[str]:
        lines = [self.line("summary.title", lang)]
        for answer in answers:
            label = self.line(f"label.{answer['field']}", lang)
            lines.append(f"• {label}: {self.answer(answer, lang)}")
        return lines

    def _card(self, slug: str, lang: str) -> list[str]:
        card = self.content.cards[slug]
        words = [self.line(key, lang) for key in (card.when, "desk.say_or_show", "desk.means", f"desk.{slug}.meaning")]
        when, show, means, meaning = words
        return [when, "", show, *card.dutch, "", means, meaning, "", self.line("desk.only_true", lang)]

    def _shown(self, slug: str, lang: str) -> dict[str, Any]:
        """A card as the page shows it large; `lang` and `dir` are Dutch where its words are not translated."""
        own = lang if self.words.text(f"desk.{slug}.meaning", lang)[1] else "nl"
        title, meaning = (self.line(f"desk.{slug}.{part}", own) for part in ("title", "meaning"))
        dutch = list(self.content.cards[slug].dutch)
        told = {"name": slug, "title": title, "dutch": dutch, "meaning": meaning}
        return {**told, "lang": own, "dir": self.words.languages[own].dir}

    def _letter(self, letter: Mapping[str, Any], lang: str) -> list[str]:
        meaning = self.line(f"letter.{letter['written']['name']}.meaning", lang)
        first, *notes = (self.line(note["say"], lang, note.get("with")) for note in letter["notes"])
        dutch = (line for block in letter_blocks(letter["written"]) for line in (*block, ""))
        told = [self.line("letter.means", lang), meaning, "", self.line("letter.send_title", lang)]
        told += [*(f"• {note}" for note in notes), "", self.line("letter.end", lang)]
        return [self.line("letter.intro", lang), first, "", *dutch, *told]

    def answer(self, answer: Mapping[str, Any], lang: str) -> str:
        """One answer of a situation, {field, value}, in words."""
        field, value = answer["field"], answer["value"]
        if isinstance(value, list):
            return ", ".join(self.choice(f"ask.{field}={part}", lang).title for part in value)
        if isinstance(value, bool):
            return self.line("choice.yes" if value else "choice.no", lang)
        if value == "unsure" or self.words.has(f"choice.{field}.{value}"):
            return self.choice(f"ask.{field}={value}", lang).title
        if field == "town" and (town := self.content.municipalities.get(str(value))):
            return town.name
        if field == "country":
            named = (Locale.parse(code).territories.get(value) for code in (lang, "nl"))
            return next(filter(None, named), str(value))
        day = {"date": value} if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) else value
        return self._value(day, lang)

    def _value(self, value: Any, lang: str) -> str:
        return written(self._worded(value, lang), lang, isolate=self._rtl(lang))

    def _worded(self, value: Any, lang: str) -> Any:
        """A value that is itself a message, in words; all others as they are."""
        return self.line(value["say"], lang) if isinstance(value, Mapping) and "say" in value else value

    def _rtl(self, lang: str) -> bool:
        return self.words.languages[lang].dir == "rtl"
