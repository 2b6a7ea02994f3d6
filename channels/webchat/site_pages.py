"""The chat as a website carries it: its page, its colours, its logo; and what a visitor reads where there is none.

Which website may hold a page is said to the browser (frame-ancestors). Nothing here sets a cookie.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from aiohttp import web
from markupsafe import escape

from channels.gateway import Gateway
from channels.pages import Pages, csp, preferred
from channels.webchat import filled, shelf, snippet
from channels.webchat.sites import Site, Sites, own_words

TEMPLATES = Path(__file__).parent / "templates"
# what stands in for the chat does nothing and knows nothing: it may be read wherever it turns up
_ANYWHERE = csp(frame_ancestors="*")
_PRIVACY = re.compile(r'<p data-word="web.privacy".*?</p>', re.DOTALL)
_GREETING = '<p id="greeting" hidden></p>'
_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class SitePages:
    """Routes below /w/<site>. `gateway`: whose words are said, and which languages a site offers."""

    def __init__(self, gateway: Gateway, sites: Sites) -> None:
        self._gateway, self._sites, self._words = gateway, sites, gateway.parts.speech.words
        self._pages = Pages(gateway.parts.speech, TEMPLATES)
        self._themes = {name: shelf.of(theme.css().encode(), ".css") for name, theme in sites.themes.items()}
        logo_of = ((site, sites.folder / site.logo) for site in sites.by_slug.values() if site.logo)
        self._loader = shelf.of(snippet.loader(), ".js")
        self._logos = {site.slug: shelf.of(path.read_bytes(), path.suffix) for site, path in logo_of}

    def add_to(self, app: web.Application) -> None:
        """Add them to an application."""
        app.router.add_get("/w/{site}", self.page)
        app.router.add_get("/w/{site}/theme.css", self.theme)
        app.router.add_get("/w/{site}/logo", self.logo)
        app.router.add_get(snippet.LOADER, self.loader)

    async def page(self, request: web.Request) -> web.Response:
        """The chat of this site, in `?lang=` or what the browser prefers; `?theme=` shows it in other colours."""
        site = self._sites.by_slug.get(request.match_info["site"])
        if site is None:
            return self._instead(request, 404, "unknown")
        if not site.active:
            return self._instead(request, 410, "off", site)
        if _elsewhere(request, site):
            return self._instead(request, 403, "elsewhere", site)
        offered = self._gateway.offered(self._sites.settled({"site": site.slug}))
        lang = preferred(request, offered, request.query.get("lang", ""))
        text = self._talk(site, lang, offered, filled.kept(request))
        theme = request.query.get("theme", "")
        if theme not in self._themes:
            return filled.response(text, lang, Content_Security_Policy=_policy(site.embedders))
        # only to look at: no other website can hold a page in colours that are not its own
        text = text.replace("theme.css", f"theme.css?theme={theme}", 1)
        return filled.response(text, lang, Content_Security_Policy=_policy(("'self'",)), X_Robots_Tag="noindex")

    async def theme(self, request: web.Request) -> web.Response:
        """The colours of this site, or those of `?theme=`."""
        site = self._sites.active(request.match_info["site"])
        if site is None:
            raise web.HTTPNotFound
        wanted = request.query.get("theme", "")
        return shelf.answer(request, self._themes[wanted if wanted in self._themes else site.theme])

    async def logo(self, request: web.Request) -> web.Response:
        """The logo of this site, which can do nothing, also when it is opened by itself."""
        site = self._sites.active(request.match_info["site"])
        if site is None or site.slug not in self._logos:
            raise web.HTTPNotFound
        return shelf.answer(request, self._logos[site.slug], Content_Security_Policy=_PICTURE)

    async def loader(self, request: web.Request) -> web.Response:
        """What a website runs to carry the chat. At its address it never changes: websites hold it to its hash."""
        forever = "public, max-age=31536000, immutable"
        return shelf.answer(request, self._loader, Cache_Control=forever, Access_Control_Allow_Origin="*")

    def _talk(self, site: Site, lang: str, offered: Sequence[str], kept: Mapping[str, str]) -> str:
        """The page of the talk with what this organisation says itself; that changes with the language, as all does."""
        own = own_words(site, lang, self._gateway.parts.speech)
        text = filled.talk(self._words, lang, offered, kept, site)
        text = text.replace(_GREETING, _worded("p", 'id="greeting"', "site.greeting", own), 1)
        if "site.privacy" not in own:
            return text
        address = f'href="{escape(site.privacy)}" target="_blank" rel="noopener"'
        link = f"<p>{_worded('a', address, 'site.privacy', own)}</p>"
        return _PRIVACY.sub(lambda found: found[0] + link, text, count=1)

    def _instead(self, request: web.Request, status: int, why: str, site: Site | None = None) -> web.Response:
        offered = self._words.offered()
        lang = preferred(request, offered, request.query.get("lang", ""))
        # where it may not stand on this page it is one tap away; everywhere else only the general page is left
        onwards = f"/w/{site.slug}" if site and site.active else "/"
        headers = {"Content-Security-Policy": _ANYWHERE}
        name = site.name if site else ""
        return self._pages.show(
            "no_site.html", lang, offered, status=status, headers=headers, why=why, name=name, onwards=onwards
        )


def _worded(tag: str, attributes: str, key: str, own: Mapping[str, tuple[str, bool]]) -> str:
    text, current = own[key]
    dutch = "" if current else ' lang="nl" dir="ltr"'
    return f'<{tag} {attributes} data-word="{key}"{dutch}>{escape(text)}</{tag}>'


def _policy(embedders: tuple[str, ...]) -> str:
    """What the page of a chat may do, and which websites may hold it."""
    return csp(font_src="'none'", form_action="'none'", frame_ancestors=" ".join(embedders) or "'none'")


def _elsewhere(request: web.Request, site: Site) -> bool:
    """Whether the browser tells that another website is about to hold this page: then it gets a page that explains.

    A kindness, no lock: where the browser tells nothing, its frame-ancestors keep the page out.
    """
    headers = request.headers
    if headers.get("Sec-Fetch-Dest") != "iframe" or headers.get("Sec-Fetch-Site") == "same-origin":
        return False
    origin = re.match(r"https?://[^/?#]+", headers.get("Referer", ""))
    return origin is not None and origin[0] not in site.embedders
