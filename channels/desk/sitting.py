"""Who sits at the desk: every request of /desk/api finds its worker here, or ends here.

Other handlers need three things: `require(*roles)` around them, `session_of(request)` and `scoped(seat, roles)`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from channels.desk.refusals import LANG, LANGUAGES, refuse
from channels.storage import desk_sessions, workers
from channels.storage.desk_sessions import Session
from channels.storage.store import Store
from channels.storage.workers import Worker

Handler = Callable[..., Awaitable[web.StreamResponse]]
DESK = "/desk"
STORE = web.AppKey("store", Store)
SECURE = web.AppKey("secure", bool)
TRANSLATES = web.AppKey("translates", bool)  # whether there is a translation service
_OPEN = frozenset({f"{DESK}/api/login", f"{DESK}/api/join"})  # whoever opens another one adds it here
_SAFE = ("GET", "HEAD", "OPTIONS")
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """A worker who is logged in. `csrf`: what the header X-Desk-CSRF of everything that changes something holds."""

    worker: Worker
    session_hash: str
    csrf: str


_SEAT = web.RequestKey("seat", Seat)


def install(app: web.Application, store: Store, *, secure: bool) -> None:
    """Guard a sub-application that will be mounted at /desk.

    secure: a proxy of ours speaks https with the world and passes on Host and X-Forwarded-For; otherwise what those
    headers claim is not believed.
    """
    app[STORE], app[SECURE] = store, secure
    app.middlewares.append(_guard)
    app.on_response_prepare.append(_harden)


def require(*roles: str) -> Callable[[Handler], Handler]:
    """Only for workers with one of these roles in some organisation; for others there is nothing here (404)."""

    def guard(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(*given: Any) -> web.StreamResponse:
            request: web.Request = given[-1]
            if not scoped(session_of(request), roles):
                raise refuse(request, 404, "not_found")
            return await handler(*given)

        return guarded

    return guard


def session_of(request: web.Request) -> Seat:
    """Who asks. Raises a refusal (401)."""
    if _SEAT not in request:
        raise refuse(request, 401, "session")
    return request[_SEAT]


def scoped(seat: Seat, roles: Collection[str]) -> frozenset[str]:
    """The organisations in which this worker has one of these roles; every query is confined to them."""
    return frozenset(org for org, role in seat.worker.orgs.items() if role in roles)


def is_https(request: web.Request) -> bool:
    """Whether the browser speaks https. Behind our own proxy always: a cookie must not leave it in the open."""
    return request.app[SECURE] or request.scheme == "https"


def address_of(request: web.Request) -> str:
    """Where the request comes from; behind our own proxy, as that proxy saw it."""
    seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() if request.app[SECURE] else ""
    return seen or request.remote or ""


def token_of(request: web.Request) -> str:
    """The secret id of the session that the browser shows; "" without one."""
    return request.cookies.get(_cookie(request), "")


def seat_with(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Give the browser its session."""
    https = is_https(request)
    response.set_cookie(_cookie(request), token, httponly=True, samesite="Lax", path="/", secure=https)


def unseat(request: web.Request, response: web.StreamResponse) -> None:
    """Make the browser forget its session."""
    https = is_https(request)
    response.del_cookie(_cookie(request), httponly=True, samesite="Lax", path="/", secure=https)


def forged(request: web.Request) -> bool:
    """Whether the browser says that another site than this one asks."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    parts = urlsplit(origin)
    own_scheme = "https" if is_https(request) else "http"
    return (parts.scheme, parts.netloc.lower()) != (own_scheme, request.host.lower())


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    resource = request.match_info.route.resource
    path = resource.canonical if resource else request.path
    if path.startswith(f"{DESK}/api/") and (token := token_of(request)):
        await _find_seat(request, token)
    if path.startswith(f"{DESK}/api/") and path not in _OPEN:
        seat = session_of(request)
        if request.method not in _SAFE and not _same(request.headers.get("X-Desk-CSRF", ""), seat.csrf):
            raise refuse(request, 403, "csrf")
    if request.method not in _SAFE and forged(request):
        raise refuse(request, 403, "csrf")
    try:
        return await handler(request)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as nothing:
        if nothing.content_type == "application/json":
            raise
        raise refuse(request, 404, "not_found") from None


async def _find_seat(request: web.Request, token: str) -> None:
    store = request.app[STORE]

    def look(connection: Any) -> tuple[Session, Worker] | None:
        session = desk_sessions.find(connection, token)
        worker = workers.get(connection, session.worker) if session else None
        return (session, worker) if session and worker else None

    if (found := await store.read(look)) is None:
        return
    session, worker = found
    if session.due:
        await store.write(lambda c: desk_sessions.touch(c, session.id_hash))
    if worker.lang in LANGUAGES:
        request[LANG] = worker.lang
    request[_SEAT] = Seat(worker, session.id_hash, _csrf(token))


def _csrf(token: str) -> str:
    return hashlib.sha256(f"csrf {token}".encode("utf-8", "replace")).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def _cookie(request: web.Request) -> str:
    return "__Host-desk" if is_https(request) else "desk"


async def _harden(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_SECURITY)
    if request.path.startswith((f"{DESK}/api/", f"{DESK}/oidc/")):
        response.headers["Cache-Control"] = "no-store"
