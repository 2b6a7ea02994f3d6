"""Pages that the server writes whole, so that they need no script: templates with escaping, in the visitor's language.

In: a template of a folder that a channel brings, keys and values. Out: a response with words in place.
`say("key")` in a template gives the words; what is still Dutch in another language carries its own `lang`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from channels.speech import Speech

_HERE = Path(__file__).parent


def csp(**directives: str) -> str:
    """The Content-Security-Policy of a page of ours: nothing of anybody else. Named directives replace ours."""
    ours = {
        "default_src": "'none'",
        "script_src": "'self'",
        "style_src": "'self'",
        "img_src": "'self' data:",
        "font_src": "'self'",
        "connect_src": "'self'",
        "base_uri": "'none'",
        "form_action": "'self'",
        "frame_ancestors": "'none'",
    }
    return "; ".join(f"{name.replace('_', '-')} {value}" for name, value in {**ours, **directives}.items())


def preferred(request: web.Request, offered: Sequence[str], wanted: str = "") -> str:
    """The language of a visitor: `wanted` or `?l=`, then what the browser prefers, then the first one offered."""
    for code in (wanted, request.query.get("l", "")):
        if code in offered:
            return code
    return of_browser(request, offered) or offered[0]


def of_browser(request: web.Request, offered: Collection[str]) -> str | None:
    """The first language that the browser prefers and that is offered; None when there is none."""
    prefers = request.headers.get("Accept-Language", "")
    codes = [part.split(";")[0].strip().split("-")[0].lower() for part in prefers.split(",")]
    return next((code for code in codes if code in offered), None)


class Pages:
    """Templates of `folder`, on top of the base page. `speech`: whose words they say."""

    def __init__(self, speech: Speech, folder: Path) -> None:
        self._speech = speech
        self._env = Environment(
            loader=FileSystemLoader([folder, _HERE / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def html(self, template: str, lang: str, offered: Sequence[str], **values: Any) -> str:
        """The page as text. `offered`: languages that the visitor can change to, in this order.

        Raises KeyError for a key without words.
        """
        languages = self._speech.words.languages

        def say(key: str, **holes: Any) -> Markup:
            line = self._speech.line(key, lang, holes)
            if self._speech.words.text(key, lang)[1]:
                return Markup.escape(line)
            return Markup('<span lang="nl" dir="ltr">{}</span>').format(line)

        def plain(key: str, **holes: Any) -> str:
            return self._speech.line(key, lang, holes)

        names = [(code, languages[code].name, languages[code].dir) for code in offered]
        return self._env.get_template(template).render(
            say=say, plain=plain, lang=lang, dir=languages[lang].dir, languages=names, **values
        )

    def show(
        self,
        template: str,
        lang: str,
        offered: Sequence[str],
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **values: Any,
    ) -> web.Response:
        """The page as a response that nobody keeps and no robot lists."""
        told = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": csp(),
            "X-Robots-Tag": "noindex, nofollow",
            "Content-Language": lang,
            "Vary": "Accept-Language",
            **(headers or {}),
        }
        text = self.html(template, lang, offered, **values)
        return web.Response(text=text, status=status, content_type="text/html", headers=told)
