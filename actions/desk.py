"""What a family shows or sends: desk cards and letters as data. Strict reader of data/desk and data/letters.

The Dutch sentences are those of the desk and are never translated; their words (`desk.<card>.…`, `letter.<name>.…`)
are. Which card fits, and how a letter is filled, is concluded elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from actions.yaml_files import Document, Errors, Strict, read, validate

HOLE = re.compile(r"\{(\w+)\}")
Line = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\n]+$")]
Hole = Literal["name", "address", "gemeente", "decision_date", "melding_date", "reference"]
Told = Literal[
    "children", "tonight", "reported", "shelter_refused", "refused_binding", "late", "from_gemeente", "from_ind"
]


class Card(Strict):
    """What to say or show at a desk. `dutch`: exactly these sentences; `letter`: the letter that says the same."""

    number: int = Field(ge=1, le=17)
    dutch: tuple[Line, ...] = Field(min_length=1)
    grounds: tuple[str, ...] = Field(min_length=1)
    when: str
    letter: str = ""


class Paragraph(Strict):
    """Stands in the letter when all of `when` were told and none of `unless`."""

    text: Line
    when: tuple[Told, ...] = ()
    unless: tuple[Told, ...] = ()
    grounds: tuple[str, ...] = ()


class LetterText(Strict):
    """A letter with holes. `holes`: what stands there while nothing was told. `notes`: more keys of words to show."""

    title: Line
    grounds: tuple[str, ...] = Field(min_length=1)
    holes: dict[Hole, Line]
    sender: tuple[Line, ...]
    to: tuple[Paragraph, ...] = Field(min_length=1)
    day: Line
    subject: Line
    paragraphs: tuple[Paragraph, ...] = Field(min_length=1)
    closing: tuple[Line, ...]
    notes: tuple[str, ...] = Field(min_length=1)

    def lines(self) -> Iterator[str]:
        """Every line there can be, with its holes."""
        yield from (self.title, *self.sender, self.day, self.subject, *self.closing)
        yield from (part.text for part in (*self.to, *self.paragraphs))

    def every_ground(self) -> set[str]:
        """The facts that any part of this letter rests on."""
        return {*self.grounds, *(ground for part in self.paragraphs for ground in part.grounds)}


def load_cards(data: Path, facts: Mapping[str, object], keys: Mapping[str, object], errors: Errors) -> dict[str, Card]:
    """The cards in the order of their file. What is wrong goes to `errors`. `facts`, `keys`: what may be named."""
    cards: dict[str, Card] = {}
    letters = {path.stem for path in (data / "letters").glob("*.yml")}
    document = read(data / "desk" / "cards.yml", errors)
    for slug, raw in document.data.items() if document else ():
        if document and (card := validate(Card, raw, document, (slug,), errors)):
            cards[slug] = card
            words = [f"desk.{slug}.title", f"desk.{slug}.meaning", card.when]
            _check_names(document, slug, card.grounds, facts, words, keys, errors)
            if card.letter and card.letter not in letters:
                errors.add(document.path, document.line(slug), f"{slug}: there is no data/letters/{card.letter}.yml")
    return cards


def load_letters(
    data: Path, facts: Mapping[str, object], keys: Mapping[str, object], errors: Errors
) -> dict[str, LetterText]:
    """The letters by name. What is wrong goes to `errors`. `facts`, `keys`: what may be named."""
    letters: dict[str, LetterText] = {}
    for path in sorted((data / "letters").glob("*.yml")):
        document = read(path, errors)
        if document and (letter := validate(LetterText, document.data, document, (), errors)):
            letters[path.stem] = letter
            name = path.stem
            words = [f"letter.{name}.meaning", f"letter.{name}.send", f"choice.letter.{name}", *letter.notes]
            _check_names(document, name, letter.every_ground(), facts, words, keys, errors)
            holes = {hole for line in letter.lines() for hole in HOLE.findall(line)}
            for hole in sorted(holes - set(letter.holes)):
                errors.add(
                    path, document.line("holes"), f"'{hole}' is used and has no line here; say what stands there"
                )
    return letters


def _check_names(
    document: Document,
    name: str,
    grounds: tuple[str, ...] | set[str],
    facts: Mapping[str, object],
    words: list[str],
    keys: Mapping[str, object],
    errors: Errors,
) -> None:
    line = document.line(name)
    for ground in sorted(set(grounds) - set(facts)) if facts else ():
        errors.add(document.path, line, f"{name}: '{ground}' does not stand in data/rights; use a fact that does")
    for word in [word for word in words if word not in keys] if keys else ():
        errors.add(document.path, line, f"{name}: '{word}' has no words; add it in data/messages")
