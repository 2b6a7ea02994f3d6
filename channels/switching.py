"""In which language the talk goes on: what was asked for, what was written, and when to ask. No database, no bot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.content import Content
from channels.language import Guess, LanguageGuesser
from channels.words import Words, plain

_FEW = 3  # words: fewer do not refuse somebody who chose a language


@dataclass(frozen=True, slots=True)
class Now:
    """How the talk stands: its language, whether the family chose it, and the language its last message hinted at."""

    lang: str
    chosen: bool
    hint: str
    offered: Sequence[str]


@dataclass(frozen=True, slots=True)
class Next:
    """The language from now on, the hint to keep, a question to ask beside the answer, or what to say instead of it."""

    lang: str
    hint: str = ""
    ask: Mapping[str, Any] | None = None
    instead: Sequence[dict[str, Any]] = ()


def offered_at(
    entry: Mapping[str, Any], content: Content, words: Words, sites: Mapping[str, Sequence[str]]
) -> list[str]:
    """Codes a family can choose here: every language that is not off, less what its gemeente switched off.

    `sites`: slug → the codes that a site offers, in its order; a site that is not named offers all.
    """
    name, towns = str(entry.get("gemeente") or ""), content.municipalities
    gemeente = (towns.get(name) or towns.find(name).sure) if name else None
    off = gemeente.languages_off if gemeente else ()
    offered = words.offered()
    wanted = sites.get(str(entry.get("site") or ""), offered)
    return [code for code in wanted if code in offered and code not in off]


def next_language(text: str, now: Now, guesser: LanguageGuesser) -> Next:
    """What this message means for the language of the talk.

    A language that was chosen stays. Otherwise one sure message switches, or two likely ones in a row; a single likely
    one asks. A language that cannot be used here is answered with those that can.
    """
    named = _by_name(text, guesser)
    guess = named or guesser.guess(text)
    if guess is None or guess.lang == now.lang:
        return Next(now.lang)
    if guess.lang not in now.offered:
        refused = named or (guess.sure and not (now.chosen and len(text.split()) < _FEW))
        return Next(now.lang, instead=refusal(guess.lang, now.lang, now.offered, guesser) if refused else ())
    if now.chosen:
        return Next(now.lang)
    if guess.sure or (guess.likely and now.hint == guess.lang):
        return Next(guess.lang)
    if guess.likely:
        choices = [f"lang:{guess.lang}", f"lang:{now.lang}", "change_language"]
        ask = {"say": "conversation.language_ask", "in": guess.lang, "choices": choices}
        return Next(now.lang, guess.lang, ask=ask)
    return Next(now.lang)


def _by_name(text: str, guesser: LanguageGuesser) -> Guess | None:
    """A message that is only the name of a language we cannot write."""
    named = (code for code, other in guesser.others.items() if plain(other.name) == plain(text))
    return next((Guess(code, sure=True) for code in named), None)


def refusal(lang: str, now: str, offered: Sequence[str], guesser: LanguageGuesser) -> list[dict[str, Any]]:
    """What to say to somebody whose language cannot be used here: sorry in it where we can, and what can be used.

    `now`: the language of the talk, in which the rest is said.
    """
    choices = [*(f"lang:{code}" for code in offered), "person"]
    meant: dict[str, Any] = {"say": "conversation.language_unknown", "choices": choices, "in": now}
    if other := guesser.others.get(lang):
        return [{"sorry": other.sorry, "in": lang, "dir": other.dir}, meant]
    return [meant]
