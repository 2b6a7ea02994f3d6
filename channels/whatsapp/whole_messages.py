"""What people write as a whole message, per language: which language a greeting is in, and what asks for no answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from actions.yaml_files import load
from channels.language import LanguageGuesser
from channels.words import plain

_POLITE = ("affirm", "deny", "thanks", "goodbye")


@dataclass(frozen=True, slots=True)
class WholeMessages:
    """`polite`: yes, no, thanks and goodbye in every language. `langs`: the languages in which each is said."""

    polite: frozenset[str]
    langs: Mapping[str, frozenset[str]]

    def first_language(self, text: str, guesser: LanguageGuesser, offered: Sequence[str], otherwise: str) -> str:
        """In which language to answer somebody's very first message: nothing else is known of this person."""
        guess = guesser.guess(text)
        langs = self.langs.get(plain(text), frozenset())
        if guess and (guess.sure or guess.likely or guess.lang in langs):
            langs = frozenset({guess.lang})
        return next(iter(langs)) if len(langs) == 1 and langs <= set(offered) else otherwise


def load_whole_messages(data: Path) -> WholeMessages:
    """Read `data`/nlu/words, one file per language."""
    polite, langs = set[str](), defaultdict[str, set[str]](set)
    for path in sorted((data / "nlu" / "words").glob("*.yml")):
        for name, words in load(path.read_text(encoding="utf-8")).items():
            for word in map(plain, map(str, words)):
                langs[word].add(path.stem)
                if name in _POLITE:
                    polite.add(word)
    return WholeMessages(frozenset(polite), {word: frozenset(some) for word, some in langs.items()})
