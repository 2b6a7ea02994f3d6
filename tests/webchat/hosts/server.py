"""Websites of gemeenten that do not exist, and that hold our chat: one allows nearly nothing (strict), one has a style
sheet that upsets everything (hostile), one stands in the frames of an old CMS (oldframe).

python -m tests.webchat.hosts.server GATEWAY --port 8000
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from aiohttp import web

from actions.content import load_content
from channels.settings import ROOT
from channels.webchat import snippet
from channels.words import Words, load_words

SITE = "demo"
HERE = Path(__file__).parent
PAGES = ("index", "strict", "hostile", "oldframe", "oldmenu", "oldpage", "oldtext")


def app(gateway: str, words: Words) -> web.Application:
    """The websites. `gateway`: where our chat is, without "/" at its end; their snippet is the one we hand out."""
    made = web.Application()
    lines = snippet.html(SITE, gateway, words)
    for name in PAGES:
        text = (HERE / f"{name}.html").read_text("utf-8").replace("<!-- widget -->", lines)
        headers = {"Content-Security-Policy": strict(gateway)} if name == "strict" else {}
        made.router.add_get("/" if name == "index" else f"/{name}", partial(_page, text=text, headers=headers))
    made.router.add_get("/strict.css", _style)
    return made


def strict(gateway: str) -> str:
    """All that a strict website has to allow for our chat: our script, our frame."""
    return f"default-src 'none'; script-src {gateway}; frame-src {gateway}; style-src 'self'; img-src 'self' data:"


async def _page(_request: web.Request, text: str, headers: dict[str, str]) -> web.Response:
    return web.Response(text=text, content_type="text/html", headers=headers)


async def _style(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(HERE / "strict.css")


def main() -> None:
    """Stay until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Websites of gemeenten that do not exist, with our chat on them.")
    parser.add_argument("gateway", help="where our chat is, such as http://127.0.0.1:8080")
    parser.add_argument("--port", type=int, default=8000)
    chosen = parser.parse_args()
    words = load_words(load_content(ROOT / "data"), ROOT / "locales")
    web.run_app(app(chosen.gateway, words), host="127.0.0.1", port=chosen.port, print=None, access_log=None)


if __name__ == "__main__":
    main()
