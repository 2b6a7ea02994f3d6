"""Every sentence a family can read exists in every language, with the same holes and numbers, and leads to a person."""

from __future__ import annotations

import inspect
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.pofile import write_po
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.content import Content
from actions.dialogue.journeys import JOURNEYS
from actions.dialogue.knowledge import knowledge
from actions.dialogue.progress import advance, finding_payload
from actions.dialogue.talk import Payload, Talk
from actions.eligibility.finding import Rule
from actions.eligibility.next_question import possible_answers
from actions.eligibility.situation import UNSURE, Situation, question_kind, question_names, question_options
from channels import parity, review
from channels.filling import holes, plural_faults, variants
from channels.settings import ROOT, Settings
from channels.speech import Speech
from channels.words import load_languages, load_words
from tests import ours
from tests.conftest import DAY

KNOWS = knowledge()
CONTENT = KNOWS.content
SPEECH = ours.speech()
WORDS = SPEECH.words
LANGUAGES = list(WORDS.languages)
OTHERS = [code for code in LANGUAGES if code != "nl"]
RULES = {rule.right: rule for journey in JOURNEYS.values() for rule in journey.goals}
HOLE = re.compile(r"\{(\w+)\}")
NUMBER = re.compile(r"\+?\d[\d \-.]*\d")
LONGEST_MESSAGE = 4096  # what WhatsApp takes in one bubble
LONGEST_INTERACTIVE = 1024  # and in one with buttons or a list
LAST_DAY = {"date": "2026-09-30"}  # the longest month there is to write
DATES = {"day", "deadline", "eviction_date", "last_day"}
SPECIAL = {"code": "TW-WWWWWW", "receipt": "WWWWW-WWWWW"}
# Words of the Dutch desk that a family must recognise on paper, and words that are the same by nature.
SAME_IN_DUTCH = {
    "Computer",
    "DigiD",
    "Gemeente",
    "Gratis",
    "Hotel",
    "IND",
    "Kostendelersnorm",
    "School",
    "Urgentieverklaring",
    "Zelfredzaam?",
}
# Messages with a sentence between quotation marks that is said to a Dutch official and therefore stays in Dutch.
QUOTES_DUTCH = ("step.desk_", "crisis.no_place_tonight", "answer.emergency_tonight")


def longest(text: str) -> dict[str, Any]:
    """A value for every hole of `text`, as long as it can plausibly be."""
    return {hole: LAST_DAY if hole in DATES else SPECIAL.get(hole, 1200) for hole in holes(text)}


# --- every key in every language


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.slow
def test_every_message_and_every_fact_can_be_said_without_a_hole_and_fits_one_bubble(lang: str) -> None:
    for key, dutch in WORDS.dutch.items():
        values = longest(dutch)
        said = SPEECH.render({"say": key, "with": values}, lang, DAY)
        assert said.text.strip(), key
        assert not HOLE.search(said.text), key
        assert len(said.text) <= (LONGEST_INTERACTIVE if said.choices else LONGEST_MESSAGE), key
        assert said.lang == lang
        assert said.key == key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_line_has_its_own_words_where_the_language_has_them(lang: str) -> None:
    for key, dutch in WORDS.dutch.items():
        text, current = WORDS.text(key, lang)
        assert current == (lang == "nl" or key in WORDS.translated[lang])
        assert current or text == dutch


@pytest.mark.parametrize("lang", OTHERS)
def test_a_translation_has_exactly_the_holes_of_the_dutch_text(lang: str) -> None:
    for key, text in WORDS.translated[lang].items():
        assert holes(text) == holes(WORDS.dutch[key]), key
        assert plural_faults(text, lang) == [], key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_to_tap_is_short_enough_for_a_button_and_cannot_be_mistaken_for_its_neighbour(lang: str) -> None:
    too_long = {
        key: WORDS.text(key, lang)[0]
        for key in WORDS.dutch
        if key.startswith(("choice.", "label.")) and len(WORDS.text(key, lang)[0]) > parity.BUTTON
    }
    assert too_long == {}
    for key, message in CONTENT.messages.items():
        titles = [SPEECH.choice(choice, lang).title for choice in message.choices]
        assert len(set(titles)) == len(titles), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_question_can_be_asked_explained_answered_and_summed_up(lang: str) -> None:
    for name in question_names():
        options = {"yes_no": ("yes", "no")}.get(question_kind(name), question_options(name))
        asked = SPEECH.render(
            {"say": f"ask.{name}", "choices": [f"ask.{name}={o}" for o in (*options, "unsure")]}, lang, DAY
        )
        titles = [choice.title for choice in asked.choices]
        assert len(set(titles)) == len(titles), name
        assert all(0 < len(title) <= parity.BUTTON for title in titles), name
        assert SPEECH.line(f"why.{name}", lang)
        for value in possible_answers(name, DAY):
            told = Situation().with_answer(name, value).to_dict()
            summed = SPEECH.render({"summary": [{"field": k, "value": v} for k, v in told.items()]}, lang, DAY)
            assert SPEECH.line(f"label.{name}", lang) in summed.text


