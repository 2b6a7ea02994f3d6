"""The held-out sentences: enough of them, of every meaning, apart from what a model learns."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from rapidfuzz import fuzz, process

from actions.yaml_files import load
from channels.settings import ROOT
from channels.words import plain
from tests import ours
from tests.bot.held_out import LANGUAGES, held_out

CONTENT = ours.content()
LEAST = {"nl": 250, "en": 250}
TOO_NEAR = 90  # of 100: fewer than one letter in ten differs
LEAST_LETTERS = 12  # shorter messages, such as "merci", are all there is to say; whole words come from lists
LEAST_EXAMPLES = 12


def learnt(lang: str) -> list[str]:
    """Every sentence a model learns from in this language."""
    found = []
    for path in sorted((ROOT / "data" / "nlu" / lang).glob("*.yml")):
        for block in load(path.read_text(encoding="utf-8"))["nlu"]:
            found += [line.removeprefix("- ").strip() for line in block["examples"].splitlines() if line.strip()]
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_enough_is_held_out_and_every_meaning_occurs(lang: str) -> None:
    sentences = held_out(lang)
    assert len({plain(one.text) for one in sentences}) == len(sentences) >= LEAST.get(lang, 150)
    assert {intent for one in sentences for intent in one.means} == CONTENT.intents.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_held_out_is_learnt_nor_nearly_so(lang: str) -> None:
    texts = [plain(text) for text in learnt(lang)]
    near = {
        one.text: found[0]
        for one in held_out(lang)
        if len(wanted := plain(one.text)) >= LEAST_LETTERS
        and (found := process.extractOne(wanted, texts, scorer=fuzz.ratio, score_cutoff=TOO_NEAR))
    }
    assert near == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_meaning_of_the_contract_has_examples_in_every_language(lang: str) -> None:
    counted: Counter[str] = Counter()
    for path in (ROOT / "data" / "nlu" / lang).glob("*.yml"):
        for block in load(path.read_text(encoding="utf-8"))["nlu"]:
            counted[block["intent"]] += len(re.findall(r"^- ", block["examples"], re.MULTILINE))
    topics = [name for name, intent in CONTENT.intents.items() if intent.kind == "topic"]
    assert {name: counted[name] for name in topics if counted[name] < LEAST_EXAMPLES} == {}
    assert [name for name in CONTENT.intents if not counted[name]] == []
