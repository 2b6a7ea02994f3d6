"""The calls that our service makes: routes, token, and answers about the account."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.whatsapp.graph_server import pages, sending
from tests.whatsapp.graph_server.account import APP, MANAGEMENT, MESSAGING, Number, Templates, Token
from tests.whatsapp.graph_server.refusals import Refusal

if TYPE_CHECKING:
    from tests.whatsapp.graph_server.server import GraphServer

_VERSION = r"/{version:v\d+\.\d+}"
_NODE = rf"{_VERSION}/{{node:\d+}}"


class Api:
    """Everything below /v26.0/, whatever the version."""

    def __init__(self, server: GraphServer) -> None:
        self._server = server

    def routes(self) -> list[web.RouteDef]:
        """For the application; `guard` must stand before them."""
        return [
            web.post(f"{_NODE}/messages", self._messages),
            web.route("*", f"{_NODE}/subscribed_apps", self._subscribed),
            web.get(f"{_NODE}/message_templates", self._list_templates),
            web.post(f"{_NODE}/message_templates", self._add_template),
            web.get(_NODE, self._number),
            web.post(_NODE, self._change_template),
            web.get(f"{_VERSION}/debug_token", self._debug_token),
            web.route("*", f"{_VERSION}/{{rest:.*}}", self._unknown),
        ]

    @web.middleware
    async def guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Count what is asked, look at the token, and word what is refused."""
        if "version" not in request.match_info:
            return await pages.guarded(request, handler)
        self._server.requests.append((request.method, request.path))
        await self._server.rang()
        try:
            self._authorise(request)
            return await handler(request)
        except Refusal as refusal:
            self._server.refused.append((refusal.code, _object(await request.read())))
            return refusal.answer()
        finally:
            await self._server.rang()

    def _authorise(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = self._server.tokens.get(given or request.query.get("access_token", ""))
        if token is None or not token.works(self._server.clock().timestamp()):
            raise Refusal(190, "The access token could not be decrypted")
        scope = MESSAGING if request.path.endswith("/messages") else MANAGEMENT
        if scope not in token.scopes and not request.path.endswith("/debug_token"):
            raise Refusal(10 if scope == MESSAGING else 200, f"Requires {scope} permission")

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        return await sending.messages(self._server, request, self._number_of(request), await _told(request))

    async def _number(self, request: web.Request) -> web.Response:
        return web.json_response(self._number_of(request).fields(request.query.get("fields", "")))

    async def _subscribed(self, request: web.Request) -> web.Response:
        self._templates_of(request)
        post = self._server.post
        if request.method == "GET":
            app = {"link": f"https://www.facebook.com/games/?app_id={APP}", "name": "Thuiswijzer", "id": APP}
            return web.json_response({"data": [{"whatsapp_business_api_data": app}] if post.subscribed else []})
        post.subscribed = request.method == "POST"
        return web.json_response({"success": True})

    async def _list_templates(self, request: web.Request) -> web.Response:
        return web.json_response(self._templates_of(request).page(dict(request.query)))

    async def _add_template(self, request: web.Request) -> web.Response:
        return web.json_response(self._templates_of(request).add(await _told(request)))

    async def _change_template(self, request: web.Request) -> web.Response:
        told = await _told(request)
        for templates in self._server.templates.values():
            if changed := templates.change(request.match_info["node"], told):
                return web.json_response(changed)
        raise _no_such_node(request)

    async def _debug_token(self, request: web.Request) -> web.Response:
        token = self._server.tokens.get(request.query.get("input_token", ""), Token(valid=False, scopes=()))
        now = self._server.clock().timestamp()
        return web.json_response(token.debugged(now, list(self._server.templates)))

    async def _unknown(self, request: web.Request) -> web.Response:
        raise _no_such_node(request)

    def _number_of(self, request: web.Request) -> Number:
        number = self._server.numbers.get(request.match_info["node"])
        if number is None:
            raise _no_such_node(request)
        return number

    def _templates_of(self, request: web.Request) -> Templates:
        templates = self._server.templates.get(request.match_info["node"])
        if templates is None:
            raise _no_such_node(request)
        return templates


def _no_such_node(request: web.Request) -> Refusal:
    return Refusal(100, f"Object {request.path} does not exist or cannot be loaded for want of permissions", subcode=33)


async def _told(request: web.Request) -> dict[str, Any]:
    told = _object(await request.read())
    if not told:
        raise Refusal(100, "The body must be a JSON object")
    return told


def _object(raw: bytes) -> dict[str, Any]:
    try:
        told = json.loads(raw)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
