"""Spelling, names and whole messages: what the components do without a model."""

import pytest

pytestmark = pytest.mark.rasa


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Ik kom uit CURAÇAO", "ik kom uit curacao"),
        ("año", "ano"),
        ("mi yiu t'ei", "mi yiu t'ei"),
        ("mi yiu t’ei", "mi yiu t'ei"),
        ("أُمّي", "امي"),
        ("إقامة", "اقامه"),
        ("١٢ شهر", "12 شهر"),
        ("İstanbul", "istanbul"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
    ],
)
def test_two_spellings_of_the_same_words_become_one(ask, written, folded):
    assert ask("text", function="fold", value=written) == folded


def test_signs_that_break_an_encoder_are_taken_out(ask):
    assert ask("text", function="clean", value="ik\x00 zoek\ud800 een\u202e huis ") == "ik zoek een huis"


def test_a_message_is_cut_at_600_characters(ask):
    assert len(ask("text", function="clean", value="huis " * 1000)) <= 600


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("ik woon in Den Haag", [["town", "GM0518"]]),
        ("nederland", [["country", "NL"]]),
        ("نعيش بهولندا", [["country", "NL"]]),
        ("من هولندا ولبلجيكا", [["country", "NL"], ["country", "BE"]]),
        ("I have a birth certificate from CURACAO", [["paper", "birth_certificate"], ["country", "CW"]]),
        ("mi ta biba na Kòrsou", [["country", "CW"]]),
        ("Best", [["town", "GM0753"]]),
        ("we wonen in Best", [["town", "GM0753"]]),
        ("het beste is wachten, best lang", []),
        ("I did what they said", []),
        ("id", [["paper", "id_card"]]),
    ],
)
def test_names_are_found_as_people_write_them_and_everyday_words_are_left_alone(ask, message, expected):
    assert ask("names", texts=[message])[0] == expected


LISTS = {
    "nee": {"nl": "deny"},
    "👍": {"nl": "affirm", "en": "affirm"},
    "para": {"es": "stop", "pap": "back"},
    "la": {"ar": "deny"},
}


@pytest.mark.parametrize(
    ("message", "language", "intent"),
    [
        ("Nee!", None, "deny"),
        ("nee, ik wil een huis", None, None),
        ("👍", None, "affirm"),
        ("para", "es", "stop"),
        ("para", "pap", "back"),
        ("para", None, None),
        ("", None, None),
    ],
)
def test_a_listed_word_counts_only_as_the_whole_message_and_in_the_language_of_the_talk(ask, message, language, intent):
    assert ask("listed_intent", value=message, lists=LISTS, language=language) == intent


def test_the_same_sentence_always_gets_the_same_typing_mistake(ask):
    sentence = "wij zoeken een woning voor onze kinderen in Rotterdam"
    first = ask("typo_copy", value=sentence, share=1.0)
    assert first != sentence
    assert ask("typo_copy", value=sentence, share=1.0) == first


def test_a_share_of_nothing_makes_no_copies(ask):
    assert ask("typo_copy", value="wij zoeken een woning", share=0.0) is None
