"""The words of danger: every cry in tests/crisis is heard, calm talk is not, whatever comes in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.crisis import BrokenCrisisWords, Crisis, CrisisWords, Kind, load
from actions.yaml_files import load as load_yaml
from tests import ours
from tests.conftest import examples

ROOT = Path(__file__).resolve().parents[2]
WORDS = ours.danger()
LANGUAGES = ("nl", "en", "es", "pap", "ar", "fr", "pt", "so", "ti", "tr")
LISTS: dict[str, Any] = {
    lang: load_yaml((ROOT / "tests" / "crisis" / f"{lang}.yml").read_text("utf-8")) for lang in LANGUAGES
}
DANGER = [(one["kind"], one["text"]) for lang in LANGUAGES for one in LISTS[lang]["danger"]]
# "help" is a cry when it is the whole message only.
SENTENCES = [(kind, text) for kind, text in DANGER if len(text.split()) > 4]
LOOK_ALIKES = [text for lang in LANGUAGES for text in LISTS[lang]["look_alikes"]]
MAY_FIRE = {"emergency_tonight", "domestic_violence", "veilig_thuis_fear", "shelter_access", "eviction_rights"}
KINDS_OF_FILE = "".join(f"{kind}:\n  - {{example: help, all: [[help]]}}\n" for kind in Kind)


def said_for(lang: str) -> list[tuple[str, str]]:
    """Intent and example of everything people say in data/nlu/<lang>."""
    return [
        (block["intent"], re.sub(r"\[([^\]]+)\][({][^)}]*[)}]", r"\1", line.strip("- ")))
        for path in sorted((ROOT / "data" / "nlu" / lang).glob("*.yml"))
        for block in load_yaml(path.read_text("utf-8")).get("nlu", [])
        if "intent" in block
        for line in block["examples"].splitlines()
    ]


def written(folder: Path, text: str) -> Path:
    folder.joinpath("xx.yml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_cry_of_danger_is_heard_as_what_it_is(lang: str) -> None:
    missed = [
        one
        for one in LISTS[lang]["danger"]
        if (crisis := WORDS.recognise(one["text"])) is None or one["kind"] not in crisis.kinds
    ]
    assert missed == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_calm_talk_that_sounds_alike_is_left_alone(lang: str) -> None:
    fired = [text for text in LISTS[lang]["look_alikes"] if WORDS.recognise(text)]
    assert len(fired) <= 2, fired


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_lists_hold_thirty_of_each_and_all_kinds(lang: str) -> None:
    assert len(LISTS[lang]["danger"]) >= 30
    assert len(LISTS[lang]["look_alikes"]) >= 30
    assert {one["kind"] for one in LISTS[lang]["danger"]} == set(Kind)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.slow
def test_what_people_ask_calmly_seldom_fires(lang: str) -> None:
    calm = [text for intent, text in said_for(lang) if intent not in MAY_FIRE]
    fired = [text for text in calm if WORDS.recognise(text)]
    assert len(fired) <= max(2, len(calm) // 200), fired


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nearly_every_example_of_no_place_tonight_fires(lang: str) -> None:
    cries = [text for intent, text in said_for(lang) if intent == "emergency_tonight"]
    quiet = [text for text in cries if not WORDS.recognise(text)]
    assert len(quiet) <= max(2, len(cries) // 10), quiet


def test_the_answer_names_the_most_urgent_first_and_each_contact_once() -> None:
    crisis = WORDS.recognise("we hebben vannacht geen slaapplek. ik wil dood. mijn man slaat mij")
    assert crisis == Crisis(
        (Kind.VIOLENCE, Kind.DYING, Kind.NO_PLACE_TONIGHT),
        ("crisis.violence", "crisis.dying", "crisis.no_place_tonight"),
        ("112", "veilig_thuis", "113", "gemeente_shelter", "lawyer"),
    )


def test_each_kind_has_its_words_to_say() -> None:
    messages = load_yaml((ROOT / "data" / "messages" / "crisis.yml").read_text("utf-8"))
    assert {f"crisis.{kind}" for kind in Kind} <= set(messages)


@pytest.mark.parametrize(
    "text",
    [
        "IK WIL DOOD!!!",
        "ik wil dooooood",
        "i\u200bk w\u200dil do\u00adod",
        "\u202bأريد أن أموت\u202c",
        "أُرِيدُ أَنْ أَمُــوتَ",
        "I don’t want to live anymore",
        "i dont want to live anymore",
        "ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "mi kíer mùri",
        "ik\nwil\ndood",
        "i wa\x00nt to die",
    ],
)
def test_spelling_capitals_accents_and_invisible_signs_do_not_hide_a_cry(text: str) -> None:
    crisis = WORDS.recognise(text)
    assert crisis is not None
    assert Kind.DYING in crisis.kinds


@pytest.mark.parametrize("text", ["help", "HELP!!!", "sos", "112", "emergencia", "نجدة", "ayudo", "help me please"])
def test_a_cry_of_one_word_shows_112_but_the_same_word_in_a_question_does_not(text: str) -> None:
    crisis = WORDS.recognise(text)
    assert crisis is not None
    assert crisis.contacts[0] == "112"
    assert WORDS.recognise(f"{text}, BSN formulier") is None


def test_a_typo_is_understood_but_another_word_is_not() -> None:
    assert WORDS.recognise("mijn man mishandlet mij") is not None
    assert WORDS.recognise("mijn fiets is gestolen") is None


def test_an_excuse_in_another_sentence_does_not_silence_a_cry() -> None:
    assert WORDS.recognise("Ik sterf van de kou.") is None
    assert WORDS.recognise("Lachen. Ik wil dood. Honger!") is not None


def test_a_family_mixes_languages() -> None:
    assert WORDS.recognise("hola buenas, goedemiddag, mi ta na Den Haag, mi esposo ta dal mi") is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "\udfff ik \ud83d",
        "🙂",
        "👨‍👩‍👧‍👦" * 50,
        "a" * 20_000,
        "ض" * 20_000,
        "\u0301" * 5_000,
        "...",
        "ﷺ" * 4_000,
    ],
)
def test_odd_input_is_answered_with_nothing(text: str) -> None:
    assert WORDS.recognise(text) is None


@given(st.text(alphabet=st.characters(), max_size=5_000))
@settings(max_examples=examples(60), deadline=None)
def test_no_text_makes_it_raise(text: str) -> None:
    assert WORDS.recognise(text) is None or isinstance(WORDS.recognise(text), Crisis)


@given(st.sampled_from(SENTENCES), st.sampled_from(LOOK_ALIKES), st.sampled_from(LOOK_ALIKES), st.text(max_size=80))
@settings(max_examples=examples(300), deadline=None)
def test_a_cry_between_harmless_sentences_is_still_heard(
    cry: tuple[str, str], before: str, after: str, noise: str
) -> None:
    crisis = WORDS.recognise(f"{before}. {noise}\n{cry[1]}\n{after}! {noise}")
    assert crisis is not None
    assert cry[0] in crisis.kinds


@given(st.sampled_from(SENTENCES), st.integers(0, 2_500), st.booleans())
@settings(max_examples=examples(60), deadline=None)
def test_a_cry_is_heard_at_the_start_and_at_the_end_of_a_very_long_message(
    cry: tuple[str, str], size: int, at_end: bool
) -> None:
    filler = "bla " * (size // 4) + "\n"
    text = f"{'bla ' * 3_000}\n{cry[1]}" if at_end else f"{filler}{cry[1]}\n{'bla ' * 3_000}"
    crisis = WORDS.recognise(text)
    assert crisis is not None
    assert cry[0] in crisis.kinds


def test_broken_words_give_every_error_at_once_with_file_line_and_what_to_write(tmp_path: Path) -> None:
    broken = """words:
  HE: [hij, ab*, HIM]
  he: [x]
