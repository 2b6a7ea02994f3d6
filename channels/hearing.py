"""What a person typed, made safe to pass on: nothing in it can steer the bot or break a screen."""

from __future__ import annotations

import unicodedata

LONGEST = 4000
_KEPT = {"\n", "\u200c", "\u200d"}  # line breaks, and the joiners that Arabic and emoji need


def clean(text: str) -> str:
    """Without control, bidi and surrogate characters, and never starting with '/': that prefix is the gateway's own."""
    text = unicodedata.normalize("NFC", text.replace("\r", "\n").replace("\t", " "))
    kept = (c for c in text if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    lines = (" ".join(line.split()) for line in "".join(kept).split("\n"))
    return "\n".join(line for line in lines if line).lstrip("/ \n").strip()


def has_words(text: str) -> bool:
    """Whether there is at least one letter or digit of any script."""
    return any(c.isalnum() for c in text)
