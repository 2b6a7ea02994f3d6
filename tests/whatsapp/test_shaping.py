"""What a family sees on WhatsApp: nothing is lost, nothing is cut in two, and every choice can be made."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.dialogue.desk import letter_payload, show_card, show_list
from actions.dialogue.journeys import JOURNEYS
from actions.dialogue.knowledge import knowledge
from actions.dialogue.plan_view import items_of
from actions.dialogue.planning import pick, show, which_done
from actions.dialogue.progress import advance, finding_payload, question_payload
from actions.dialogue.talk import Payload, Talk
from actions.eligibility.next_question import possible_answers
from actions.eligibility.situation import UNSURE, Situation, question_names
from actions.letters import letter
from channels import care
from channels.envelope import Choice, Outgoing
from channels.filling import holes
from channels.settings import ROOT
from channels.speech import Speech
from channels.whatsapp.limits import LIMITS, broken, length
from channels.whatsapp.shaping import Shaped, link, parts, shape, template
from channels.whatsapp.typed import chosen, load_typed
from tests import ours
from tests.conftest import DAY

OPEN, HINT = "Kies", "Antwoord met een nummer, bijvoorbeeld: 2."
ARABIC_HINT = "أجب برقم، مثلا: 2."
TYPED = load_typed(ROOT / "data" / "whatsapp" / "words.yml")
RLM, FSI, POP = "\u200f", "\u2068", "\u2069"
_ISOLATES = re.compile("[\u2066-\u2069]")


def shaped(text: str, *titles: str, hint: str = HINT, open_list: str = OPEN) -> list[Shaped]:
    choices = [Choice(f"id.{at}", title) for at, title in enumerate(titles, 1)]
    return shape(text, choices, open_list=open_list, with_number=hint)


def kind(one: Shaped) -> str:
    """ "text", "button", "list", "cta_url" or "numbered"."""
    if one.numbered:
        return "numbered"
    return str(one.payload["interactive"]["type"] if one.payload["type"] == "interactive" else one.payload["type"])


def body(one: Shaped) -> str:
    content = one.payload[one.payload["type"]]
    text = content["body"]["text"] if one.payload["type"] == "interactive" else content["body"]
    assert isinstance(text, str)
    return text


def offered(messages: Sequence[Shaped]) -> list[str]:
    """The ids that can be chosen, in the order in which they are shown."""
    ids: list[str] = []
    for one in messages:
        ids += one.numbered
        action = one.payload.get("interactive", {}).get("action", {})
        ids += [button["reply"]["id"] for button in action.get("buttons", ())]
        ids += [row["id"] for section in action.get("sections", ()) for row in section["rows"]]
    return ids


def balanced(text: str) -> bool:
    deep = 0
    for sign in _ISOLATES.findall(text):
        deep += (sign in "\u2066\u2067\u2068") - (sign == POP)
        if deep < 0:
            return False
    return deep == 0


# --- which form


@pytest.mark.parametrize(
    ("titles", "form"),
    [
        (["Ja", "Nee", "Ik weet het niet"], "button"),
        (["x" * 20], "button"),
        (["x" * 21], "list"),
        (["Ja", "Nee", "Soms", "Nooit"], "list"),
        ([f"Keuze {at}" for at in range(10)], "list"),
        ([f"Keuze {at}" for at in range(11)], "numbered"),
        (["x" * 25], "numbered"),
        (["🏠" * 11], "list"),
        (["Ja", "Ja"], "numbered"),
        (["a", "b", "c", "a"], "numbered"),
    ],
)
def test_buttons_if_they_fit_else_a_list_else_numbers(titles: list[str], form: str) -> None:
    messages = shaped("Waar slaapt u vannacht?", *titles)
    assert [kind(one) for one in messages] == [form]
    assert broken(messages[0].payload) == []
    assert len(offered(messages)) == len(titles)


@pytest.mark.parametrize(("letters", "form"), [(1024, "button"), (1025, "numbered")])
def test_a_text_too_long_for_buttons_gets_numbers_and_stays_one_message(letters: int, form: str) -> None:
    assert [kind(one) for one in shaped("x" * letters, "Ja", "Nee")] == [form]


@pytest.mark.parametrize(
    ("ids", "form"),
    [
        (["x" * 200, "b"], "button"),
        (["x" * 257, "b"], "numbered"),
        (["a", "b", "c", "x" * 201], "numbered"),
        (["a", "a"], "numbered"),
    ],
)
def test_an_id_that_whatsapp_would_not_take_is_kept_behind_a_number(ids: list[str], form: str) -> None:
    choices = [Choice(name, f"Keuze {at}") for at, name in enumerate(ids)]
    messages = shape("Wat?", choices, open_list=OPEN, with_number=HINT)
    assert [kind(one) for one in messages] == [form]
    assert offered(messages) == ids


def test_a_list_whose_button_is_too_long_becomes_numbers() -> None:
    assert [kind(one) for one in shaped("Wat?", *"abcd", open_list="x" * 21)] == ["numbered"]


def test_a_numbered_list_says_how_to_answer_and_the_answer_is_understood() -> None:
    (one,) = shaped("Wat?", "Eerst", "Dan", "x" * 30)
    assert body(one).split("\n") == ["Wat?", "", "1. Eerst", "2. Dan", f"3. {'x' * 30}", HINT]
    assert chosen("2", one.numbered, TYPED) == "id.2"


def test_nothing_to_say_is_no_message() -> None:
    assert shaped("") == shaped(" \n ") == []


def test_choices_without_words_can_still_be_made() -> None:
    messages = shaped("", "Ja", "Nee")
    assert [kind(one) for one in messages] == ["numbered"]
    assert broken(messages[0].payload) == []


def test_no_preview_of_a_page_is_made() -> None:
    (one,) = shaped("Zie https://example.org")
    assert one.payload["text"]["preview_url"] is False


# --- from right to left


def lines_of(*titles: str, hint: str) -> list[str]:
    (one,) = shaped("؟" if hint == ARABIC_HINT else "?", *titles, "x" * 30, hint=hint)
    return body(one).split("\n")[2 : 2 + len(titles)]


def test_an_arabic_list_is_read_from_the_right_with_plain_digits() -> None:
    assert lines_of("نعم", hint=ARABIC_HINT) == [f"{RLM}1. نعم"]


def test_a_title_that_runs_the_other_way_cannot_turn_its_line_round() -> None:
    assert lines_of("نعم", "DigiD", hint=ARABIC_HINT)[1] == f"{RLM}2. {FSI}DigiD{POP}"
    assert lines_of("Nederlands", "العربية", hint=HINT) == ["1. Nederlands", f"\u200e2. {FSI}العربية{POP}"]


# --- cutting


def test_a_text_is_cut_between_paragraphs_before_lines_before_sentences_before_words() -> None:
    paragraph, sentence, words = "a" * 3000, "b" * 500 + ".", "c" * 200
    for between in ("\n\n", "\n", " "):
        text = f"{paragraph}{between}{sentence} {words} {'d' * 500}"
        first, _ = parts(text)
        ends = {"\n\n": paragraph, "\n": paragraph, " ": f"{paragraph} {sentence}"}
        assert first == ends[between]


def test_a_nice_place_is_not_worth_another_message() -> None:
    text = f"{'a' * 100}\n\n{'b ' * 2000}{'c ' * 2000}"
    assert len(parts(text)) == 2


def test_what_holds_together_stays_together() -> None:
    text = f"{'a' * 4090} 1\u202f200\u00a0euro"
    assert parts(text) == ["a" * 4090, "1\u202f200\u00a0euro"]
    name = f"{FSI}Gemeente Den Haag{POP}"
    assert parts(f"{'a' * 4085} {name}") == ["a" * 4085, name]


@pytest.mark.parametrize("sign", ["🇳🇱", "👨‍👩‍👧", "👍🏽", "e\u0301", "ት", "🏠"])
def test_only_a_word_longer_than_a_message_is_cut_and_even_then_no_sign(sign: str) -> None:
    word = sign * 3000
    found = parts(word)
    assert "".join(found) == word
    assert len(found) == -(-length(word) // LIMITS.text) or length(sign) not in (1, 2, 4)
    assert all(length(part) <= LIMITS.text and part == sign * (len(part) // len(sign)) for part in found)


def test_a_pair_longer_than_a_message_is_cut_between_words() -> None:
    text = FSI + "woord " * 1000 + POP
    assert all(length(part) <= LIMITS.text for part in parts(text))
    assert " ".join(parts(text)).split() == text.split()


def test_a_list_longer_than_a_message_is_cut_between_its_lines_and_loses_nothing() -> None:
    titles = [f"{at} {'x' * 60}" for at in range(150)]
    messages = shaped("Wat?", *titles)
    assert all(broken(one.payload) == [] for one in messages)
    assert [one.numbered for one in messages[:-1]] == [()] * (len(messages) - 1)
    assert len(messages[-1].numbered) == 150
    lines = "\n".join(body(one) for one in messages).split("\n")
    assert [line for line in lines if "xxx" in line] == [f"{at}. {title}" for at, title in enumerate(titles, 1)]


LETTERS = st.sampled_from("abcé.?!…,。።؟سلامعليكምሕረት🏠👍\u0301\u200d\u00a0🇳🇱")
WORDS_TYPED = st.text(LETTERS, min_size=1, max_size=30).filter(
    lambda word: word == word.strip() and not unicodedata.category(word[0]).startswith("M")
)
BETWEEN = st.sampled_from([" ", " ", " ", ". ", "\n", "\n\n", " \n \n", "   "])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Texts of up to some 15 000 letters, with values kept apart as Arabic needs it."""
    words = draw(st.lists(WORDS_TYPED, min_size=1, max_size=20))
    if draw(st.booleans()):
        words.append(f"{FSI}{draw(WORDS_TYPED)} {draw(WORDS_TYPED)}{POP}")
        words.append(f"\u2067{words[0]} {FSI}{draw(WORDS_TYPED)} x{POP} y{POP}")
    between = draw(st.lists(BETWEEN, min_size=1, max_size=9))
    rounds = draw(st.sampled_from([1, 1, 10, 40]))
    whole = "".join(word + between[at % len(between)] for at, word in enumerate(words * rounds))
    return whole[:15_000].rsplit(maxsplit=3)[0] if len(whole) > 15_000 else whole


