"""How well the running engine understands sentences that it never saw; bars from tests/nlu/thresholds.yml."""

from __future__ import annotations

from collections.abc import Sequence

import aiohttp
import yaml

from bench.table import Row, at_least
from bench.talks import metadata
from channels.rasa_client import RasaClient
from channels.settings import ROOT
from tests.bot.held_out import LANGUAGES, Understood, held_out, macro_f1, scores

SHOWN = {
    "top3": "understanding, right intent among the first three",
    "within_one": "understanding, right at once or after one question",
    "caught": "understanding, what we do not do is caught",
}


async def understanding(session: aiohttp.ClientSession, url: str, token: str, share: float) -> list[Row]:
    """Rows for every language and for all together. `share` below 1 skips sentences."""
    floors = yaml.safe_load((ROOT / "tests" / "nlu" / "thresholds.yml").read_text(encoding="utf-8"))["languages"]
    client, rows = RasaClient(session, url, token, 30), []
    everything: list[Understood] = []
    for lang in LANGUAGES:
        found = await _understood(client, lang, share)
        bar, more = floors[lang]["macro_f1"], f"n = {len(found)}"
        rows.append(at_least(f"understanding {lang}, macro-F1, held out", macro_f1(found), bar, "", more, 3))
        everything += found
    together = scores(everything)
    lowest = {name: min(floor[name] for floor in floors.values()) for name in SHOWN}
    return [*rows, *(at_least(text, together[name], lowest[name], "", digits=3) for name, text in SHOWN.items())]


async def _understood(client: RasaClient, lang: str, share: float) -> Sequence[Understood]:
    found = []
    for sentence in held_out(lang)[:: round(1 / share)]:
        parsed = await client.understand(sentence.text, metadata(lang))
        ranking = [(name, sure) for name, sure in parsed.ranking if name != "nlu_fallback"]
        found.append(Understood(sentence, ranking, parsed.intent == "nlu_fallback"))
    return found
