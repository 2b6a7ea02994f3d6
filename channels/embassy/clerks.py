"""The page for the people at the counter of a post, in Dutch and English. Strict reader of data/embassy/clerks.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from actions.content import Content
from actions.yaml_files import Errors, Strict, read, validate
from channels.embassy.kit import Kit


class Section(Strict):
    """A heading, what to do, and the facts below it."""

    title: str = Field(min_length=1)
    lines: tuple[str, ...] = Field(min_length=1)
    facts: tuple[str, ...] = ()


class Clerks(Strict):
    """One language of the page; `website` and what follows: what an editor reads above the texts for a website."""

    title: str = Field(min_length=1)
    intro: str = Field(min_length=1)
    website_title: str = Field(min_length=1)
    website: str = Field(min_length=1)
    page: str = Field(min_length=1)
    form: str = Field(min_length=1)
    sections: tuple[Section, ...] = Field(min_length=1)


def load_clerks(data: Path, content: Content) -> dict[str, Clerks]:
    """Language → its page. Raises BrokenData with every error at once."""
    errors, path = Errors(), data / "embassy" / "clerks.yml"
    found: dict[str, Clerks] = {}
    document = read(path, errors)
    for lang in document.data if document else ():
        if document and (page := validate(Clerks, document.data[lang], document, (lang,), errors)):
            found[lang] = page
            for name in (name for section in page.sections for name in section.facts):
                if name not in content.law.facts:
                    errors.add(path, document.line(lang), f"'{name}' does not stand in data/rights")
    errors.raise_if_any()
    return found


def pages(kit: Kit, clerks: dict[str, Clerks]) -> dict[str, Any]:
    """Everything that the page shows. Raises ValueError for a fact that may not be printed."""
    return {
        "lang": "nl",
        "dir": "ltr",
        "name": f"{clerks['nl'].title}, {kit.post.name}",
        "post": kit.post.name,
        "pages": [_page(kit, lang, page) for lang, page in clerks.items()],
    }


def _page(kit: Kit, lang: str, page: Clerks) -> dict[str, Any]:
    facts = [name for section in page.sections for name in section.facts]
    sections = [
        {
            "title": section.title,
            "lines": list(section.lines),
            "facts": [kit.say(f"fact.{name}", lang) for name in kit.printable(section.facts)],
        }
        for section in page.sections
    ]
    told = {"lang": lang, "title": page.title, "intro": page.intro, "sections": sections}
    words = {"dated": kit.dated(facts, lang), "sources_title": kit.say("web.sources", lang)}
    return {**told, **words, "sources": kit.sources(facts)}


def markdown(told: dict[str, Any]) -> str:
    """The same page as text, to put into a mail or an own handbook."""
    blocks: list[str] = []
    for page in told["pages"]:
        blocks += [f"# {page['title']}", told["post"], page["intro"]]
        for section in page["sections"]:
            lines = "\n".join(f"- {line}" for line in section["lines"])
            blocks += [f"## {section['title']}", lines, *(f"> {words['text']}" for words in section["facts"])]
        blocks += [page["dated"]["text"], f"{page['sources_title']['text']}: {' · '.join(page['sources'])}"]
    return "\n\n".join(blocks) + "\n"