TITLES = st.text(st.sampled_from("abc نعم ሕራይ🏠x"), min_size=1, max_size=40).filter(lambda one: one.strip() == one)


@given(text=texts())
def test_nothing_is_lost_and_no_word_is_cut(text: str) -> None:
    found = parts(text)
    assert " ".join(found).split() == text.split()
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(0 < length(part) <= LIMITS.text for part in found)
    assert all(part == part.strip() for part in found)
    whole = balanced(text)
    assert not whole or all(balanced(part) for part in found)
    assert not any(unicodedata.category(part[0]).startswith("M") for part in found)


@given(text=texts())
def test_no_text_takes_more_messages_than_it_must(text: str) -> None:
    words, fewest, filled = text.replace(FSI, "").replace("\u2067", "").replace(POP, ""), 1, ""
    for word in re.split(r"([ \n]+)", words.strip()):
        if length(filled + word) > LIMITS.text and word.strip():
            fewest, filled = fewest + 1, ""
        filled = (filled + word).lstrip()
    assert len(parts(words)) <= fewest


@given(text=texts(), titles=st.lists(TITLES, min_size=1, max_size=14), hint=st.sampled_from([HINT, ARABIC_HINT]))
def test_every_choice_is_offered_once_and_whatsapp_takes_it(text: str, titles: list[str], hint: str) -> None:
    messages = shaped(text, *titles, hint=hint)
    assert [fault for one in messages for fault in broken(one.payload)] == []
    assert offered(messages) == [f"id.{at}" for at in range(1, len(titles) + 1)]
    assert not any(offered([one]) for one in messages[:-1])
    said = " ".join(body(one) for one in messages)
    assert said.split()[: len(text.split())] == text.split()
    if last := messages[-1].numbered:
        tail = body(messages[-1]).split("\n")[-len(titles) - 1 :]
        assert tail[-1] == hint
        assert [title in line for title, line in zip(titles, tail[:-1], strict=True)] == [True] * len(last)


