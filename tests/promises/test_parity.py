"""What the check of translations notices: a lost term, a broken plural, a text changed after its second reading."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.parity import faults, mark
from channels.settings import ROOT
from tests import ours

CONTENT = ours.content()
LOCALES = ROOT / "locales"
WORDS = ours.words()
WEIGHTY = "fact.shelter.no_binding"


def with_text(lang: str, key: str, text: str) -> list[str]:
    """The faults of a language when one translation reads so."""
    translated = {lang: {**WORDS.translated[lang], key: text}}
    return [fault for fault in faults(CONTENT, replace(WORDS, translated=translated), LOCALES) if f"'{key}'" in fault]


@pytest.mark.parametrize("lang", ["fr", "ti", "so"])
def test_a_weighty_sentence_changed_after_its_second_reading_must_be_read_again(lang: str) -> None:
    told = with_text(lang, WEIGHTY, WORDS.translated[lang][WEIGHTY] + " …")
    assert [fault for fault in told if mark(WORDS.translated[lang][WEIGHTY] + " …") in fault]


def test_a_legal_term_said_otherwise_than_the_glossary_is_named() -> None:
    key = next(key for key in WORDS.dutch if key.startswith("fact.") and "briefadres" in WORDS.dutch[key])
    assert any("'briefadres'" in fault for fault in with_text("fr", key, "Bonjour."))


@pytest.mark.parametrize("text", ["{last_day", "{last_day, plural, few {a} other {b}} {last_day}", "sans rien"])
def test_a_lost_placeholder_and_a_broken_plural_are_named(text: str) -> None:
    assert with_text("fr", "finding.objection_deadline.objection_open", text)


@pytest.mark.slow
def test_every_weighty_sentence_of_every_language_was_read_and_makes_its_points() -> None:
    assert [fault for fault in faults(CONTENT, WORDS, LOCALES) if "review" in fault or "weight" in fault] == []
