"""Templates: fixed messages that Meta approves beforehand. What they must be, what Meta has, and what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from actions.yaml_files import Document, Errors, Strict, read, validate
from channels.whatsapp.graph import Graph
from channels.whatsapp.limits import LIMITS
from channels.whatsapp.numbers import Number
from channels.words import Words

_FIELDS = "name,language,status,category,components,rejected_reason"
_PAGES = 20


class _Definition(Strict):
    name: str = Field(pattern=r"^[a-z0-9_]{1,100}$")
    category: Literal["UTILITY"]
    body: str
    button: str


class _Kept(Strict):
    """Under which of its codes Meta keeps a language of ours, and under what ending of the name."""

    code: str
    suffix: str = Field(default="", pattern=r"^[a-z_]{0,10}$")


class _File(Strict):
    templates: dict[str, _Definition]
    languages: dict[str, _Kept]
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Template:
    """One template in one language of ours; `name` and `code` say which it is at Meta."""

    key: str
    lang: str
    name: str
    code: str
    category: str
    body: str
    button: str

    @property
    def components(self) -> list[dict[str, Any]]:
        """Its content, as Meta writes it."""
        return [
            {"type": "BODY", "text": self.body},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": self.button}]},
        ]


@dataclass(frozen=True, slots=True)
class Templates:
    """Every template with current words, and which languages have none (key, language): those are never submitted."""

    by_key: Mapping[tuple[str, str], Template]
    untranslated: tuple[tuple[str, str], ...]

    def definitions(self) -> list[Template]:
        """What Meta must have."""
        return list(self.by_key.values())

    def for_language(self, key: str, lang: str) -> tuple[str, str]:
        """Name and code to send `key` with; the Dutch one for a language without current words. Raises KeyError."""
        template = self.by_key.get((key, lang)) or self.by_key[key, "nl"]
        return template.name, template.code


class What(StrEnum):
    """In what respect Meta has something else than we mean."""

    MISSING = "missing"
    TEXT = "other text"
    CATEGORY = "other category"
    WAITING = "not approved yet"
    REJECTED = "rejected"
    PAUSED = "paused"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Difference:
    """`told`: what Meta has, or its reason; `id`: of the template at Meta, "" when it has none."""

    template: Template
    what: What
    told: str = ""
    id: str = ""

    @property
    def can_submit(self) -> bool:
        """Whether submitting our text mends this."""
        return self.what in (What.MISSING, What.TEXT)


def load_templates(data: Path, words: Words) -> Templates:
    """Read data/whatsapp/templates.yml. Raises BrokenData with every error at once."""
    errors = Errors()
    document = read(data / "whatsapp" / "templates.yml", errors)
    file = validate(_File, document.data, document, (), errors) if document else None
    found: dict[tuple[str, str], Template] = {}
    untranslated: list[tuple[str, str]] = []
    if document and file:
        _check(file, document, words, errors)
        errors.raise_if_any()
        for key, definition in file.templates.items():
            for lang, kept in file.languages.items():
                if template := _template(key, definition, lang, kept, words):
                    found[key, lang] = template
                    _fits(template, document, errors)
                else:
                    untranslated.append((key, lang))
    errors.raise_if_any()
    return Templates(found, tuple(untranslated))


def compare(templates: Iterable[Template], existing: Iterable[Mapping[str, Any]]) -> list[Difference]:
    """Where what Meta has (`existing`, as it tells it) differs from what it must have. Empty: all are ready."""
    there = {(one.get("name"), one.get("language")): one for one in existing}
    return [
        found for template in templates for found in _differences(template, there.get((template.name, template.code)))
    ]


async def existing(graph: Graph, number: Number, token: str) -> list[dict[str, Any]]:
    """All templates of the number's account, as Meta tells them. Raises what Graph raises."""
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    for _ in range(_PAGES):
        path = f"{number.account_id}/message_templates"
        page = await graph.get(path, token, fields=_FIELDS, limit="100", **after)
        found += [one for one in page.get("data") or () if isinstance(one, dict)]
        paging = page.get("paging") or {}
        if not paging.get("next"):
            break
        after = {"after": str(paging["cursors"]["after"])}
    return found