def test_every_answer_to_a_subject_is_at_most_eighty_words() -> None:
    counted = {k: len(m.text.split()) for k, m in CONTENT.messages.items() if k.startswith("answer.")}
    assert {key: count for key, count in counted.items() if count > 80} == {}


@pytest.mark.parametrize("lang", OTHERS)
def test_no_translation_is_still_the_dutch_text(lang: str) -> None:
    for key, text in WORDS.translated[lang].items():
        dutch = WORDS.dutch[key]
        assert text != dutch or text in SAME_IN_DUTCH or not re.search(r"[a-z]{3}", HOLE.sub("", text)), key


@pytest.mark.parametrize("lang", OTHERS)
def test_no_whole_line_of_a_translation_is_still_dutch_except_what_is_said_at_a_dutch_desk(lang: str) -> None:
    for key, text in WORDS.translated[lang].items():
        if not key.startswith(QUOTES_DUTCH):
            dutch = {line for line in WORDS.dutch[key].split("\n") if len(line.split()) > 3}
            assert not dutch & set(text.split("\n")), key


@pytest.mark.parametrize("lang", OTHERS)
def test_what_is_said_at_a_dutch_desk_stays_dutch_and_gets_its_meaning_beside_it(lang: str) -> None:
    for key, text in WORDS.translated[lang].items():
        if key.startswith("step.desk_"):
            quoted = re.findall(r'"([^"]+)"', WORDS.dutch[key])
            assert all(quote in text for quote in quoted), key
            assert text != WORDS.dutch[key], key


@pytest.mark.parametrize("lang", OTHERS)
def test_numbers_to_call_and_numbers_of_the_law_are_those_of_the_dutch_text(lang: str) -> None:
    for key, text in WORDS.translated[lang].items():
        for said in variants(text, lang):
            assert set(NUMBER.findall(said)) == set(NUMBER.findall(WORDS.dutch[key])), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_numbers_of_an_organisation_stand_in_its_line_in_every_language(lang: str) -> None:
    for slug, organisation in CONTENT.organisations.items():
        line = SPEECH.line(f"contact.{slug}", lang)
        numbers = NUMBER.findall(f"{organisation.phone}; {organisation.phone_from_abroad}")
        assert [number for number in numbers if number not in line] == [], slug


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_in_danger_exist_in_every_language(lang: str) -> None:
    danger = [key for key in WORDS.dutch if key.startswith("crisis.")]
    assert len(danger) >= 7
    assert [key for key in danger if not WORDS.text(key, lang)[1]] == []


@pytest.mark.parametrize("lang", OTHERS)
def test_the_line_that_explains_dutch_text_is_itself_in_the_readers_language(lang: str) -> None:
    for key in ("system.not_translated", "conversation.draft_language", "certainty.expired", "certainty.unverified"):
        assert WORDS.text(key, lang)[1], key


# --- everything that can be said exists


@pytest.mark.slow
def test_every_message_that_a_rule_a_journey_or_the_gateway_can_say_exists_and_none_is_dead() -> None:
    assert review.check(Settings.from_env({}), DAY) == []


def answers_of(rule: Rule) -> st.SearchStrategy[Situation]:
    def one(name: str) -> st.SearchStrategy[Any]:
        return st.sampled_from([None, *possible_answers(name, DAY)])

    return st.builds(Situation, **{name: one(name) for name in rule.reads})


SAID: set[tuple[str, ...]] = set()


