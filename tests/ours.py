"""What stands in the files of this house, read once per process however many tests look at it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from actions.content import Content
from actions.crisis import CrisisWords
from actions.crisis import load as load_crisis
from actions.dialogue.knowledge import knowledge
from channels.language import LanguageGuesser, load_guesser
from channels.settings import ROOT
from channels.speech import Speech
from channels.storage.migrate import upgrade
from channels.words import Words, load_words

T = TypeVar("T")


def content() -> Content:
    """All of data/."""
    return knowledge().content


@cache
def words() -> Words:
    """All languages and their catalogues."""
    return load_words(content(), ROOT / "locales")


@cache
def speech() -> Speech:
    """What renders a message in any language."""
    return Speech(content(), words())


@cache
def guesser() -> LanguageGuesser:
    """The guesser of languages, trained on all our examples."""
    return load_guesser(ROOT / "data", words().languages)


@cache
def danger() -> CrisisWords:
    """The words of danger of all languages."""
    return load_crisis(ROOT / "data" / "crisis")


def kept(real: Callable[[Path], T]) -> Callable[[Path], T]:
    """What reads a path, and reads one of this house only once; any other may change and is read every time."""
    known = cache(real)
    return lambda path: known(path) if path.is_relative_to(ROOT) else real(path)


@cache
def _empty() -> bytes:
    """An SQLite file with our tables and nothing in them, as the migrations make it."""
    with tempfile.TemporaryDirectory(prefix="thuiswijzer-") as folder:
        upgrade(f"sqlite:///{folder}/empty.db")
        return Path(folder, "empty.db").read_bytes()


def new_tables(url: str) -> None:
    """What `upgrade` does, without its migrations where a file of SQLite is still to be made."""
    path = Path(sa.make_url(url).database or "") if url.startswith("sqlite:///") else None
    if path is None or path.exists():
        upgrade(url)
    else:
        path.write_bytes(_empty())