# --- a link, and a template


def test_a_link_is_a_button_where_whatsapp_takes_it() -> None:
    one = link("Op deze pagina gaat uw gesprek verder.", "Open de pagina", "https://example.org/p/1")
    assert kind(one) == "cta_url"
    assert broken(one.payload) == []


@pytest.mark.parametrize(("text", "label"), [("Hier.", "x" * 21), ("x" * 1025, "Open"), ("Hier.", "Open 🏠")])
def test_a_link_that_fits_no_button_stands_on_a_line_of_its_own(text: str, label: str) -> None:
    one = link(text, label, "https://example.org/p/1")
    assert body(one).split("\n") == [text, "https://example.org/p/1"]
    assert broken(one.payload) == []


def test_a_template_has_no_holes_and_at_most_one_button_that_tells_us_it_was_tapped() -> None:
    assert template("answer_waiting", "nl", None) == {
        "type": "template",
        "template": {"name": "answer_waiting", "language": {"code": "nl"}},
    }
    (button,) = template("answer_waiting", "nl", "whatsapp.open")["template"]["components"]
    assert (button["type"], button["sub_type"], button["index"]) == ("button", "quick_reply", "0")
    assert button["parameters"] == [{"type": "payload", "payload": "whatsapp.open"}]


# --- everything there is to say, in every language

KNOWS = knowledge()
WORDS = ours.words()
SPEECH = Speech(replace(KNOWS.content, glossary={}), WORDS)  # terms stand beside a text, and take long to find
LANGUAGES = list(WORDS.languages)
FAMILIES = care.families(ROOT / "data" / "families")
DATES = {"day", "deadline", "eviction_date", "last_day"}
LONG = {
    "code": "TW-WWWWWW",
    "receipt": "WWWWW-WWWWW",
    "gemeente": "Wijdemeren-Nieuw-Loosdrecht",
    "address": "https://www.rijksoverheid.nl/onderwerpen/inschrijven-basisregistratie-personen",
    "moment": {"moment": "2026-09-30T16:30:00+02:00"},
}


