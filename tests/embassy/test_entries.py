"""What an entry may hold, the hint in a message, and what a family hears first; keys, never wording."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.dialogue.knowledge import knowledge
from channels.entries import asked, code_in, first_words, hint, hint_in, in_danger, known
from channels.settings import ROOT
from channels.speech import Speech
from channels.words import load_words
from tests.conftest import DAY

CONTENT = knowledge().content
WORDS = load_words(CONTENT, ROOT / "locales")
SPEECH = Speech(CONTENT, WORDS)
LANGUAGES = WORDS.offered()
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
codes = st.text(ALPHABET, min_size=7, max_size=7)
names = st.one_of(codes, st.sampled_from([post.sign for post in CONTENT.posts.values()]))
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=80)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)


# --- what an entry may hold


@given(st.dictionaries(st.sampled_from(["post", "gemeente", "lang", "topic", "site", "name", "phone"]), anything))
def test_an_entry_never_holds_more_than_what_is_real(entry: dict[str, Any]) -> None:
    kept = known(entry, CONTENT, LANGUAGES)
    assert set(kept) <= {"post", "gemeente", "lang", "topic"}
    assert kept.get("post", "paramaribo") in CONTENT.posts
    assert CONTENT.municipalities.get(kept.get("gemeente", "GM0363"))
    assert kept.get("lang", "nl") in LANGUAGES
    assert f"answer.{kept.get('topic', 'school')}" in CONTENT.messages


def test_what_is_real_is_kept_and_a_gemeente_goes_by_its_code() -> None:
    given = {"post": "paramaribo", "gemeente": "amsterdam", "lang": "es", "topic": "school"}
    assert known(given, CONTENT, LANGUAGES) == {**given, "gemeente": "GM0363"}


@pytest.mark.parametrize("topic", ["out_of_scope", "human_worker", "greet", "nothing"])
def test_nobody_begins_with_what_is_no_subject(topic: str) -> None:
    assert known({"topic": topic}, CONTENT, LANGUAGES) == {}


# --- codes as people type them


@given(codes, st.sampled_from(["", " ", "-", "\u2013", "\u00a0"]), st.booleans())
def test_a_code_may_be_typed_with_gaps_and_small_letters(code: str, gap: str, small: bool) -> None:
    typed = f" {code[:3]}{gap}{code[3:]} "
    assert code_in(typed.lower() if small else typed) == code


@pytest.mark.parametrize(
    "typed",
    ["", "7F3K9Q", "7F3K9QXX", "7F3K9Q0", "IIIIIII", "../x", "x" * 1000, "٧F3K9QX", "\u202e\u202e", "7F3K9Q💥"],
)
def test_what_can_be_no_code_is_none(typed: str) -> None:
    assert code_in(typed) is None


def test_a_mark_of_direction_does_not_hide_a_code() -> None:
    assert code_in("\u200f7F3K9QX\u202c") == "7F3K9QX"


# --- the hint in a message


@given(st.text(max_size=60), names, st.sampled_from(["", *LANGUAGES]), st.booleans())
def test_no_text_beside_a_hint_is_lost(text: str, name: str, lang: str, small: bool) -> None:
    mark = hint(name, lang) if lang else f"#{name}"
    found = hint_in(f"{text} {mark.lower() if small else mark}")
    assert found == (text.rstrip(), name, lang)


@given(st.text(max_size=80))
def test_of_any_text_either_nothing_is_taken_or_only_its_end(text: str) -> None:
    found = hint_in(text)
    if found:
        before, name, lang = found
        rest = text.removeprefix(before).strip(string.whitespace + "\u200e\u200f\u2066\u2067\u2068\u2069\u00a0\x1c\x1d")
        assert rest.strip().upper().startswith(f"#{name}")
        assert not lang or rest.strip().lower().endswith(f"-{lang}")


@pytest.mark.parametrize(
    "text",
    [
        "Hallo",
        "Hallo #",
        "Hallo #PA",
        "Hallo #PARI",
        "#PAR is where I am",
        "a#PAR",
        "#7F3K9Q0-ES",
        "#PAR-ESPA",
        "PAR-ES",
    ],
)
def test_what_was_changed_or_stands_elsewhere_is_no_hint(text: str) -> None:
    assert hint_in(text) is None


@pytest.mark.parametrize("text", ["Hallo #PAR-ES", "Hallo\n#par-es ", "مرحبا #PAR-ES\u200f"])
def test_a_hint_is_found_at_the_end_whatever_its_capitals(text: str) -> None:
    found = hint_in(text)
    assert found
    assert found[1:] == ("PAR", "es")


def test_what_stands_ready_in_whatsapp_says_nothing_but_a_greeting_and_a_code() -> None:
    for lang in LANGUAGES:
        ready = f"{SPEECH.line('entry.hello', lang)} {hint('7F3K9QX', lang)}"
        assert len(ready) <= 40
        assert len(ready.split()) <= 3


# --- the first words


@pytest.mark.parametrize("slug", CONTENT.posts)
@pytest.mark.parametrize("lang", ["nl", "ar"])
def test_every_post_begins_with_its_name_one_question_its_subjects_and_a_person(slug: str, lang: str) -> None:
    post = CONTENT.posts[slug]
    welcome, question = first_words("conversation.welcome", {"post": slug}, CONTENT, ask=True)
    said = SPEECH.render(welcome, lang, DAY)
    assert (said.key, said.choices) == ("conversation.welcome", ())
    asks = SPEECH.render(question, lang, DAY)
    assert asks.key == f"entry.post.{post.kind}"
    assert post.place in asks.text
    chosen = [choice.id for choice in asks.choices]
    assert chosen == [*(f"topic.{subject}" for subject in post.subjects()), "other_question", "person"]
    assert question["lines"][1]["say"] == f"entry.ask.{post.routes[0]}"


def test_a_subject_of_the_entry_is_what_is_asked_about_and_comes_first() -> None:
    meant = asked({"post": "paramaribo", "topic": "school"}, CONTENT)
    assert meant
    assert [line["say"] for line in meant["lines"]] == ["entry.post.embassy", "entry.ask_topic"]
    assert meant["choices"][0] == "topic.school"
    alone = asked({"topic": "school"}, CONTENT)
    assert alone
    assert (alone["lines"][0]["say"], alone["choices"]) == (
        "entry.ask_topic",
        ["topic.school", "other_question", "person"],
    )


def test_a_gemeente_is_named_in_the_welcome_itself_and_nothing_is_asked() -> None:
    (welcome,) = first_words("conversation.welcome", {"gemeente": "GM0363"}, CONTENT, ask=True)
    said = SPEECH.render(welcome, "nl", DAY)
    assert said.key == "conversation.welcome"
    assert "Amsterdam" in said.text
    plain = SPEECH.render({"say": "conversation.welcome"}, "nl", DAY)
    assert said.choices == plain.choices


def test_who_asked_something_already_is_only_told_where_we_know_it_from() -> None:
    (welcome,) = first_words("whatsapp.welcome", {"post": "paramaribo", "topic": "school"}, CONTENT, ask=False)
    assert [line["say"] for line in welcome["lines"]] == ["whatsapp.welcome", "entry.post.embassy"]


@pytest.mark.parametrize("entry", [{}, {"lang": "es"}, {"post": "nowhere"}, {"gemeente": "GM9999"}, {"post": None}])
def test_without_anything_known_the_welcome_is_as_it_was(entry: dict[str, Any]) -> None:
    assert first_words("conversation.welcome", entry, CONTENT, ask=True) == [{"say": "conversation.welcome"}]


# --- danger


def test_the_numbers_of_the_netherlands_are_put_right_for_who_may_be_elsewhere() -> None:
    for slug, post in CONTENT.posts.items():
        (beside,) = in_danger(("crisis.violence",), {"post": slug}, CONTENT)
        islands = set(post.countries) & {"AW", "CW", "SX"}
        assert beside["say"] == ("crisis.from_islands" if islands else "crisis.from_abroad")
    assert in_danger(("crisis.violence",), {}, CONTENT) == []


def test_who_has_no_place_tonight_gets_the_number_of_the_gemeente_by_which_it_came_when_that_is_known() -> None:
    with_number = [
        one.code for one in CONTENT.municipalities.listed if any(door.phone for door in one.doors_for("main"))
    ]
    assert with_number
    says = ("crisis.no_place_tonight",)
    for code in with_number:
        (beside,) = in_danger(says, {"gemeente": code}, CONTENT)
        assert [line["say"] for line in beside["lines"]] == ["entry.gemeente", "door.call_first_number"]
        assert in_danger(("crisis.violence",), {"gemeente": code}, CONTENT) == []
    without = next(one.code for one in CONTENT.municipalities.listed if not one.doors)
    assert in_danger(says, {"gemeente": without}, CONTENT) == []
