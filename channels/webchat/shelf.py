"""The files of our pages, packed once at the start: a slow phone gets them small, and asks again only what changed."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_PACKED = {".css", ".html", ".js", ".svg"}
_FRESH = "no-cache"  # kept, but never used without asking whether it is still the newest


@dataclass(frozen=True, slots=True)
class File:
    """One file as it goes out; `packed`: with gzip, b"" where that does not pay."""

    body: bytes
    packed: bytes
    kind: str
    tag: str


class Shelf:
    """Every file of a folder, by name; not those in folders below it."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.name: _read(path) for path in folder.iterdir() if path.is_file()}

    async def give(self, request: web.Request) -> web.Response:
        """The file `{name}` of the address, or 404."""
        file = self._files.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        return answer(request, file)


def answer(request: web.Request, file: File, **headers: str) -> web.Response:
    """This file, packed for who can unpack it; 304 for who has it already. `headers` with _ for -."""
    told = {"Cache-Control": _FRESH, "Vary": "Accept-Encoding", "ETag": file.tag}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    if file.tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=told)
    packs = file.packed and "gzip" in request.headers.get("Accept-Encoding", "").lower()
    if packs:
        told["Content-Encoding"] = "gzip"
    return web.Response(body=file.packed if packs else file.body, headers={**told, "Content-Type": file.kind})


def of(body: bytes, suffix: str) -> File:
    """A file that is not on disk, such as one with holes that were filled."""
    kind = mimetypes.types_map.get(suffix, "application/octet-stream")
    kind = {".js": "text/javascript"}.get(suffix, kind)  # as servers of old phones say otherwise
    if suffix in _PACKED:
        kind += "; charset=utf-8"
    packed = gzip.compress(body, 9, mtime=0) if suffix in _PACKED else b""
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return File(body, packed if 0 < len(packed) < len(body) else b"", kind, tag)


def _read(path: Path) -> File:
    return of(path.read_bytes(), path.suffix)