def say_everywhere(payload: Payload) -> None:
    """Render in every language; what was said before with the same parts is not said again."""
    finding = payload.get("finding") or {}
    parts = (finding.get("key", str(payload)), *finding.get("steps", ()), *finding.get("values", ()))
    if parts in SAID:
        return
    SAID.add(parts)
    for lang in LANGUAGES:
        said = SPEECH.render(payload, lang, DAY)
        assert not HOLE.search(said.text), said.key
        assert len(said.text) <= LONGEST_MESSAGE, said.key


@pytest.mark.parametrize("right", RULES)
@settings(deadline=None)
@given(data=st.data())
def test_whatever_a_rule_concludes_has_words_sources_a_receipt_and_a_person(right: str, data: st.DataObject) -> None:
    finding = RULES[right].assess(data.draw(answers_of(RULES[right])), CONTENT.law, None, DAY)
    payload = finding_payload(finding)
    say_everywhere(payload)
    said = SPEECH.render(payload, "nl", DAY)
    assert said.sources
    assert said.receipt == finding.receipt
    assert finding.receipt in said.text
    assert finding.hand_over_to[-1] == "person"


@pytest.mark.parametrize("right", RULES)
def test_every_conclusion_that_stands_in_the_text_of_a_rule_has_words(right: str) -> None:
    module = inspect.getmodule(RULES[right].body)
    assert module
    concluded = re.findall(r'Conclusion\(\s*Outcome\.\w+,\s*"([a-z0-9_]+)"', inspect.getsource(module))
    assert [says for says in concluded if not WORDS.has(f"finding.{right}.{says}")] == []


@cache
def end_of(journey: str) -> list[Payload]:
    """The last turn of a check for a family that knows nothing."""
    talk = Talk(journey=journey)
    payloads = advance(talk, KNOWS, DAY)
    while talk.asking:
        talk.record(talk.asking, UNSURE)
        payloads = advance(talk, KNOWS, DAY)
    return payloads


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_check_ends_with_an_offer_of_a_person_in_every_language(journey: str, lang: str) -> None:
    *_, last = [SPEECH.render(payload, lang, DAY) for payload in end_of(journey)]
    assert last.key == "journey.end"
    assert "person" in [choice.id for choice in last.choices]


def end_states() -> list[str]:
    lines = {"system.not_translated"}  # stands above another message, never alone
    ends = [k for k in CONTENT.messages if k.startswith(("answer.", "system.")) and k not in lines]
    return [*ends, "clarify.person", "crisis.person_alerted", "crisis.menu", "input.no_words", "input.too_long"]


@pytest.mark.parametrize("key", end_states())
def test_every_place_where_a_talk_can_end_offers_a_person(key: str) -> None:
    for lang in LANGUAGES:
        said = SPEECH.render({"say": key, "with": longest(WORDS.dutch[key])}, lang, DAY)
        assert "person" in [choice.id for choice in said.choices]


def test_every_subject_offers_a_check_or_another_subject_that_exists() -> None:
    topics = {name for name, intent in CONTENT.intents.items() if intent.kind == "topic"}
    for message in CONTENT.messages.values():
        for choice in message.choices:
            kind, _, name = choice.partition(".")
            assert kind != "topic" or name in topics
            assert kind != "check" or name in JOURNEYS


# --- a translation that is not current


def catalogue(folder: Path, lang: str, entries: list[tuple[str, str, str, bool]]) -> Speech:
    """Real content with a catalogue of one language: (key, Dutch it was made from, translation, fuzzy)."""
    shutil.copy(ROOT / "locales" / "languages.yml", folder)
    made = Catalog(locale=lang)
    for key, dutch, text, fuzzy in entries:
        made.add(dutch, text, context=key, flags=("fuzzy",) if fuzzy else ())
    target = folder / lang / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "messages.po").open("wb") as file:
        write_po(file, made)
    return Speech(CONTENT, load_words(CONTENT, folder))


def current(key: str, text: str) -> tuple[str, str, str, bool]:
    return key, WORDS.dutch[key], text, False


REMARK = current("system.not_translated", "REMARK")


