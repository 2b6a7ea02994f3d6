"""How the words of danger are spelled and read: data/crisis/<lang>.yml → patterns; a message → comparable words.

data/crisis/nl.yml explains the format to the people who write it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

Phrase = tuple[str, ...]
Group = frozenset[Phrase]

_LONGEST, _LAST_PART, _LONGEST_WORD = 4000, 1000, 24
_SHORTEST_STEM = 3
_SHORTEST_TYPO = 6
SENTENCE_END = "."
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNSEEN = frozenset({"Mn", "Me", "Cc", "Cf"})
_APOSTROPHES = dict.fromkeys(map(ord, "'`´‘’ʼʻ′"))
_ARABIC = str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": None, "ء": None, "_": " "})
_GLUED = (
    "و",
    "ف",
    "ب",
    "ل",
    "ك",
    "س",
    "ح",
    "ه",
    "غ",
    "ال",
    "وال",
    "بال",
    "فال",
    "هال",
    "عال",
    "كال",
    "لل",
    "وب",
    "ول",
    "وس",
    "وك",
    "وبال",
    "ولل",
)
_VOWELS = dict.fromkeys(map(ord, "aeiou"))
_TWICE = re.compile(r"([^\W\d_])\1+")
_PLURAL_VERB = re.compile(r"وا\b")
_WORD_OR_END = re.compile(r"\w+|[!?؟;\n]+|(?<!\.)\.(?!\.)")
_GROUP_NAME = re.compile(r"[A-Z_]{2,}|I")
_SPELLING = re.compile(r"(-?~?)(\*?)([^\s*~]+)(\*?)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One word of every group within so many words, and no word of `unless` beside it. `place` is file and line.

    `alone`: the groups fill the whole message; only the first must be there.
    """

    kind: str
    groups: tuple[Group, ...]
    unless: Group
    within: int
    in_order: bool
    alone: bool
    example: str
    place: str


def words_of(text: str) -> list[str]:
    """The words of any text as they are compared, with "" where a sentence ends. Reads 4000 characters at most."""
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - _LAST_PART]}\n{text[-_LAST_PART:]}"
    text = "\n".join(text.translate(_APOSTROPHES).replace("\t", " ").splitlines())
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    # Marks carry accents, tashkeel and hamza; controls carry the bidi and zero-width tricks of keyboards.
    text = "".join(c for c in text if " " <= c <= "~" or c == "\n" or unicodedata.category(c) not in _UNSEEN)
    text = _PLURAL_VERB.sub("و", _TWICE.sub(r"\1", text.translate(_ARABIC)))
    return [found[:_LONGEST_WORD] if found[0].isalnum() else "" for found in _WORD_OR_END.findall(text)]


def forms_of(word: str) -> Iterator[str]:
    """Every way data may spell a word of `words_of`: whole, with a star, or (~) by its consonants."""
    whole = {word}
    if "\u0600" <= word[:1] <= "\u06ff":
        # Arabic glues and, the, in, to and the signs of the verb to a word; other scripts are spared the cost.
        whole |= {word.removeprefix(glue) for glue in _GLUED}
        ends = range(_SHORTEST_STEM, len(word) + 1)
        yield from (f"*{word[start:end]}*" for end in ends for start in range(end - _SHORTEST_STEM + 1))
    for sign, letters in (*(("", one) for one in whole), ("~", _TWICE.sub(r"\1", word.translate(_VOWELS)))):
        yield sign + letters
        for size in range(_SHORTEST_STEM, len(letters) + 1):
            yield f"{sign}{letters[:size]}*"
            yield f"{sign}*{letters[-size:]}"


def typos_of(word: str) -> Iterator[str]:
    """Keys that a word shares with every word one edit away (the first letter stays): itself with one letter less."""
    if len(word) >= _SHORTEST_TYPO and word.isalpha():
        yield word
        yield from (word[:at] + word[at + 1 :] for at in range(1, len(word)))


