"""Our pages in the reader's words before any script runs: what [data-word] and its like hold is put in by the server.

What nobody has translated yet is Dutch and says so by its own `lang`.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from channels.webchat.sites import Site
from channels.words import Words

STATIC = Path(__file__).parent / "static"
_HTML = '<html lang="nl" dir="ltr">'
_WORDED = re.compile(r'data-word="([a-z_.]+)"([^>]*>)[^<]*')
_LABELLED = re.compile(r'data-label="([a-z_.]+)"([^>]*) aria-label="[^"]*"')
_FALLBACK = re.compile(r'<section id="fallback".*?</section>', re.DOTALL)
_LOGO = '<img src="/static/house.svg" alt=""'
_OF_PAGES = ("web.", "page.")


def texts(words: Words, lang: str, offered: Sequence[str]) -> dict[str, Any]:
    """All that the page itself says: {lang, dir, words, dutch, languages}; `dutch`: keys that are not translated."""
    found = {key: words.text(key, lang) for key in words.dutch if key.startswith(_OF_PAGES)}
    languages = [
        {"code": code, "name": one.name, "dir": one.dir, "state": one.state}
        for code, one in words.languages.items()
        if code in offered
    ]
    return {
        "lang": lang,
        "dir": words.languages[lang].dir,
        "words": {key: text for key, (text, _) in found.items()},
        "dutch": [key for key, (_, current) in found.items() if not current],
        "languages": languages,
    }


def door(words: Words, lang: str) -> str:
    """door.html; help for a browser that runs no script is the same as on the page of the talk."""
    help_without_script = _FALLBACK.findall(_file("index.html"))[0]
    return _put(_FALLBACK.sub(lambda _: help_without_script, _file("door.html")), words, lang)


def talk(words: Words, lang: str, offered: Sequence[str], kept: Mapping[str, str], site: Site | None = None) -> str:
    """The page of the talk, as it looks on this site. `kept`: of its address, what another language keeps too."""
    told = texts(words, lang, offered)
    page = _put(_file("index.html"), words, lang)
    options, links = [], []
    for one in told["languages"]:
        code, name, marked = one["code"], html.escape(one["name"]), f'lang="{one["code"]}" dir="{one["dir"]}"'
        chosen = " selected" if code == lang else ""
        options.append(f'<option value="{code}" {marked}{chosen}>{name}</option>')
        address = html.escape("?" + urlencode({**kept, "lang": code}))
        links.append(f'<a class="choice" href="{address}" {marked}>{name}</a>')
    page = page.replace("<!-- options -->", "".join(options), 1).replace("<!-- languages -->", "".join(links), 1)
    data = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    page = page.replace("<!-- words -->", f'<script type="application/json" id="words">{data}</script>', 1)
    return _dressed(page, site) if site else page


def kept(request: web.Request) -> dict[str, str]:
    """What stays of the address of the page when somebody changes its language."""
    return {name: request.query[name][:60] for name in ("post", "gemeente", "topic") if name in request.query}


def response(page: str, lang: str, **headers: str) -> web.Response:
    """The page of the talk as it goes out, small on the line; `headers` with _ for -."""
    told = {"Cache-Control": "no-cache", "Content-Language": lang, "Vary": "Accept-Language, Accept-Encoding"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    made = web.Response(text=page, content_type="text/html", headers=told)
    made.enable_compression()
    return made


def _dressed(page: str, site: Site) -> str:
    slug = site.slug
    page = page.replace("<html ", f'<html data-site="{slug}" ', 1)
    page = page.replace("<!-- theme -->", f'<link rel="stylesheet" href="/w/{slug}/theme.css">', 1)
    page = re.sub(r'data-exit="[^"]*"', lambda _: f'data-exit="{html.escape(site.exit)}"', page, count=1)
    page = page.replace('<p id="site" hidden></p>', f'<p id="site">{html.escape(site.name)}</p>', 1)
    if site.logo:
        page = page.replace(_LOGO, f'<img src="/w/{slug}/logo" alt="{html.escape(site.logo_alt)}"', 1)
    return page


def _put(template: str, words: Words, lang: str) -> str:
    def word(found: re.Match[str]) -> str:
        text, current = words.text(found[1], lang)
        dutch = "" if current else ' lang="nl" dir="ltr"'
        return f'data-word="{found[1]}"{dutch}{found[2]}{html.escape(text, quote=False)}'

    def label(found: re.Match[str]) -> str:
        return f'data-label="{found[1]}"{found[2]} aria-label="{html.escape(words.text(found[1], lang)[0])}"'

    told = _LABELLED.sub(label, _WORDED.sub(word, template))
    return told.replace(_HTML, f'<html lang="{lang}" dir="{words.languages[lang].dir}">', 1)


@cache
def _file(name: str) -> str:
    return (STATIC / name).read_text("utf-8")
