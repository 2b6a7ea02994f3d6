"""Stand-ins, each a process of its own: `python -m bench.doubles echo|bot PORT`."""

from __future__ import annotations

import sys

from aiohttp import web

from tests.fakes import ScriptedBot


async def _echo(request: web.Request) -> web.Response:
    body = await request.json()
    return web.json_response({"status": "accepted", "client_msg_id": body["client_msg_id"]}, status=202)


async def _alive(_request: web.Request) -> web.Response:
    return web.json_response({"status": "alive"})


def echo() -> web.Application:
    """The least that a web server in Python can do with a message: read it, answer, keep nothing."""
    app = web.Application()
    app.router.add_get("/status", _alive)
    app.router.add_post("/webchat/v1/messages", _echo)
    return app


if __name__ == "__main__":
    made = echo() if sys.argv[1] == "echo" else ScriptedBot().app()
    web.run_app(made, host="127.0.0.1", port=int(sys.argv[2]), print=None, access_log=None)