violence:
  - {all: [HE]}
  - {example: hij slaat, all: [HE], in_order: [HE], within: 99}
  - {example: niets hiervan, all: [[slaat]]}
  - {example: hij, all: [], often: yes}
violence: []
anger: []
"""
    with pytest.raises(BrokenCrisisWords) as caught:
        load(written(tmp_path, broken))
    file = tmp_path / "xx.yml"
    for line, sentence in [
        (1, "'trafficking' is missing"),
        (2, "'ab*': write a whole word, or at least 3 letters"),
        (2, "'HIM' is no group above this line"),
        (3, "'he': write the name of a group in CAPITALS"),
        (9, "'violence' stands here twice"),
        (9, "write a list with at least one item"),
        (10, "'anger' is not known here; write one of: words, violence"),
    ]:
        assert any(one.startswith(f"{file}:{line}: ") and sentence in one for one in caught.value.errors), sentence


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("{all: [[help]]}", "'example' is missing"),
        ("{example: help}", "either 'all' or 'in_order'"),
        ("{example: help, all: [[help]], in_order: [[help]]}", "either 'all' or 'in_order'"),
        ("{example: help, all: [[help]], within: much}", "write 1 to 20"),
        ("{example: hello, all: [[help]]}", "does not recognise its example"),
        ("{example: help, all: [[help]], unless: [help]}", "does not recognise its example"),
        ("{example: help, all: help me}", "write a list"),
        ("{example: help, all: [[{a: b}]]}", "write a word"),
        ("{example: help, all: [['?!']]}", "write a whole word"),
        ("{example: help, all: [[~drabni]]}", "write consonants only"),
        ("help", "write lines like"),
    ],
)
def test_a_broken_pattern_says_what_to_write(tmp_path: Path, pattern: str, sentence: str) -> None:
    good = f"words:\n  HE: [hij]\n{KINDS_OF_FILE}"
    load(written(tmp_path, good))
    with pytest.raises(BrokenCrisisWords) as caught:
        load(written(tmp_path, f"{good}  - {pattern}\n"))
    line = len(good.splitlines()) + 1
    assert [one for one in caught.value.errors if f"xx.yml:{line}: " in one and sentence in one]


@pytest.mark.parametrize("text", ["", "[", "words: [*slaat]", "- a list", "\tx: y"])
def test_a_file_that_is_no_mapping_is_an_error_and_not_a_crash(tmp_path: Path, text: str) -> None:
    with pytest.raises(BrokenCrisisWords):
        load(written(tmp_path, text))


def test_a_folder_without_words_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BrokenCrisisWords, match="write at least one"):
        load(tmp_path)


def test_a_file_that_is_not_utf_8_is_an_error(tmp_path: Path) -> None:
    tmp_path.joinpath("xx.yml").write_bytes(b"words: \xff\xfe")
    with pytest.raises(BrokenCrisisWords, match="UTF-8"):
        load(tmp_path)


def test_nothing_is_recognised_without_patterns() -> None:
    assert CrisisWords([]).recognise("ik wil dood") is None
