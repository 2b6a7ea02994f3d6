"""Hears danger in a message: five kinds, every language at once, no model, so that it also works when all else is down.

The words stand in data/crisis/<lang>.yml; `load` reads them once, `CrisisWords.recognise` tries them on every message.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations
from pathlib import Path

from actions.crisis_words import SENTENCE_END, Group, Pattern, Phrase, WordsFile, forms_of, is_typo, typos_of, words_of

Span = tuple[int, int]
Hits = Mapping[Group, Sequence[Span]]


class Kind(StrEnum):
    """What can be wrong. The order is that of the contract; for urgency see `Crisis.kinds`."""

    VIOLENCE = "violence"
    DYING = "dying"
    TRAFFICKING = "trafficking"
    CHILD_DANGER = "child_danger"
    NO_PLACE_TONIGHT = "no_place_tonight"


# 112 before 113 before office hours: a reader in panic may see only the first line.
_MOST_URGENT_FIRST: Mapping[Kind, tuple[str, ...]] = {
    Kind.VIOLENCE: ("112", "veilig_thuis"),
    Kind.CHILD_DANGER: ("112", "veilig_thuis"),
    Kind.DYING: ("113", "112"),
    Kind.TRAFFICKING: ("comensha", "112"),
    Kind.NO_PLACE_TONIGHT: ("gemeente_shelter", "lawyer"),
}
# Further away an excuse more often belongs to another part of a run-on message, and would silence a real cry.
_BESIDE = 3
# Common words come back in every message; rare ones must not fill the memory.
_REMEMBERED = 5_000
_NO_SECOND = ""


@dataclass(frozen=True)
class Crisis:
    """What was recognised: kinds (most urgent first), message keys to say, codes of contacts to show."""

    kinds: tuple[Kind, ...]
    says: tuple[str, ...]
    contacts: tuple[str, ...]


class BrokenCrisisWords(Exception):
    """The words cannot be used. `errors`: everything that is wrong, each with file, line and what to write instead."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(self.errors))