def longest(dutch: str) -> dict[str, Any]:
    return {hole: {"date": "2026-09-30"} if hole in DATES else LONG.get(hole, 1_234_567) for hole in holes(dutch)}


def every_key() -> Iterator[list[Payload]]:
    for key, dutch in WORDS.dutch.items():
        yield [{"say": key, "with": longest(dutch)}]


def every_question() -> Iterator[list[Payload]]:
    for name in question_names():
        yield [question_payload(Talk(asking=name))]


def every_turn_of_the_families() -> Iterator[list[Payload]]:
    """Each whole turn of each check that a family of ours can go through: one bubble, if it fits."""
    for family in FAMILIES.values():
        told = family.situation.to_dict()
        for journey in JOURNEYS:
            talk = Talk(journey=journey)
            turn = advance(talk, KNOWS, DAY)
            while talk.asking:
                yield turn
                answer = getattr(family.situation, talk.asking) if talk.asking in told else None
                talk.record(talk.asking, UNSURE if answer is None else answer)
                turn = advance(talk, KNOWS, DAY)
            yield turn


def every_thing_to_show() -> Iterator[list[Payload]]:
    """Plans, their items, cards, letters and summaries of all families."""
    for family in FAMILIES.values():
        talk = Talk(situation=family.situation)
        yield show(talk, KNOWS, DAY)
        yield which_done(talk, KNOWS, DAY)
        yield [show_list(talk, KNOWS)]
        for item in items_of(talk, KNOWS, DAY):
            yield pick(talk, f"plan.item.{item.slug}", KNOWS, DAY)
        answers = [{"field": name, "value": value} for name, value in family.situation.to_dict().items()]
        yield [{"summary": answers}]
        for name, form in KNOWS.content.letters.items():
            yield [letter_payload(letter(name, form, family.situation, KNOWS.content.law, DAY), ["cards", "person"])]
    yield from ([show_card(Talk(), slug, KNOWS)] for slug in KNOWS.content.cards)


def every_finding() -> Iterator[list[Payload]]:
    """Of each rule what it concludes about fifty families at random."""
    chance = random.Random(1)
    for rule in {rule.right: rule for journey in JOURNEYS.values() for rule in journey.goals}.values():
        for _ in range(50):
            told = {name: chance.choice([None, *possible_answers(name, DAY)]) for name in rule.reads}
            yield [finding_payload(rule.assess(Situation(**told), KNOWS.content.law, None, DAY))]


def without_doubles(turns: Iterator[list[Payload]]) -> list[list[Payload]]:
    """Turns that say something else than those before them, whatever the answers were that led to them."""
    told: dict[tuple[Any, ...], list[Payload]] = {}
    for turn in turns:
        findings = [payload.get("finding") for payload in turn]
        shown = [finding and (finding["key"], finding["steps"]) for finding in findings]
        others = [payload for payload in turn if "finding" not in payload]
        told.setdefault((repr(shown), repr(others)), turn)
    return list(told.values())


def bubble(turn: Sequence[Outgoing], lang: str) -> list[Shaped]:
    """One turn as the sender makes it: all texts below each other, with the choices of the last one that has any."""
    choices = next((said.choices for said in reversed(turn) if said.choices), ())
    open_list, hint = (SPEECH.line(f"whatsapp.{key}", lang) for key in ("open_list", "with_number"))
    return shape("\n\n".join(said.text for said in turn), choices, open_list=open_list, with_number=hint)


@pytest.mark.parametrize(
    "source", [every_key, every_question, every_turn_of_the_families, every_thing_to_show, every_finding]
)
@pytest.mark.slow
def test_everything_that_can_be_said_can_be_sent_in_every_language(source: Any) -> None:
    forms: Counter[str] = Counter()
    turns = without_doubles(source())
    for lang in LANGUAGES:
        for turn in turns:
            said = [SPEECH.render(payload, lang, DAY) for payload in turn]
            messages = bubble(said, lang)
            assert messages
            assert [fault for one in messages for fault in broken(one.payload)] == [], said[-1].key
            choices = next((one.choices for one in reversed(said) if one.choices), ())
            assert offered(messages) == [choice.id for choice in choices], said[-1].key
            words = "\n\n".join(one.text for one in said).split()
            assert " ".join(body(one) for one in messages).split()[: len(words)] == words, said[-1].key
            assert all(balanced(body(one)) for one in messages), said[-1].key
            forms.update(kind(one) for one in messages)
            forms["more than one"] += len(messages) > 1
    print(f"{source.__name__}: {len(turns)} turns in {len(LANGUAGES)} languages: {dict(forms)}")