def is_typo(word: str, other: str) -> bool:
    """Is it one letter more or less, two neighbours swapped, or another vowel? Another consonant is another word."""
    at = next((n for n, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    rest, others = word[at:], other[at:]
    return (
        rest[1:] == others
        or rest == others[1:]
        or (rest[1:] == others[1:] and {ord(rest[0]), ord(others[0])} <= _VOWELS.keys())
        or (rest[2:] == others[2:] and rest[:2] == others[1::-1])
    )


@lru_cache(maxsize=1 << 14)
def _stem(letters: str) -> str:
    """A word of a file as it is compared; most words stand in several groups."""
    return "".join(words_of(letters))


@dataclass(slots=True)
class WordsFile:
    """Reads one file. What is wrong with it goes to `errors`, each with file, line and what to write instead."""

    path: Path
    errors: list[str]
    groups: dict[str, Group] = field(default_factory=dict)

    def patterns(self, kinds: Sequence[str]) -> list[Pattern]:
        """The patterns of all kinds; only complete when nothing was added to `errors`."""
        try:
            root = yaml.compose(self.path.read_text(encoding="utf-8"), Loader=_LOADER)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            why = getattr(error, "problem", None) or "not UTF-8 text"
            line = mark.line + 1 if mark else 1
            self.errors.append(f"{self.path}:{line}: not YAML ({why}); a word that begins with * stands in quotes")
            return []
        top = self._mapping(root, ("words", *kinds), ("words", *kinds))
        if "words" in top:
            for name, node in self._mapping(top["words"], None, ()).items():
                self.groups[name] = self._group(node)
        found = [self._pattern(kind, node) for kind in kinds if kind in top for node in self._items(top[kind])]
        return [one for one in found if one is not None]

    def _wrong(self, node: yaml.Node | None, sentence: str) -> None:
        self.errors.append(f"{self._place(node)}: {sentence}")

    def _place(self, node: yaml.Node | None) -> str:
        return f"{self.path}:{node.start_mark.line + 1 if node else 1}"

    def _mapping(
        self, node: yaml.Node | None, allowed: Sequence[str] | None, needed: Sequence[str]
    ) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            self._wrong(node, "write lines like 'name: ...' here")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                self._wrong(key, f"'{name}' stands here twice; keep one")
            if allowed is not None and name not in allowed:
                self._wrong(key, f"'{name}' is not known here; write one of: {', '.join(allowed)}")
            if allowed is None and not _GROUP_NAME.fullmatch(name):
                self._wrong(key, f"'{name}': write the name of a group in CAPITALS")
            found[name] = value
        for name in needed:
            if name not in found:
                self._wrong(node, f"'{name}' is missing; add '{name}:'")
        return found

    def _items(self, node: yaml.Node) -> list[yaml.Node]:
        if isinstance(node, yaml.SequenceNode) and node.value:
            return list(node.value)
        self._wrong(node, "write a list with at least one item here")
        return []

    def _group(self, node: yaml.Node) -> Group:
        nodes = [node] if isinstance(node, yaml.ScalarNode) else self._items(node)
        return frozenset(phrase for one in nodes for phrase in self._phrases(one))

    def _phrases(self, node: yaml.Node) -> Group:
        text = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
        if not _GROUP_NAME.fullmatch(text):
            return frozenset({phrase} if (phrase := self._phrase(node, text)) else ())
        if text not in self.groups:
            self._wrong(node, f"'{text}' is no group above this line; write one of: {', '.join(self.groups)}")
        return self.groups.get(text, frozenset())

    def _phrase(self, node: yaml.Node, text: str) -> Phrase:
        parts = []
        for part in text.split():
            if part == SENTENCE_END and len(text) > 1:
                parts.append(part)
                continue
            fits = _SPELLING.fullmatch(part)
            stem = _stem(fits[3]) if fits else ""
            if not fits or not stem or (len(stem) < _SHORTEST_STEM and set("~*") & set(part)):
                self._wrong(node, f"'{part}': write a whole word, or at least {_SHORTEST_STEM} letters with * or ~")
                return ()
            if "~" in part and stem != stem.translate(_VOWELS):
                self._wrong(node, f"'{part}': after ~ write consonants only")
                return ()
            parts.append(f"{fits[1]}{fits[2]}{stem}{fits[4]}")
        if not parts:
            self._wrong(node, "write a word, or a few words, here")
        return tuple(parts)

    def _pattern(self, kind: str, node: yaml.Node) -> Pattern | None:
        before = len(self.errors)
        told = self._mapping(node, ("example", "all", "in_order", "alone", "within", "unless"), ("example",))
        how = [told[name] for name in ("all", "in_order", "alone") if name in told]
        if len(how) != 1:
            self._wrong(node, "write either 'all' or 'in_order' or 'alone'")
        wanted = how[0] if how else None
        groups = tuple(self._group(item) for item in self._items(wanted)) if wanted else ()
        unless: Group = self._group(told["unless"]) if "unless" in told else frozenset()
        within = str(told["within"].value) if "within" in told else "6"
        if not (within.isdecimal() and 1 <= int(within) <= 20):
            self._wrong(told["within"], "'within' is a number of words; write 1 to 20")
        if len(self.errors) > before:
            return None
        example = told["example"]
        order, alone = "in_order" in told, "alone" in told
        return Pattern(kind, groups, unless, int(within), order, alone, str(example.value), self._place(example))
