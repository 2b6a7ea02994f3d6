"""What the families of the benchmark say. Nothing in it is a word of danger, and nobody asks for a person."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import cycle

from actions.crisis import load
from channels.settings import ROOT
from tests.bot.held_out import LANGUAGES, held_out

THANKS = {"nl": "dankjewel", "en": "thank you", "es": "gracias", "pap": "masha danki", "ar": "شكرا"}
THANKS |= {"fr": "merci", "pt": "obrigada", "so": "mahadsanid", "ti": "የቐንየለይ", "tr": "teşekkürler"}
GREET = {"nl": "goedemorgen", "en": "good morning", "es": "buenos días", "pap": "bon dia", "ar": "صباح الخير"}
GREET |= {"fr": "bonjour", "pt": "bom dia", "so": "subax wanaagsan", "ti": "ሰላም", "tr": "günaydın"}
_TOPICS = ("school", "debts", "health_insurance", "postal_address")


@cache
def topics(lang: str) -> tuple[str, ...]:
    """Questions about four subjects, from the sentences that the model never saw. The first time reads files."""
    danger = load(ROOT / "data" / "crisis")
    said = {topic: [one.text for one in held_out(lang) if one.means[0] == topic] for topic in _TOPICS}
    return tuple(next(text for text in said[topic] if not danger.recognise(text)) for topic in _TOPICS)


def talk(lang: str) -> Iterator[str]:
    """An endless conversation: one plain turn in six, the others with an action."""
    return cycle([GREET[lang], *topics(lang), THANKS[lang]])


def languages() -> Iterator[str]:
    """The languages, round and round."""
    return cycle(LANGUAGES)
