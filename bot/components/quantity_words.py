"""The words of counting and of the calendar, from data/nlu/quantities/<language>.yml.

In: the files, read once. Out: `words_for(language)`, the tables that hold in a message of that
language. Its own words come first. Those of the other languages count as well, because people
mix them, unless they are ordinary words here. `likely_language` guesses from the same files.
"""

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Dict, Iterator, Optional, Set, Tuple

import yaml

from bot.components.text import fold, words

FOLDER = Path(__file__).resolve().parents[2] / "data/nlu/quantities"
# Where two languages write the same word, the first of these is asked first.
ORDER = ("nl", "en", "es", "pap", "ar")
_ENOUGH_TO_TELL = 0.15

Phrase = Tuple[str, ...]
# The tables of a file: single words; words by value; phrases by value; phrases.
GROWN = frozenset("glued_before glued_after month_endings".split())
SETS = GROWN | frozenset(
    "articles joins joins_after_hundred joins_before_ten half_before half and two_people kin_units"
    " not_tomorrow_after first_day ordinals date_links month_links year_leads year_follows money"
    " kin pronouns age_words age_verbs age_verbs_of_speaker almost after_an_age place_after"
    " pregnant have have_after alone alone_first pronoun_one pronoun_one_after"
    " pronoun_one_before".split()
)
VALUED = frozenset("units old_units two_units".split())
VALUED_PHRASES = frozenset("numbers months days".split())
PHRASES = frozenset(
    "and_a_half age_before age_after no_age_after no_bare_age_after no_number".split()
)
ABOUT = frozenset("gives_away letters only_here shared ordinary_here".split())


class LanguageFile:
    """One file, folded: `tables` has phrases as keys, also where every phrase is one word."""

    def __init__(self, path: Path) -> None:
        with path.open(encoding="utf-8") as stream:
            raw = yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
        unknown = set(raw) - SETS - VALUED - VALUED_PHRASES - PHRASES - ABOUT
        if unknown:
            raise ValueError(f"{path}: no reader knows {', '.join(sorted(unknown))}")
        self._path, self._raw = path, raw
        self.tables: Dict[str, Dict[Phrase, Any]] = {
            name: dict(self._entries(name))
            for name in SETS | VALUED | VALUED_PHRASES | PHRASES | ABOUT - {"letters"}
        }
        self.letters = re.compile(raw.get("letters") or r"(?!)")

    def _entries(self, name: str) -> Iterator[Tuple[Phrase, Any]]:
        """(folded phrase, its value or None) for all that stands under one name."""
        table = self._raw.get(name) or {}
        valued = table.items() if isinstance(table, dict) else [(None, table)]
        for value, entries in valued:
            for entry in entries:
                if not isinstance(entry, str):
                    raise ValueError(f"{self._path}: {name}: put quotes around {entry!r}")
                is_phrase = name in VALUED_PHRASES | PHRASES
                yield tuple(words(fold(entry))) if is_phrase else (fold(entry),), value

    def single(self, *names: str) -> Set[str]:
        """The single words of some tables."""
        return {phrase[0] for n in names for phrase in self.tables[n] if len(phrase) == 1}

    def own_words(self) -> Set[str]:
        """What a message in this language may be known by, as far as this file knows."""
        tables = set(self.tables) - {"ordinary_here", "ordinals", *GROWN} - ABOUT
        certain = self.single(*tables) - self.single("only_here", "shared")
        return certain | self.single("gives_away")

    def grown_together(self) -> Dict[str, Phrase]:
        """Written forms and their parts: `d'un`, `ocak'ta`, `ብጥሪ`, `ሓሙሽተን`."""
        counted = self.single("numbers", "articles", "units", "two_units", "months", "half", "days")
        months, endings = self.single("months"), self.single("month_endings")
        forms = {w + end: (w, end) for w in counted for end in self.single("glued_after")}
        forms.update({w + end: (w, end) for w in months for end in endings if len(end) > 1})
        forms.update({f"{w}'{end}": (w, end) for w in months for end in endings})
        inner = {**forms, **{word: (word,) for word in counted}}
        for start in self.single("glued_before"):
            forms.update({start + word: (start, *parts) for word, parts in inner.items()})
        return {form: parts for form, parts in forms.items() if form not in counted}


@lru_cache(maxsize=None)
def language_files() -> Dict[str, LanguageFile]:
    """Language -> its file."""
    paths = {path.stem: path for path in FOLDER.glob("*.yml")}
    languages = [*(lang for lang in ORDER if lang in paths), *sorted(set(paths) - set(ORDER))]
    return {language: LanguageFile(paths[language]) for language in languages}


@lru_cache(maxsize=None)
def parts_of_words() -> Dict[str, Phrase]:
    """The parts of all words that grew together, of all languages."""
    files = language_files().values()
    return {form: parts for file in files for form, parts in file.grown_together().items()}


def _barred(table: str, writer: str, language: Optional[str]) -> Set[str]:
    """The words of one language that do not count in a message of another, or of an unknown one."""
    files = language_files()
    if language == writer:
        return set()
    barred = files[writer].single("only_here")
    if language in files:
        barred |= files[language].single("ordinary_here")
    if table == "numbers" and language is not None:
        barred |= files[writer].single("shared")
    return barred


@lru_cache(maxsize=32)
def words_for(language: Optional[str]) -> SimpleNamespace:
    """All tables by their name in capitals: sets, words by value, phrases by value, phrases."""
    files = language_files()
    writers = sorted(files, key=lambda writer: writer != language)
    merged = {}
    for name in SETS | VALUED | VALUED_PHRASES | PHRASES:
        table: Dict[Any, Any] = {}
        for writer in reversed(writers):
            barred = _barred(name, writer, language)
            for phrase, value in files[writer].tables[name].items():
                if barred.isdisjoint(phrase):
                    table[phrase if name in VALUED_PHRASES | PHRASES else phrase[0]] = value
        merged[name.upper()] = table if name in VALUED | VALUED_PHRASES else set(table)
    return SimpleNamespace(**merged)


@lru_cache(maxsize=None)
def _telling_words() -> Dict[str, Dict[str, float]]:
    """Language -> the words that tell it, each worth less the more languages use it."""
    files = language_files()
    used = Counter(word for file in files.values() for word in file.own_words())
    used.update(word for file in files.values() for word in file.single("ordinary_here"))
    return {
        language: {
            word: 1 / max(used[word], 1)
            for word in file.own_words()
            if used[word] == 1 or word in file.single("gives_away")
        }
        for language, file in files.items()
    }


def likely_language(text: str, said: Set[str]) -> Optional[str]:
    """The language with most telling words; letters that only one language writes count double."""
    files, telling = language_files(), _telling_words()
    scores = {
        language: sum(telling[language].get(word, 0) for word in said)
        + 2 * bool(file.letters.search(text))
        for language, file in files.items()
    }
    best = max(scores, key=lambda language: scores[language], default=None)
    return best if best and scores[best] >= _ENOUGH_TO_TELL else None
