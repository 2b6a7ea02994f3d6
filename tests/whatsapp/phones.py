"""The telephones of `make demo`: Meta imitated, with our number and its templates approved.

python -m tests.whatsapp.phones FOLDER_OF_NUMBERS --port 8090 … (see tests/whatsapp/graph_server)
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path

import aiohttp

from actions.content import load_content
from channels.settings import ROOT
from channels.whatsapp.graph import Graph, Unreachable
from channels.whatsapp.numbers import Number, load_numbers
from channels.whatsapp.templates import Difference, Template, What, load_templates, submit
from channels.words import load_words
from tests.whatsapp.graph_server.__main__ import options, serve


async def stand(folder: Path, *told: str) -> None:
    """Stay until Ctrl-C. The templates are handed in as anybody does; this Meta approves them at once."""
    content = load_content(ROOT / "data")
    words = load_words(content, ROOT / "locales")
    (number,) = load_numbers(folder, content).values()
    own = (f"--number={number.phone_number_id}", f"--account={number.account_id}", f"--name={number.name}")
    chosen = options([*told, *own])
    templates = load_templates(ROOT / "data", words).definitions()
    handing_in = asyncio.create_task(hand_in(f"http://127.0.0.1:{chosen.port}", number, chosen.token, templates))
    await serve(chosen)
    handing_in.cancel()


async def hand_in(address: str, number: Number, token: str, templates: Iterable[Template]) -> None:
    """Every template, as soon as somebody listens at this address."""
    async with aiohttp.ClientSession() as session:
        graph, left = Graph(session, address, "v26.0"), list(templates)
        while left:
            try:
                await submit(graph, number, token, Difference(left[-1], What.MISSING))
                left.pop()
            except Unreachable:
                await asyncio.sleep(0.1)
    print("The templates are approved.", flush=True)


if __name__ == "__main__":
    asyncio.run(stand(Path(sys.argv[1]), *sys.argv[2:]))
