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
        ("አብ ሐገር", "ኣብ ሓገር"),
        ("ፀሓይ ሠላም ኀሙስ", "ጸሓይ ሰላም ሓሙስ"),
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


NL, AMSTERDAM, ROTTERDAM, THE_HAGUE = ["country", "NL"], ["town", "GM0363"], ["town", "GM0599"], ["town", "GM0518"]


@pytest.mark.parametrize(
    ("language", "message", "expected"),
    [
        ("ar", "وصلنا لهولندا من المغرب", [NL, ["country", "MA"]]),
        ("ar", "بأمستردام وروتردام", [AMSTERDAM, ROTTERDAM]),
        ("ar", "رجعنا عهولندا", [NL]),
        ("ar", "جايين من سوريا وبدنا نروح عالمانيا", [["country", "SY"], ["country", "DE"]]),
        ("ar", "فهولندا ما عندي جواز", [NL, ["paper", "passport"]]),
        ("ar", "ولهولندا رجعنا ونحن بلاهاي", [NL, THE_HAGUE]),
        ("fr", "on est en hollande depuis juin", [NL]),
        ("fr", "je viens de Côte d’Ivoire, je vis aux Pays-Bas", [["country", "CI"], NL]),
        ("fr", "nous dormons à La Haye", [THE_HAGUE]),
        ("fr", "il a été au Maroc puis en algerie", [["country", "MA"], ["country", "DZ"]]),
        (
            "fr",
            "j'ai l'acte de naissance mais pas le passeport",
            [["paper", "birth_certificate"], ["paper", "passport"]],
        ),
        ("fr", "une lettre de l'IND", [["paper", "ind_letter"]]),
        ("fr", "l'huissier a laissé un papier à Amsterdam", [["paper", "bailiff_letter"], AMSTERDAM]),
        ("pt", "moro em Roterdão há um mes", [ROTTERDAM]),
        ("pt", "vim do Brasil para a Holanda", [["country", "BR"], NL]),
        ("pt", "somos de cabo verde", [["country", "CV"]]),
        (
            "pt",
            "perdi a certidão de nascimento e o passaporte",
            [["paper", "birth_certificate"], ["paper", "passport"]],
        ),
        ("pt", "estamos em haia, antes em Angola", [THE_HAGUE, ["country", "AO"]]),
        ("pt", "Amesterdão ou Amsterdã", [AMSTERDAM, AMSTERDAM]),
        ("pt", "recebi uma carta do tribunal", [["paper", "court_letter"]]),
        ("so", "waxaan joognaa Netherlandska", [NL]),
        ("so", "waxaan ka imid Soomaaliya", [["country", "SO"]]),
        ("so", "Jarmalka ayaan ka imid, hadda Hollanda ayaan joogaa", [["country", "DE"], NL]),
        ("so", "Itoobiya iyo Iswiidhan", [["country", "ET"], ["country", "SE"]]),
        ("so", "baasaboorka ma haysto, Rotterdam ayaan degannahay", [["paper", "passport"], ROTTERDAM]),
        ("so", "shahaadada dhalashada ilmaha", [["paper", "birth_certificate"]]),
        ("so", "Amsterdamta iyo Turkiga", [AMSTERDAM, ["country", "TR"]]),
        ("ti", "ናብ ሆላንድ መጺእና", [NL]),
        ("ti", "ኣብ ኣምስተርዳም ንነብር", [AMSTERDAM]),
        ("ti", "ንኔዘርላንድ ካብ ኤርትራ", [NL, ["country", "ER"]]),
        ("ti", "ብሱዳን ኣቢለ ናብ ሮተርዳም", [["country", "SD"], ROTTERDAM]),
        ("ti", "ፓስፖርት የብለይን", [["paper", "passport"]]),
        ("ti", "ካብ ጀርመንን ጥልያንን", [["country", "DE"], ["country", "IT"]]),
        ("ti", "ኣብ ደንሃግ ቪዛ ሓቲትና", [THE_HAGUE, ["paper", "visa"]]),
        ("tr", "Hollanda'ya geldik", [NL]),
        ("tr", "hollandada kalıyoruz, Suriye’den geldik", [NL, ["country", "SY"]]),
        ("tr", "Nederlandda", [NL]),
        ("tr", "Amsterdam'dan Den Haag'a taşındık", [AMSTERDAM, THE_HAGUE]),
        ("tr", "turkiyeden geldim rotterdamdayim", [["country", "TR"], ROTTERDAM]),
        ("tr", "pasaportum yok, doğum belgesini istiyorlar", [["paper", "passport"], ["paper", "birth_certificate"]]),
        ("tr", "Almanya'daydık, sonra Fas'a gittik", [["country", "DE"], ["country", "MA"]]),
        ("tr", "Bulgaristandan İngiltere'ye", [["country", "BG"], ["country", "GB"]]),
    ],
)
def test_a_name_is_found_with_what_a_language_writes_onto_it(ask, language, message, expected):
    assert ask("names", texts=[message])[0] == expected, language


@pytest.mark.parametrize(
    "message",
    [
        "I make turkish coffee, you like turkeys",
        "een Amsterdamse, een Rotterdammer en hollandaisesaus",
        "bestede tijd, de beste, edelen en ijdele hoop",
        "ela irá amanhã, eles irão depois",
        "la réunion de famille, une reunion a la mairie",
        "gana 800 euros al mes",
        "oma en opa",
        "benim kızım, mısır yedik, hollandaca bilmiyorum",
        "Israeli, Pakistani and Somalian friends",
        "waa qadar yar, jaad ma cuno",
        "en detta förlorade, merendero, parisienne",
        "ብሓደ ንነብር",
    ],
)
def test_a_word_that_only_looks_like_a_name_is_left_alone(ask, message):
    assert ask("names", texts=[message])[0] == []


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


@pytest.mark.parametrize("seed", range(5))
def test_what_is_learnt_from_counts_and_vectors_apart_is_what_scikit_learns_from_both_together(ask, seed):
    assert ask("learnt_beside_scikit", examples=300, seed=seed) < 0.02


@pytest.mark.parametrize(
    ("text", "long"), [("ik zoek een huis", False), ("wij zoeken een huis voor ons en de kinderen " * 2, True)]
)
def test_only_an_example_with_many_tokens_is_long(ask, text, long):
    assert ask("is_long", value=text, most=18) is long
