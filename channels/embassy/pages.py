"""The page behind the link or the printed code of a post: `/e/<post>` and `/d/<code>`. It needs no script.

It carries post, language and subject, and nothing else. A visit is counted as one more on that day, without any mark of
who it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from actions.posts import Post
from channels.embassy.hours import desks
from channels.entries import code_in, hint
from channels.handoff.casework import Office
from channels.pages import Pages, csp, preferred
from channels.storage import entries
from channels.storage.store import Store

log = logging.getLogger(__name__)
Phone = Callable[[str], str]  # of a post: our WhatsApp number for its families, as wa.me takes it; "" for none
_AHEAD = ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz")  # says that a browser looks ahead, and nobody reads


class EmbassyPages:
    """The handlers; `add_to` puts them on an application."""

    def __init__(self, store: Store, office: Office, phone: Phone) -> None:
        self._store, self._office, self._phone = store, office, phone
        self._content, self._words = office.speech.content, office.speech.words
        self._pages = Pages(office.speech, Path(__file__).parent / "templates")

    def add_to(self, app: web.Application) -> None:
        """Both routes; whatever stands behind them is answered with a page."""
        app.router.add_get("/e/{post:.*}", self.post)
        app.router.add_get("/d/{code:.*}", self.code)

    async def post(self, request: web.Request) -> web.Response:
        """The page of a post under its own name, in `?l=` or what the browser prefers."""
        slug = request.match_info["post"]
        post = self._content.posts.get(slug)
        if post is None:
            return self._nothing(request, 404)
        if not post.entry:
            return self._nothing(request, 410)
        await self._count(request, slug)
        return self._page(request, slug, post)

    async def code(self, request: web.Request) -> web.Response:
        """The same page behind a printed code: in its language, with its subject first."""
        code = code_in(request.match_info["code"])
        found = await self._store.read(partial(entries.find, code=code)) if code else None
        if found is None:
            return self._nothing(request, 404)
        post = self._content.posts.open(found.post)
        if post is None or found.revoked_at:
            return self._nothing(request, 410, found.post if post else "")
        await self._count(request, found.code)
        return self._page(request, found.post, post, found)

    def _page(self, request: web.Request, slug: str, post: Post, code: entries.Code | None = None) -> web.Response:
        offered = self._offered(post)
        own = request.query.get("l") in offered or code is None
        lang = preferred(request, offered, "" if own or code is None else code.lang)
        topic = code.topic if code else ""
        return self._pages.show(
            "entry.html",
            lang,
            offered,
            headers={"Content-Security-Policy": csp(connect_src="'none'")},
            post=post,
            remarks=self._remarks(lang),
            chat=_chat(slug, lang, topic),
            subjects=[(one, _chat(slug, lang, one)) for one in post.subjects(topic)],
            whatsapp=self._whatsapp(slug, lang, hint(code.code if code else post.sign, lang)),
            desks=desks(self._office, topic, lang, post.time_zone),
        )

    def _nothing(self, request: web.Request, status: int, slug: str = "") -> web.Response:
        """Nothing stands here (404), or nothing any more (410); `slug`: of a post that is open all the same."""
        offered = self._words.offered()
        lang = preferred(request, offered)
        again = f"/e/{slug}?l={lang}" if slug else ""
        return self._pages.show(
            "nothing.html",
            lang,
            offered,
            status=status,
            gone=status == 410,
            again=again,
            remarks=self._remarks(lang),
        )

    def _whatsapp(self, slug: str, lang: str, mark: str) -> str:
        """The address that opens WhatsApp with a greeting and the hint; "" without a number of ours."""
        phone = self._phone(slug)
        ready = f"{self._office.speech.line('entry.hello', lang)} {mark}"
        return f"https://wa.me/{phone}?text={quote(ready)}" if phone else ""

    def _remarks(self, lang: str) -> list[str]:
        """What must be said about the words in this language: that they are Dutch, or that nobody looked at them."""
        dutch = not self._words.text("entry.what", lang)[1]
        draft = self._words.languages[lang].state == "draft"
        return [*(["system.not_translated"] if dutch else []), *(["conversation.draft_language"] if draft else [])]

    def _offered(self, post: Post) -> list[str]:
        """Every language, first those of the families of this post."""
        offered = self._words.offered()
        return list(dict.fromkeys([*(code for code in post.languages if code in offered), *offered]))

    async def _count(self, request: web.Request, name: str) -> None:
        """One visit more. Who looks ahead, or again in another language, does not count; nothing stops the page."""
        ahead = any("pre" in request.headers.get(header, "").lower() for header in _AHEAD)
        if request.method != "GET" or ahead or "l" in request.query:
            return
        try:
            await self._store.write(partial(entries.count, name=name, day=self._office.today()))
        except Exception:
            log.exception("a visit was not counted")


def _chat(slug: str, lang: str, topic: str) -> str:
    """The address of the talk on our own page."""
    told: dict[str, Any] = {"post": slug, "lang": lang, **({"topic": topic} if topic else {})}
    return f"/?{urlencode(told)}"
