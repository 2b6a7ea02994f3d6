"""How well the running engine understands sentences that it never saw. The bars are those of tests/bot."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp

from bench.table import Row, at_least
from bench.talks import metadata
from channels.rasa_client import RasaClient
from tests.bot.test_understanding import IN_THE_TOP_THREE, MACRO_F1, OUT_OF_SCOPE_CAUGHT, held_out, macro_f1


@dataclass(frozen=True, slots=True)
class Guess:
    """What was right, what was guessed (best first), and whether the bot would rather ask again."""

    right: str
    ranking: list[str]
    again: bool


async def understanding(session: aiohttp.ClientSession, url: str, token: str, share: float) -> list[Row]:
    """Rows for every language, the top three, and what we do not do. `share` below 1 skips sentences."""
    client, rows, everything = RasaClient(session, url, token, 30), [], []
    for lang, bar in MACRO_F1.items():
        guesses = await _guesses(client, lang, share)
        score = macro_f1([(guess.right, guess.ranking[0]) for guess in guesses])
        rows.append(at_least(f"understanding {lang}, macro-F1, held out", score, bar, "", f"n = {len(guesses)}", 3))
        everything += guesses
    return [*rows, _top_three(everything), *_outside(everything)]


async def _guesses(client: RasaClient, lang: str, share: float) -> list[Guess]:
    sentences = held_out(lang)[:: round(1 / share)]
    found = []
    for intent, text in sentences:
        parsed = await client.understand(text, metadata(lang))
        ranking = [name for name, _ in parsed.ranking if name != "nlu_fallback"]
        found.append(Guess(intent, ranking, parsed.intent == "nlu_fallback"))
    return found


def _top_three(guesses: list[Guess]) -> Row:
    value = sum(guess.right in guess.ranking[:3] for guess in guesses) / len(guesses)
    return at_least("understanding, right intent among the first three", value, IN_THE_TOP_THREE, "", digits=3)


def _outside(guesses: list[Guess]) -> list[Row]:
    outside = [guess.again or guess.ranking[0] == "out_of_scope" for guess in guesses if guess.right == "out_of_scope"]
    if not outside:
        return []
    value, more = sum(outside) / len(outside), f"n = {len(outside)}"
    return [at_least("understanding, what we do not do is caught", value, OUT_OF_SCOPE_CAUGHT, "", more)]
