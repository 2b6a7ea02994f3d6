"""What a family types as a whole message: stop, start, delete, the secure page, and numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from actions.yaml_files import BrokenData, load
from channels.settings import ROOT
from channels.whatsapp.typed import chosen, load_typed
from channels.words import plain
from tests import ours

FILE = ROOT / "data" / "whatsapp" / "words.yml"
TYPED = load_typed(FILE)
LISTS = load(FILE.read_text(encoding="utf-8"))
WORDS = ours.words()
LANGUAGES = list(WORDS.languages)
MEANINGS = ("stop", "start", "delete", "page")
# What the bot understands by itself in the same way; every other list of its words means something else.
SAME = {"stop": "stop", "delete_my_data": "delete"}
TITLES = {"choice.stop": "stop", "choice.delete": "delete", "choice.whatsapp.page": "page", "page.title": "page"}


# --- stop, start, delete, page


@pytest.mark.parametrize("meaning", MEANINGS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_its_own_words_and_they_are_heard_in_it(meaning: str, lang: str) -> None:
    assert len(LISTS[meaning][lang]) >= 3
    assert {TYPED.meant(word, lang) for word in LISTS[meaning][lang]} == {meaning}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_we_tell_families_to_write_works_in_every_language(lang: str) -> None:
    for told, meaning in (("STOP", "stop"), ("START", "start"), ("pagina", "page")):
        for typed in (told, told.lower(), f" {told}. ", f'"{told}"', f"{told}!!"):
            assert TYPED.meant(typed, lang) == meaning


def test_people_change_languages_so_a_word_of_any_language_is_heard_in_any_other() -> None:
    for meaning in MEANINGS:
        words = [word for listed in LISTS[meaning].values() for word in listed if plain(word) not in TYPED.only_own]
        assert {TYPED.meant(word, lang) for word in words for lang in LANGUAGES} == {meaning}


def test_a_word_that_means_something_else_elsewhere_is_heard_in_its_own_languages_only() -> None:
    for word in LISTS["only_own"]:
        own = {lang for meaning in MEANINGS for lang, listed in LISTS[meaning].items() if word in listed}
        assert {lang for lang in LANGUAGES if TYPED.meant(word, lang)} == own, word


def test_no_word_means_two_things() -> None:
    said = {meaning: {plain(word) for listed in LISTS[meaning].values() for word in listed} for meaning in MEANINGS}
    assert sum(map(len, said.values())) == len(set().union(*said.values())) == len(TYPED.meanings)


def test_no_word_is_an_ordinary_answer_in_any_language() -> None:
    taken = {}
    for path in sorted((ROOT / "data" / "nlu" / "words").glob("*.yml")):
        for name, listed in load(path.read_text(encoding="utf-8")).items():
            for word in listed:
                for lang in LANGUAGES:
                    if (meant := TYPED.meant(word, lang)) and meant != SAME.get(name):
                        taken[path.stem, name, word] = meant
    assert taken == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_is_the_title_of_another_choice_of_ours(lang: str) -> None:
    shown = [key for key in WORDS.dutch if key.startswith(("choice.", "label.", "term.")) or key.endswith(".title")]
    taken = {(key, TYPED.meant(WORDS.text(key, lang)[0], lang)) for key in shown}
    assert {(key, meant) for key, meant in taken if meant and TITLES.get(key) != meant} == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_on_the_buttons_for_the_page_and_for_deleting_can_also_be_typed_later(lang: str) -> None:
    for key in ("choice.whatsapp.page", "choice.delete"):
        assert TYPED.meant(WORDS.text(key, lang)[0], lang) == TITLES[key], key


@pytest.mark.slow
def test_no_word_is_a_language_a_town_a_country_a_paper_or_a_cry_for_help() -> None:
    assert [word for word in TYPED.meanings if WORDS.asked_for(word) or ours.danger().recognise(word)] == []
    names = [
        name
        for path in sorted((ROOT / "data" / "nlu" / "lookup").glob("*.yml"))
        for entry in load(path.read_text(encoding="utf-8"))
        for name in entry["names"]
    ]
    assert len(names) > 1000
    assert [name for name in names if plain(name) in TYPED.meanings] == []


@pytest.mark.parametrize(
    "text",
    ["", "  ", "🛑", "?", "nee", "no", "لا", "أبدا", "stop de huisuitzetting", "hij wil niet stoppen", "basta con eso"],
)
def test_what_only_looks_like_it_is_left_to_the_bot(text: str) -> None:
    assert [TYPED.meant(text, lang) for lang in LANGUAGES if TYPED.meant(text, lang)] == []


# --- numbers


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_up_to_ten_can_be_written_in_words(lang: str) -> None:
    assert [{TYPED.number(word) for word in listed} for listed in LISTS["numbers"][lang]] == [
        {number} for number in range(1, 11)
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        ("2.", 2),
        ("(2)", 2),
        (" 2 ", 2),
        ("02", 2),
        ("٢", 2),
        ("۲", 2),
        ("፪", 2),
        ("2️⃣", 2),
        ("🔟", 10),
        ("፲", 10),
        ("Twee!", 2),
        ("ÜÇ", 3),
        ("12", 12),
        ("٢٣", 23),
        ("0", None),
        ("100", None),
        ("2 3", None),
        ("2,5", None),
        ("2 kinderen", None),
        ("½", None),
        ("", None),
        ("ja", None),
    ],
)
def test_a_number_is_a_number_in_every_script_and_only_as_a_whole_message(text: str, number: int | None) -> None:
    assert TYPED.number(text) == number


def test_a_number_chooses_from_the_list_that_was_shown_and_never_beside_it() -> None:
    numbered = ("ask.town=GM0363", "ask.town=GM0599", "person")
    assert [chosen(text, numbered, TYPED) for text in ("1", "twee", "٣", "4", "0", "ja")] == [
        *numbered,
        None,
        None,
        None,
    ]
    assert chosen("1", (), TYPED) is None


def test_the_last_of_a_long_list_can_be_chosen_too() -> None:
    numbered = tuple(f"plan.item.{at}" for at in range(1, 16))
    assert chosen("15", numbered, TYPED) == numbered[-1]


@given(text=st.text(max_size=30), lang=st.sampled_from(LANGUAGES), numbered=st.lists(st.text(min_size=1), max_size=12))
def test_whatever_is_typed_nothing_fails_and_nothing_is_chosen_that_was_not_offered(
    text: str, lang: str, numbered: list[str]
) -> None:
    assert TYPED.meant(text, lang) in (None, *MEANINGS)
    assert chosen(text, numbered, TYPED) in (None, *numbered)


# --- the file


def written(folder: Path, **changed: object) -> Path:
    """The file of words with some of its parts otherwise; None leaves one out."""
    path = folder / "words.yml"
    told = {name: value for name, value in {**LISTS, **changed}.items() if value is not None}
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        pytest.param({"start": {"nl": ["STOP!"]}}, "'STOP!' already means", id="one word, two meanings"),
        pytest.param({"page": {"nl": ["?!"]}}, "no letters", id="no letters"),
        pytest.param({"only_own": ["nergens"]}, "'nergens' stands in no list", id="a word of no list"),
        pytest.param({"page": None}, "page: is missing", id="a list that is missing"),
        pytest.param({"pause": {}}, "pause: is not a key here", id="a list that nobody reads"),
        pytest.param({"numbers": {"nl": [["een"]]}}, "numbers.nl", id="not ten numbers"),
        pytest.param({"numbers": {"nl": [["een"]] * 10}}, "'een' already means 1", id="one word, two numbers"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_line(
    tmp_path: Path, changed: dict[str, object], fault: str
) -> None:
    path = written(tmp_path, **changed)
    with pytest.raises(BrokenData) as caught:
        load_typed(path)
    told = [error for error in caught.value.errors if fault in error]
    assert told
    assert all(error.startswith(f"{path}:") for error in told)


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, start={"nl": ["stop", "wis", "start"]}, only_own=["nergens"])
    with pytest.raises(BrokenData) as caught:
        load_typed(path)
    assert len(caught.value.errors) == 3
    assert len({error.split(":")[1] for error in caught.value.errors}) == 3


def test_a_file_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BrokenData):
        load_typed(tmp_path / "words.yml")