async def submit(graph: Graph, number: Number, token: str, difference: Difference) -> str:
    """Register the template, or give it our text; Meta's word for how it stands now. Raises what Graph raises."""
    template = difference.template
    if difference.id:
        await graph.post(difference.id, token, {"components": template.components})
        return "PENDING"
    told = await graph.post(
        f"{number.account_id}/message_templates",
        token,
        {
            "name": template.name,
            "language": template.code,
            "category": template.category,
            "components": template.components,
        },
    )
    return f"{told.get('status', 'PENDING')} as {told.get('category', template.category)}"


def _check(file: _File, document: Document, words: Words, errors: Errors) -> None:
    def wrong(where: tuple[str, ...], sentence: str) -> None:
        errors.add(document.path, document.line(*where), sentence)

    for key, definition in file.templates.items():
        for part, message in (("body", definition.body), ("button", definition.button)):
            if not words.has(message):
                wrong(("templates", key, part), f"'{message}' has no words in data/messages")
    for lang in words.languages.keys() - file.languages.keys():
        wrong(("languages",), f"'{lang}' is missing; say how Meta keeps it")
    taken: set[_Kept] = set()
    for lang, kept in file.languages.items():
        if lang not in words.languages:
            wrong(("languages", lang), f"'{lang}' is no language here; see locales/languages.yml")
        if kept.code not in file.known:
            wrong(("languages", lang), f"'{kept.code}' is no code of Meta's; use one of `known` and a suffix")
        if kept in taken:
            wrong(("languages", lang), f"'{lang}' shares its place at Meta with another; give it a suffix")
        taken.add(kept)


def _template(key: str, definition: _Definition, lang: str, kept: _Kept, words: Words) -> Template | None:
    (body, current), (button, same) = words.text(definition.body, lang), words.text(definition.button, lang)
    if not (current and same):
        return None
    return Template(key, lang, definition.name + kept.suffix, kept.code, definition.category, body, button)


def _fits(template: Template, document: Document, errors: Errors) -> None:
    for part, text, most in (
        ("body", template.body, LIMITS.template_body),
        ("button", template.button, LIMITS.template_button),
    ):
        if len(text) > most:
            line = document.line("templates", template.key, part)
            sentence = (
                f"in '{template.lang}' it has {len(text)} characters and may have {most}; shorten the translation"
            )
            errors.add(document.path, line, sentence)


def _differences(template: Template, there: Mapping[str, Any] | None) -> Iterable[Difference]:
    if there is None:
        yield Difference(template, What.MISSING)
        return
    known = str(there.get("id") or "")
    if _content(there.get("components")) != _content(template.components):
        yield Difference(template, What.TEXT, id=known)
    if (category := str(there.get("category"))) != template.category:
        yield Difference(template, What.CATEGORY, category, known)
    status = str(there.get("status"))
    if status != "APPROVED":
        reason = there.get("rejected_reason")
        told = str(reason) if status == "REJECTED" and reason not in (None, "NONE") else status
        yield Difference(template, _STANDS.get(status, What.UNUSABLE), told, known)


_STANDS = {
    "PENDING": What.WAITING,
    "IN_APPEAL": What.WAITING,
    "REJECTED": What.REJECTED,
    "PAUSED": What.PAUSED,
}


def _content(components: Any) -> list[tuple[str, str, str]]:
    """What somebody reads: each part and its words; in whatever order and with whatever ids Meta tells them."""
    parts = [part for part in components or () if isinstance(part, dict)]
    return sorted(
        (str(part.get("type")).upper(), str(words.get("type")).upper(), str(words.get("text")).strip())
        for part in parts
        for words in part.get("buttons") or (part,)
    )
