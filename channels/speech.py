"""From what the bot means (keys and values) to what a family reads (words in a language)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from actions.content import Content
from channels.envelope import Author, Choice, Outgoing, Source
from channels.words import Words, plain

_HOLE = re.compile(r"\{(\w+)\}")
_ISOLATE, _POP = "\u2068", "\u2069"
# CLDR has the month names of Papiamentu but not its way to join them
_DATE_PATTERNS = {"pap": "d 'di' MMMM y"}
_PLAN_GROUPS = ((-120, "early"), (-30, "months"), (0, "weeks"), (8, "arrival"), (10_000, "settled"))


@dataclass(frozen=True, slots=True)
class Speech:
    """Renders for one content version. Raises KeyError for a key without words: a promise test walks all keys."""

    content: Content
    words: Words

    def render(self, meant: Mapping[str, Any], lang: str, today: date, author: Author = "bot") -> Outgoing:
        """One payload of the bot (`say`, `finding`, `plan`, `summary`) as one message."""
        if "finding" in meant:
            key, lines = self._finding(meant["finding"], lang)
        elif "plan" in meant:
            key, lines = "plan.title", self._plan(meant["plan"], lang)
        elif "summary" in meant:
            key, lines = "summary.title", self._summary(meant["summary"], lang)
        else:
            key, lines = meant["say"], [self.line(meant["say"], lang, meant.get("with"))]
        grounds = tuple(meant.get("grounds") or self._own_grounds(key))
        lines += self._cautions(grounds, lang, today)
        if not all(self.words.text(part, lang)[1] for part in (key, *_parts(meant))):
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
        )

    def line(self, key: str, lang: str, values: Mapping[str, Any] | None = None) -> str:
        """The words of one key with its holes filled; dates and numbers as this language writes them."""
        text, _ = self.words.text(key, lang)
        return _HOLE.sub(lambda hole: self._value((values or {})[hole[1]], lang), text)

    def choice(self, choice_id: str, lang: str) -> Choice:
        """A choice id with the title a family reads."""
        return Choice(choice_id, self._title(choice_id, lang))

    def _title(self, choice_id: str, lang: str) -> str:
        if choice_id.startswith("lang:"):
            return self.words.languages[choice_id[5:]].name
        if choice_id.startswith("change."):
            return self.line(f"label.{choice_id[7:]}", lang)
        if "=" in choice_id:
            question, value = choice_id.removeprefix("ask.").split("=", 1)
            general = f"choice.{value}"
            return self.line(
                f"choice.{question}.{value}" if self.words.has(f"choice.{question}.{value}") else general, lang
            )
        return self.line(f"choice.{choice_id}", lang)

    def match(self, text: str, offered: Iterable[Mapping[str, str]]) -> str | None:
        """The offered choice that somebody typed instead of tapped, by its title; None when it is none of them."""
        wanted = plain(text)
        return next((choice["id"] for choice in offered if wanted and plain(choice["title"]) == wanted), None)

    def match_title(self, choice_id: str, offered: Iterable[Iterable[Mapping[str, str]]]) -> str:
        """The title under which this choice was offered; its id when it was not."""
        titles = (choice["title"] for choices in offered for choice in choices if choice["id"] == choice_id)
        return next(titles, choice_id)

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
        if meant.get("languages"):
            return [f"lang:{code}" for code in self.words.offered()]
        message = self.content.messages.get(key)
        return list(meant.get("choices", message.choices if message else ()))

    def _cautions(self, grounds: Sequence[str], lang: str, today: date) -> list[str]:
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
        lines = [self.line(f"outcome.{finding['outcome']}", lang), self.line(finding["key"], lang, values)]
        if finding["steps"]:
            lines += ["", self.line("finding.steps_title", lang)]
            lines += [f"{number}. {self.line(step, lang, values)}" for number, step in enumerate(finding["steps"], 1)]
        if contacts := [code for code in finding["contacts"] if code != "person"]:
            lines += ["", self.line("finding.contacts_title", lang)]
            lines += [f"• {self.line(f'contact.{code}', lang)}" for code in contacts]
        lines += ["", self.line("finding.no_decision", lang, {"receipt": finding["receipt"]})]
        return finding["key"], lines

    def _plan(self, items: Sequence[Mapping[str, Any]], lang: str) -> list[str]:
        lines, last = [self.line("plan.title", lang)], ""
        for item in items:
            group = "now" if item.get("overdue") else next(name for limit, name in _PLAN_GROUPS if item["when"] < limit)
            if group != last:
                lines += ["", self.line(f"plan.group.{group}", lang)]
                last = group
            due = f" ({self._value({'date': item['due']}, lang)})" if item.get("due") else ""
            lines.append(f"☐ {self.line(item['say'], lang)}{due}")
        return lines

    def _summary(self, answers: Sequence[Mapping[str, Any]], lang: str) -> list[str]:
        lines = [self.line("summary.title", lang)]
        for answer in answers:
            label = self.line(f"label.{answer['field']}", lang)
            lines.append(f"• {label}: {self._answer(answer, lang)}")
        return lines

    def _answer(self, answer: Mapping[str, Any], lang: str) -> str:
        field, value = answer["field"], answer["value"]
        if isinstance(value, list):
            return ", ".join(self._title(f"ask.{field}={part}", lang) for part in value)
        if isinstance(value, bool):
            return self.line("choice.yes" if value else "choice.no", lang)
        if value == "unsure" or self.words.has(f"choice.{field}.{value}"):
            return self._title(f"ask.{field}={value}", lang)
        is_day = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)
        return self._value({"date": value} if is_day else value, lang)

    def _value(self, value: Any, lang: str) -> str:
        if isinstance(value, Mapping) and "date" in value:
            text = format_date(date.fromisoformat(value["date"]), _DATE_PATTERNS.get(lang, "long"), locale=lang)
        elif isinstance(value, Mapping) and "say" in value:
            text = self.line(value["say"], lang)
        elif isinstance(value, int):
            text = format_decimal(value, locale=lang)
        else:
            text = str(value)
        return f"{_ISOLATE}{text}{_POP}" if self.words.languages[lang].dir == "rtl" else text


def _parts(meant: Mapping[str, Any]) -> list[str]:
    """Keys of the sentences inside a finding or a plan: one of them in Dutch is enough to say so."""
    finding = meant.get("finding") or {}
    contacts = [f"contact.{code}" for code in finding.get("contacts", ()) if code != "person"]
    return [*finding.get("steps", ()), *contacts, *(item["say"] for item in meant.get("plan", ()))]
