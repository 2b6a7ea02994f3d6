"""For a gemeente that wants the chat on its website: a page to look and copy from, and documents to begin with."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from channels.gateway import Gateway
from channels.pages import Pages, csp, preferred
from channels.settings import ROOT
from channels.webchat import documents, snippet
from channels.webchat.site_pages import TEMPLATES
from channels.webchat.sites import Site, Sites

PATH = "/for/gemeenten"
_FOLDER = ROOT / "docs" / "gemeente"
_WIDTHS = {"phone": "telefoon", "screen": "computer"}
_LANG = "nl"  # whoever decides about a website of a gemeente reads Dutch
_NAMES = (
    "privacy",
    "dpia",
    "algoritmeregister",
    "verwerkersovereenkomst",
    "toegankelijkheidsverklaring",
    "schermlezers",
)


class GemeentePages:
    """Routes of /for/gemeenten. `public_url`: where people find us, without "/"; it stands in the snippet."""

    def __init__(self, gateway: Gateway, sites: Sites, public_url: str) -> None:
        self._gateway, self._sites, self._public_url = gateway, sites, public_url
        self._words = gateway.parts.speech.words
        self._pages = Pages(gateway.parts.speech, TEMPLATES)
        self._documents = {name: documents.read(_FOLDER / f"{name}.md") for name in _NAMES}

    def add_to(self, app: web.Application) -> None:
        """Add them to an application."""
        app.router.add_get(PATH, self.page)
        app.router.add_get(f"{PATH}/{{name}}", self.document)

    async def page(self, request: web.Request) -> web.Response:
        """How it looks, and how it is put on a website. `?site=`, `?theme=`, `?lang=`, `?width=`: what is looked at."""
        sites = [site for site in self._sites.by_slug.values() if site.active]
        shown = self._sites.active(request.query.get("site")) or next(iter(sites), None)
        return self._pages.show(
            "gemeenten.html",
            _LANG,
            [_LANG],
            headers={"Content-Security-Policy": csp(frame_src="'self'")},
            sites=sites,
            themes=self._sites.themes,
            widths=_WIDTHS,
            known=self._words.languages,
            documents=self._documents,
            path=PATH,
            public_url=self._public_url,
            **self._chosen(request, shown),
        )

    def _chosen(self, request: web.Request, site: Site | None) -> dict[str, Any]:
        """What is looked at: the site, its languages, and what was chosen of colours, language and width."""
        if site is None:
            return {"site": None, "snippet": ""}
        offered = self._gateway.offered(self._sites.settled({"site": site.slug}))
        query = request.query
        theme, width = query.get("theme", ""), query.get("width", "")
        return {
            "site": site,
            "spoken": offered,
            "theme": theme if theme in self._sites.themes else site.theme,
            "width": width if width in _WIDTHS else "phone",
            "look_in": preferred(request, offered, query.get("lang", _LANG)),
            "snippet": snippet.html(site.slug, self._public_url, self._words),
        }

    async def document(self, request: web.Request) -> web.Response:
        """One document: as a page, or, when its name ends in .md, as a file to fill in."""
        wanted = request.match_info["name"]
        name = wanted.removesuffix(".md")
        document = self._documents.get(name)
        if document is None:
            offered = self._words.offered()
            lang = preferred(request, offered)
            return self._pages.show("no_site.html", lang, offered, status=404, why="unknown", name="", onwards="/")
        if wanted != name:
            headers = {"Content-Disposition": f'attachment; filename="{wanted}"', "Cache-Control": "no-cache"}
            return web.Response(text=document.text, content_type="text/markdown", charset="utf-8", headers=headers)
        return self._pages.show("document.html", _LANG, [_LANG], document=document, path=PATH, file=f"{name}.md")
