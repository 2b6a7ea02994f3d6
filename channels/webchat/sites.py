"""Sites that carry our chat: whose they are, where they stand, how they look. Strict reader of data/sites."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import Field

from actions.content import Content
from actions.yaml_files import BrokenData, Document, Errors, Strict, read, validate
from channels.speech import Speech
from channels.webchat import logos
from channels.webchat.themes import Theme, load_themes
from channels.words import Language

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LONGEST_GREETING = 300
_AWAY = "https://www.weeronline.nl/"
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]"
_ORIGIN = re.compile(rf"https://{_HOST}(?::[0-9]{{1,5}})?|http://(?:localhost|127\.0\.0\.1)(?::[0-9]{{1,5}})?")
_ADDRESS = re.compile(rf"https://{_HOST}(?::[0-9]{{1,5}})?(?:/[^\s\"'<>\\]*)?")


class Site(Strict):
    """One file of data/sites. `slug`: the name of the file. Empty `languages`: all that are offered.

    `origins`: the exact addresses whose pages may hold the chat, `preview_origins`: those of test servers.
    `greeting`: a text of the organisation itself per language; `exit`: where the button "away" leads.
    """

    slug: str
    name: str = Field(min_length=1, max_length=60)
    gemeente: str = ""
    origins: tuple[str, ...] = ()
    preview_origins: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    theme: str = "neutral"
    logo: str = ""
    logo_alt: str = Field(default="", max_length=100)
    greeting: dict[str, str] = Field(default_factory=dict)
    exit: str = _AWAY
    privacy: str = ""
    active: bool = True
    contact: str = Field(default="", max_length=200)

    @property
    def embedders(self) -> tuple[str, ...]:
        """Every address whose pages may hold this chat."""
        return tuple(dict.fromkeys((*self.origins, *self.preview_origins)))


@dataclass(frozen=True, slots=True)
class Sites:
    """All sites by slug, all themes by name, and in which folder the logos are."""

    by_slug: Mapping[str, Site] = field(default_factory=dict)
    themes: Mapping[str, Theme] = field(default_factory=dict)
    folder: Path = Path()

    def active(self, slug: object) -> Site | None:
        """The site that answers under this slug."""
        site = self.by_slug.get(slug) if isinstance(slug, str) else None
        return site if site and site.active else None

    def settled(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """An entry as we keep it: with a site only when that answers, and then with the gemeente of that site."""
        site = self.active(entry.get("site"))
        other = {key: value for key, value in entry.items() if key != "site"}
        if site is None:
            return other
        return {**other, "site": site.slug, **({"gemeente": site.gemeente} if site.gemeente else {})}

    def languages(self) -> dict[str, tuple[str, ...]]:
        """Slug → codes that a family can choose there, in that order; only for sites that chose some."""
        return {slug: site.languages for slug, site in self.by_slug.items() if site.languages}


def own_words(site: Site, lang: str, speech: Speech) -> dict[str, tuple[str, bool]]:
    """What the page of this site says beside our own words: key → text, and False where that is Dutch for want of one.

    Where the organisation has no greeting of its own in this language, ours stands.
    """
    own = site.greeting.get(lang, "")
    told = {"site.greeting": (own, True) if own else speech.words.text("site.greeting", lang)}
    if site.privacy:
        line = speech.line("site.privacy", lang, {"name": site.name})
        told["site.privacy"] = (line, speech.words.text("site.privacy", lang)[1])
    return told


def load_sites(folder: Path, data: Path, content: Content, languages: Mapping[str, Language]) -> Sites:
    """Every site of `folder` and every theme of `data`. Raises BrokenData with every error of both at once."""
    errors = Errors()
    themes: Mapping[str, Theme] = {}
    try:
        themes = load_themes(data / "themes")
    except BrokenData as broken:
        errors.found.extend(broken.errors)
    found: dict[str, Site] = {}
    offered = [code for code, language in languages.items() if language.state != "off"]
    names = [path.stem for path in (data / "themes").glob("*.yml")]  # also of those that cannot be read
    for path in sorted(folder.glob("*.yml")):
        document = read(path, errors)
        site = _site(document, errors) if document else None
        if document is None or site is None:
            continue
        _check(site, document, content, errors)
        _check_languages(site, document, offered, errors)
        _check_looks(site, document, themes, names, errors)
        found[site.slug] = site
    errors.raise_if_any()
    return Sites(found, themes, folder)


def _site(document: Document, errors: Errors) -> Site | None:
    if "slug" in document.data:
        errors.add(document.path, document.line("slug"), "slug is not a key here; the name of the file is the slug")
        return None
    if not SLUG.fullmatch(document.path.stem):
        sentence = "the name of this file cannot stand in an address; use small letters, digits and '-' only"
        errors.add(document.path, 1, sentence)
        return None
    return validate(Site, {**document.data, "slug": document.path.stem}, document, (), errors)


def _check(site: Site, document: Document, content: Content, errors: Errors) -> None:
    def wrong(sentence: str, *where: str | int) -> None:
        errors.add(document.path, document.line(*where), sentence)

    if site.gemeente and content.municipalities.get(site.gemeente) is None:
        wrong(f"'{site.gemeente}' is no gemeente; write a code such as GM0363", "gemeente")
    for key, origins in (("origins", site.origins), ("preview_origins", site.preview_origins)):
        for number, origin in enumerate(origins):
            if reason := _fault_of_origin(origin):
                wrong(f"'{origin}' {reason}", key, number)
    for key, address in (("exit", site.exit), ("privacy", site.privacy)):
        if (address or key == "exit") and not _ADDRESS.fullmatch(address):
            wrong(f"'{address}' is no address to send people to; write one such as https://www.voorbeeld.example/", key)


def _check_languages(site: Site, document: Document, offered: Sequence[str], errors: Errors) -> None:
    for number, code in enumerate(site.languages):
        line = document.line("languages", number)
        if code not in offered:
            errors.add(document.path, line, f"'{code}' is no language here; use some of {', '.join(offered)}")
        elif code in site.languages[:number]:
            errors.add(document.path, line, f"'{code}' stands here twice; keep one")
    if site.languages and "nl" not in site.languages:
        sentence = "nl is missing; what has no other words is shown in Dutch: add it"
        errors.add(document.path, document.line("languages"), sentence)
    _check_greeting(site, document, site.languages or offered, errors)


def _check_greeting(site: Site, document: Document, offered: Collection[str], errors: Errors) -> None:
    for code, text in site.greeting.items():
        line = document.line("greeting", code)
        if code not in offered:
            errors.add(document.path, line, f"'{code}' is no language of this site; use some of {', '.join(offered)}")
        if not text.strip() or len(text) > LONGEST_GREETING:
            sentence = f"the greeting is {len(text.strip())} characters; write 1 to {LONGEST_GREETING}"
            errors.add(document.path, line, sentence)


def _check_looks(
    site: Site, document: Document, themes: Mapping[str, Theme], names: Collection[str], errors: Errors
) -> None:
    def wrong(key: str, sentence: str) -> None:
        errors.add(document.path, document.line(key), sentence)

    if site.theme not in names:
        wrong("theme", f"'{site.theme}' is no theme; use one of {', '.join(sorted(names))}, or write data/themes/")
    theme = themes.get(site.theme)
    if theme and theme.only_for and site.gemeente not in theme.only_for:
        whose = ", ".join(theme.only_for)
        wrong("theme", f"'{site.theme}' is the house style of {whose}; choose neutral, or write a theme of your own")
    if site.logo and not logos.NAME.fullmatch(site.logo):
        wrong("logo", f"'{site.logo}' is no name of a logo; write that of an .svg or .png beside this file")
    elif site.logo and (reason := logos.fault(document.path.parent / site.logo)):
        wrong("logo", reason)
    if site.logo_alt and not site.logo:
        wrong("logo_alt", "describes a logo, and there is none; write logo, or remove this")


def _fault_of_origin(origin: str) -> str:
    """Why pages of this address cannot be allowed; "" when they can."""
    if _ORIGIN.fullmatch(origin):
        return ""
    if "*" in origin:
        return "allows more than one address; write each one in full, such as https://www.voorbeeldstad.example"
    host = re.match(r"https?://[^/?#\s]+", origin.lower())
    if host and _ORIGIN.fullmatch(host[0]):
        return f"has more than an address, or capitals; write {host[0]}"
    if origin.startswith("http://"):
        return "is not safe; write it with https:// (http:// only for localhost)"
    return "is no address of a website; write one such as https://www.voorbeeldstad.example"
