"""The imitation by itself, with a phone in the browser: python -m tests.whatsapp.graph_server --port 8090 …"""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Sequence

from tests.whatsapp.graph_server.server import DISPLAY, NUMBER, TOKEN, WABA, GraphServer


def options(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """What can be chosen."""
    parser = argparse.ArgumentParser(prog="python -m tests.whatsapp.graph_server", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="of this machine, 127.0.0.1 only")
    parser.add_argument(
        "--webhook", required=True, help="where news goes, such as http://127.0.0.1:8080/whatsapp/webhook"
    )
    parser.add_argument("--secret", required=True, help="the app secret: it signs every webhook")
    parser.add_argument("--verify", default="", help="the verify token; with it the webhook is asked to prove itself")
    parser.add_argument("--token", default=TOKEN, help="the access token that calls must carry")
    parser.add_argument("--number", default=NUMBER, help="phone_number_id")
    parser.add_argument("--account", default=WABA, help="id of the WhatsApp Business Account")
    parser.add_argument("--display", default=DISPLAY, help="the number itself, digits only")
    parser.add_argument("--name", default="Thuiswijzer", help="how the number calls itself")
    return parser.parse_args(argv)


async def serve(chosen: argparse.Namespace) -> None:
    """Stay until Ctrl-C."""
    server = GraphServer(chosen.webhook, secret=chosen.secret, token=chosen.token, port=chosen.port)
    server.numbers.clear()
    server.templates.clear()
    server.add_number(chosen.number, chosen.account, chosen.display, chosen.name)
    server.templates[chosen.account].verdict = "APPROVED"
    server.post.retries = (0.5, 1, 2, 5)
    server.statuses = ("sent", "delivered")  # "read" is told when somebody looks at the phone
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    print(f"Phones: {await server.start()}/", flush=True)
    if chosen.verify:
        server.post.start(_verify(server, chosen.verify))
    await stop.wait()
    await server.stop()


async def _verify(server: GraphServer, token: str) -> None:
    """The webhook may start later than this does."""
    for attempt in range(120):
        if await server.post.verify(token):
            print("The webhook is ours.", flush=True)
            return
        await asyncio.sleep(min(0.25 * 2**attempt, 2))
    print("The webhook does not know the verify token; check --webhook and --verify.", flush=True)


if __name__ == "__main__":
    asyncio.run(serve(options()))