def test_a_current_translation_is_shown_without_any_remark(tmp_path: Path) -> None:
    speech = catalogue(tmp_path, "en", [REMARK, current("conversation.stopped", "STOPPED")])
    assert speech.render({"say": "conversation.stopped"}, "en", DAY).text == "STOPPED"


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(("conversation.stopped", "De oude zin.", "OLD", False), id="the Dutch changed"),
        pytest.param(("conversation.stopped", WORDS.dutch["conversation.stopped"], "GUESS", True), id="fuzzy"),
        pytest.param(("conversation.stopped", WORDS.dutch["conversation.stopped"], "", False), id="empty"),
        pytest.param(("conversation.other", WORDS.dutch["conversation.stopped"], "ELSE", False), id="another key"),
    ],
)
def test_a_translation_that_is_not_current_gives_way_to_dutch_with_one_line_that_says_so(
    tmp_path: Path, entry: tuple[str, str, str, bool]
) -> None:
    speech = catalogue(tmp_path, "en", [REMARK, entry])
    said = speech.render({"say": "conversation.stopped"}, "en", DAY)
    assert said.text.split("\n", 1) == ["REMARK", WORDS.dutch["conversation.stopped"]]
    assert speech.words.text("conversation.stopped", "en") == (WORDS.dutch["conversation.stopped"], False)


def a_finding() -> tuple[Payload, dict[str, Any]]:
    situation = Situation(threatened_with_child_removal=True)
    payload = finding_payload(RULES["veilig_thuis_threat"].assess(situation, CONTENT.law, None, DAY))
    return payload, payload["finding"]


def test_one_old_step_or_contact_in_a_finding_gets_the_same_line_once(tmp_path: Path) -> None:
    payload, finding = a_finding()
    contacts = [f"contact.{code}" for code in finding["contacts"] if code != "person"]
    keys = [key for key in WORDS.dutch if key.startswith(("finding.", "outcome."))] + [*finding["steps"], *contacts]
    assert finding["steps"]
    for number, left_out in enumerate((finding["steps"][-1], contacts[-1], None)):
        folder = tmp_path / str(number)
        folder.mkdir()
        speech = catalogue(folder, "en", [REMARK, *(current(key, key) for key in keys if key != left_out)])
        text = speech.render(payload, "en", DAY).text
        assert text.count("REMARK") == (0 if left_out is None else 1)
        assert left_out is None or WORDS.dutch[left_out] in text


def test_a_plan_with_one_old_line_says_so(tmp_path: Path) -> None:
    items = [key for key in WORDS.dutch if key.startswith("plan.") and ".group" not in key and key != "plan.title"][:2]
    plan = {"plan": [{"say": key, "when": 0, "due": None, "overdue": False} for key in items], "choices": []}
    entries = [REMARK, current("plan.title", "PLAN"), current(items[0], "ONE")]
    said = catalogue(tmp_path, "en", entries).render(plan, "en", DAY)
    assert said.text.startswith("REMARK\n")


def test_a_language_without_a_catalogue_is_all_dutch_and_says_so(tmp_path: Path) -> None:
    shutil.copy(ROOT / "locales" / "languages.yml", tmp_path)
    speech = Speech(CONTENT, load_words(CONTENT, tmp_path))
    said = speech.render({"say": "conversation.stopped"}, "ar", DAY)
    assert said.text.endswith(WORDS.dutch["conversation.stopped"])
    assert said.text.startswith(WORDS.dutch["system.not_translated"])


# --- certainty, days, directions


def aged(**changed: Any) -> tuple[Speech, str]:
    """Speech in which one fact that is law and current is changed; and the id of that fact."""
    fact = next(f for f in CONTENT.law.facts.values() if f.certainty == "law" and f.review_by > DAY)
    facts = {**CONTENT.law.facts, fact.id: fact.model_copy(update=changed)}
    content: Content = replace(CONTENT, law=replace(CONTENT.law, facts=facts))
    return Speech(content, WORDS), fact.id


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_fact_past_its_review_is_shown_with_the_line_that_says_so(lang: str) -> None:
    speech, fact = aged(review_by=DAY - timedelta(days=1))
    expired = speech.line("certainty.expired", lang, {"day": {"date": (DAY - timedelta(days=1)).isoformat()}})
    assert expired in speech.render({"say": f"fact.{fact}", "grounds": [fact]}, lang, DAY).text.split("\n")
    the_day_itself = speech.render({"say": f"fact.{fact}", "grounds": [fact]}, lang, DAY - timedelta(days=1))
    assert expired not in the_day_itself.text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("certainty", ["contested", "unverified"])
