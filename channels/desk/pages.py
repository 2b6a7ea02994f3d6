"""The page of the desk: one document for every address of it, and the files that it is made of."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from channels.desk.refusals import refuse

STATIC = Path(__file__).parent / "static"
# what the page shows under each address, it finds out itself
ADDRESSES = ("", "/", "/login", "/join", "/counter", "/workers", "/audit", "/me", "/c/{code}")
_FRESH = {"Cache-Control": "no-cache"}  # asked for again each time, sent again only when it changed


def add_to(app: web.Application) -> None:
    """Put the page and its files on the sub-application of the desk."""
    for address in ADDRESSES:
        app.router.add_get(address, _page)
    app.router.add_get("/static/{name}", _file)


async def _page(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html", headers=_FRESH)


async def _file(request: web.Request) -> web.FileResponse:
    name = request.match_info["name"]
    if name not in {path.name for path in STATIC.iterdir()}:
        raise refuse(request, 404, "not_found")
    return web.FileResponse(STATIC / name, headers=_FRESH)