class CrisisWords:
    """The words of danger of every language, ready to use. Made by `load`."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        # each pattern stands under the rarest group that it needs: most messages have no word of it
        self._patterns: dict[Kind, dict[Group, list[tuple[frozenset[Group], Pattern]]]]
        self._patterns = {kind: {} for kind in _MOST_URGENT_FIRST}
        self._groups: dict[Phrase, set[Group]] = {}
        for pattern in patterns:
            needed = frozenset(pattern.groups[:1] if pattern.alone else pattern.groups)
            rarest = min(needed, key=len)
            self._patterns[Kind(pattern.kind)].setdefault(rarest, []).append((needed, pattern))
            for group in (*pattern.groups, pattern.unless):
                for phrase in group:
                    self._groups.setdefault(phrase, set()).add(group)
        # phrases by their first word, and by their second where they have one
        self._starts: dict[str, dict[str, list[Phrase]]] = {}
        for phrase in self._groups:
            seconds = self._starts.setdefault(phrase[0].removeprefix("-"), {})
            seconds.setdefault(phrase[1] if len(phrase) > 1 else _NO_SECOND, []).append(phrase)
        self._known = {part.removeprefix("-") for phrase in self._groups for part in phrase}
        self._seen: dict[str, set[str]] = {}
        self._typos: dict[str, list[str]] = {}
        for known in self._known:
            for key in typos_of(known):
                self._typos.setdefault(key, []).append(known)

    def recognise(self, text: str) -> Crisis | None:
        """The danger in a message in any language, or None. Takes any text whatever and never raises."""
        words = ["", *words_of(text), ""]
        hits = self._hits(words)
        found = set(hits)
        kinds = tuple(
            kind
            for kind, patterns in self._patterns.items()
            if any(
                needed <= found and _fits(one, words, hits)
                for group in found & patterns.keys()
                for needed, one in patterns[group]
            )
        )
        if not kinds:
            return None
        contacts = dict.fromkeys(code for kind in kinds for code in _MOST_URGENT_FIRST[kind])
        return Crisis(kinds, tuple(f"crisis.{kind}" for kind in kinds), tuple(contacts))

    def _hits(self, words: Sequence[str]) -> Hits:
        """Where each group stands in the text. A phrase with "-" takes its words away from its group."""
        if len(self._seen) > _REMEMBERED:
            self._seen = {}
        self._seen |= {word: self._forms(word) for word in set(words) - self._seen.keys()}
        seen = self._seen
        forms = [seen[word] for word in words]
        hits: dict[Group, set[Span]] = {}
        taken: dict[Group, set[int]] = {}
        for start in range(len(words)):
            following = {_NO_SECOND, *(forms[start + 1] if start + 1 < len(words) else ())}
            for phrase in self._begun(forms[start], following):
                end = start + len(phrase)
                if end > len(words) or any(part not in forms[start + n] for n, part in enumerate(phrase) if n > 1):
                    continue
                for group in self._groups[phrase]:
                    if phrase[0].startswith("-"):
                        taken.setdefault(group, set()).update(range(start, end))
                    else:
                        hits.setdefault(group, set()).add((start, end))
        for group in taken.keys() & hits.keys():
            hits[group] = {span for span in hits[group] if taken[group].isdisjoint(range(*span))}
        return {group: sorted(spans) for group, spans in hits.items() if spans}

    def _begun(self, forms: Iterable[str], following: set[str]) -> Iterator[Phrase]:
        """The phrases whose first word is one of these, and whose second, if any, one of those."""
        for seconds in (self._starts[form] for form in forms if form in self._starts):
            for second in following & seconds.keys():
                yield from seconds[second]

    def _forms(self, word: str) -> set[str]:
        """What data may know a word as; a word it does not know may be a typo of ones it knows."""
        if not word:
            return {SENTENCE_END}
        forms = self._known.intersection(forms_of(word))
        if not forms:
            near = {known for key in typos_of(word) for known in self._typos.get(key, ())}
            forms = {known for known in near if is_typo(word, known)}
        return forms


def _fits(pattern: Pattern, words: Sequence[str], hits: Hits) -> bool:
    if pattern.alone:
        filled = {at for group in pattern.groups for span in hits.get(group, ()) for at in range(*span)}
        return all(at in filled for at, word in enumerate(words) if word)
    spots = [hits[group] for group in pattern.groups]
    excuses = hits.get(pattern.unless, ())
    orders = [tuple(spots)] if pattern.in_order else permutations(spots)
    runs = (run for order in orders for run in _runs(order, pattern.within))
    return any(not excuses or not _excused(words, run, excuses) for run in runs)


def _runs(order: Sequence[Sequence[Span]], within: int) -> Iterator[Span]:
    """The stretches, at most `within` words long, that hold one spot of each group in this order."""
    for start, end in order[0]:
        last = end
        for spots in order[1:]:
            index = bisect_left(spots, (last, 0))
            if index == len(spots) or spots[index][1] - start > within:
                break
            last = spots[index][1]
        else:
            yield start, last


def _excused(words: Sequence[str], run: Span, excuses: Sequence[Span]) -> bool:
    low, high = run
    # An excuse in another sentence must not silence this one: a sentence end ("") stops the search.
    while low > max(0, run[0] - _BESIDE) and words[low - 1]:
        low -= 1
    while high < min(len(words), run[1] + _BESIDE) and words[high]:
        high += 1
    return any(low <= start and end <= high for start, end in excuses)


def load(folder: Path) -> CrisisWords:
    """The words of every <lang>.yml in a folder. Raises BrokenCrisisWords with every error of every file."""
    errors: list[str] = []
    paths = sorted(folder.glob("*.yml"))
    patterns = [one for path in paths for one in WordsFile(path, errors).patterns(tuple(Kind))]
    if not paths:
        errors.append(f"{folder}:1: no words of danger here; write at least one <lang>.yml")
    for one in patterns:
        heard = CrisisWords([one]).recognise(one.example)
        if heard is None:
            errors.append(f"{one.place}: this pattern does not recognise its example; change its words or the example")
    if errors:
        raise BrokenCrisisWords(errors)
    return CrisisWords(patterns)
