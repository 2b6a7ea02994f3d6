"""How the family came in is a hint: told first, said as such, and never written down as an answer."""

from __future__ import annotations

from typing import Any

import pytest

from actions.dialogue import turns
from actions.dialogue.places import entry_door, entry_post, entry_rules
from actions.dialogue.server import heard_in, take_turn
from actions.dialogue.talk import Heard, Payload, Talk
from actions.eligibility.situation import UNSURE, Situation
from channels.settings import ROOT
from channels.speech import Speech
from channels.words import load_words
from tests.conftest import DAY
from tests.dialogue.test_turns import KNOWS, answer_everything_unsure, keys, tap

CONTENT = KNOWS.content
AMSTERDAM, PARAMARIBO = {"gemeente": "GM0363"}, {"post": "paramaribo"}
TILBURG = {"entity": "town", "value": "GM0855"}


def say(talk: Talk, intent: str, entry: dict[str, str], *entities: dict[str, Any]) -> list[Payload]:
    """One message, as the server takes it."""
    heard = Heard(intent, "vraag", ranking=((intent, 0.95),), entities=entities, entry=entry)
    payloads, slot = take_turn(turns.topic, talk.to_slot(), heard)
    after = Talk.from_slot(slot)
    for name in talk.__slots__:
        setattr(talk, name, getattr(after, name))
    return payloads


def lines(payload: Payload) -> list[str]:
    return [line["say"] for line in payload["lines"]]


def test_the_entry_comes_with_the_message() -> None:
    told = {"metadata": {"entry": {"post": "paramaribo", "topic": "school"}}, "intent": {"name": "school"}}
    assert heard_in(told).entry == {"post": "paramaribo", "topic": "school"}
    assert heard_in({"metadata": {}}).entry == {}


@pytest.mark.parametrize("intent", ["shelter_access", "emergency_tonight"])
def test_the_door_of_the_gemeente_by_which_a_family_came_is_told_first_and_the_law_after_it(intent: str) -> None:
    talk = Talk()
    payloads = say(talk, intent, AMSTERDAM)
    assert keys(payloads) == ["lines", f"answer.{intent}"]
    assert lines(payloads[0])[0] == "entry.gemeente"
    assert "door.offer_above_law" in lines(payloads[0])
    assert "person" in payloads[-1]["choices"]
    assert talk.situation == Situation()


def test_a_tap_on_a_subject_gets_it_too() -> None:
    talk = Talk(entry=dict(AMSTERDAM))
    assert keys(tap(talk, "topic.shelter_access")) == ["lines", "answer.shelter_access"]


def test_the_rules_of_that_gemeente_come_before_the_law_and_are_not_told_twice() -> None:
    talk = Talk()
    payloads = say(talk, "urgency_declaration", AMSTERDAM)
    assert keys(payloads) == ["lines", "fact.urgency.amsterdam_practice_2025", "answer.urgency_declaration"]
    assert "urgency.amsterdam_practice_2025" in talk.told


def test_a_town_that_the_family_names_goes_before_the_hint() -> None:
    talk = Talk()
    assert keys(say(talk, "shelter_access", AMSTERDAM, TILBURG)) == ["answer.shelter_access", "lines"]
    assert talk.situation.town == "GM0855"
    assert keys(say(talk, "shelter_access", AMSTERDAM)) == ["answer.shelter_access"]
    assert keys(say(talk, "urgency_declaration", AMSTERDAM)) == ["answer.urgency_declaration"]


@pytest.mark.parametrize("entry", [{}, {"gemeente": "GM9999"}, {"gemeente": "<b>"}, {"post": "nowhere"}])
@pytest.mark.parametrize("intent", ["shelter_access", "visa_facilitating", "urgency_declaration"])
def test_a_hint_that_leads_nowhere_changes_nothing(entry: dict[str, str], intent: str) -> None:
    assert keys(say(Talk(), intent, entry)) == [f"answer.{intent}"]


def test_a_gemeente_of_which_nothing_is_known_still_leads_to_the_national_rule() -> None:
    code = next(one.code for one in CONTENT.municipalities.listed if not one.doors)
    payload = entry_door(code, CONTENT)
    assert payload
    assert lines(payload) == ["entry.gemeente", "door.unknown", "door.call_first"]
    assert entry_rules(code, "urgency_declaration", CONTENT, DAY) == []


@pytest.mark.parametrize("slug", CONTENT.posts)
def test_the_post_by_which_a_family_came_is_the_one_that_is_told(slug: str) -> None:
    payload = entry_post(Talk(entry={"post": slug}), CONTENT)
    assert payload
    told = lines(payload)
    assert told[0] == f"entry.post.{CONTENT.posts[slug].kind}"
    assert {"post.site", "post.dated"} <= set(told)
    assert ("post.known" in told) == (not CONTENT.posts[slug].consular), "another post helps with papers"


def test_the_question_where_to_apply_is_answered_with_the_post_unless_a_country_was_named() -> None:
    talk = Talk()
    assert keys(say(talk, "visa_facilitating", PARAMARIBO)) == ["lines", "answer.visa_facilitating"]
    assert talk.situation.country is None
    ghana = {"entity": "country", "value": "GH"}
    assert keys(say(talk, "visa_facilitating", PARAMARIBO, ghana)) == ["answer.visa_facilitating", "lines"]
    talk.situation = Situation(country="GH")
    assert keys(say(talk, "visa_facilitating", PARAMARIBO)) == ["answer.visa_facilitating"]


@pytest.mark.parametrize(("journey", "entry"), [("urgency", AMSTERDAM), ("embassy", PARAMARIBO)])
def test_a_check_ends_at_the_hinted_place_when_the_family_does_not_know_its_own(
    journey: str, entry: dict[str, str]
) -> None:
    talk = Talk(entry=dict(entry))
    first = tap(talk, f"check.{journey}")
    payloads = answer_everything_unsure(talk) or first
    hinted = [payload for payload in payloads if "lines" in payload and lines(payload)[0].startswith("entry.")]
    assert len(hinted) == 1
    assert talk.situation.town in (None, UNSURE)
    assert talk.situation.country in (None, UNSURE)


@pytest.mark.slow
def test_what_is_said_because_of_an_entry_has_words_in_every_language() -> None:
    speech = Speech(CONTENT, load_words(CONTENT, ROOT / "locales"))
    told = [entry_door("GM0363", CONTENT), *entry_rules("GM0363", "urgency_declaration", CONTENT, DAY)]
    told += [entry_post(Talk(entry={"post": slug}), CONTENT) for slug in CONTENT.posts]
    for lang in speech.words.offered():
        for payload in filter(None, told):
            assert speech.render(payload, lang, DAY).text


def test_a_new_turn_without_an_entry_forgets_the_old_one() -> None:
    talk = Talk()
    say(talk, "school", AMSTERDAM)
    assert talk.entry == AMSTERDAM
    assert keys(say(talk, "shelter_access", {})) == ["answer.shelter_access"]