def test_a_doubtful_fact_is_shown_with_its_doubt_and_a_sure_one_without(lang: str, certainty: str) -> None:
    speech, fact = aged(certainty=certainty)
    doubt = speech.line(f"certainty.{certainty}", lang)
    said = speech.render({"say": f"fact.{fact}", "grounds": [fact]}, lang, DAY)
    assert doubt in said.text.split("\n")
    assert {source.certainty for source in said.sources} == {certainty}
    assert doubt not in SPEECH.render({"say": f"fact.{fact}", "grounds": [fact]}, lang, DAY).text


@pytest.mark.slow
def test_every_message_that_rests_on_a_doubtful_fact_says_so() -> None:
    for key, message in CONTENT.messages.items():
        if key.startswith("certainty."):
            continue
        certainties = {CONTENT.law.facts[ground].certainty for ground in message.grounds}
        said = SPEECH.render({"say": key, "with": longest(message.text)}, "nl", DAY)
        for doubt in ("contested", "unverified"):
            assert (WORDS.dutch[f"certainty.{doubt}"] in said.text) == (doubt in certainties), key
        assert bool(said.sources) == bool(message.grounds), key


@pytest.mark.parametrize(
    ("lang", "written"),
    [
        ("nl", "22 november 2026"),
        ("en", "November 22, 2026"),
        ("es", "22 de noviembre de 2026"),
        ("pap", "22 di Novèmber 2026"),
        ("ar", "22 نوفمبر 2026"),
        ("fr", "22 novembre 2026"),
        ("pt", "22 de novembro de 2026"),
        ("so", "22 Noofeembar 2026"),
        ("ti", "22 ሕዳር 2026"),
        ("tr", "22 Kasım 2026"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(lang: str, written: str) -> None:
    assert written in SPEECH.line("certainty.expired", lang, {"day": {"date": "2026-11-22"}})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_direction_follows_the_language_and_values_cannot_disturb_it(lang: str) -> None:
    said = SPEECH.render({"say": "person.stored", "with": {"code": "TW-ABC234"}}, lang, DAY)
    assert said.dir == load_languages(ROOT / "locales")[lang].dir
    assert ("\u2068TW-ABC234\u2069" in said.text) == (said.dir == "rtl")
    assert "TW-ABC234" in said.text


def test_arabic_is_written_from_right_to_left() -> None:
    assert WORDS.languages["ar"].dir == "rtl"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_finding_shows_its_receipt_its_sources_and_no_choice_is_lost(lang: str) -> None:
    payload, finding = a_finding()
    said = SPEECH.render(payload, lang, DAY)
    assert said.receipt == finding["receipt"]
    assert finding["receipt"] in said.text
    assert {source.fact for source in said.sources} <= set(payload["grounds"])
    assert all(source.title and source.dated and date.fromisoformat(source.read) for source in said.sources)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_day_and_answers_give_the_same_receipt_and_the_same_words(lang: str) -> None:
    assert SPEECH.render(a_finding()[0], lang, DAY) == SPEECH.render(a_finding()[0], lang, DAY)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_that_nobody_signed_is_a_draft(code: str) -> None:
    language = WORDS.languages[code]
    assert code == "nl" or language.state != "live" or (language.reviewer and language.reviewed)


def test_every_language_can_be_asked_for_by_its_own_name_and_no_name_asks_for_two() -> None:
    for code, language in WORDS.languages.items():
        assert [WORDS.asked_for(name) for name in (language.name, *language.asks)] == [code] * (1 + len(language.asks))


def test_a_dutch_reference_in_brackets_keeps_its_order_in_a_line_from_right_to_left() -> None:
    said = SPEECH.line("desk.no_binding.meaning", "ar")
    assert "(\u206829 325, nr. 192\u2069)" in said
    assert "\u2068" not in SPEECH.line("desk.no_binding.meaning", "nl")


def test_a_dutch_sentence_to_say_keeps_its_full_stop_in_a_line_from_right_to_left() -> None:
    assert '\u2068"Ik doe een melding voor maatschappelijke opvang."\u2069' in SPEECH.line(
        "answer.shelter_access", "ar"
    )
