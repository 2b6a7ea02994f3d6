"""Doors and posts: a town or a country leads to the right one, and what is old or unknown is said."""

from __future__ import annotations

import pytest

from actions.dialogue.places import door, post
from actions.dialogue.talk import Payload, Talk
from tests.dialogue.test_turns import KNOWS, keys, say, tap

CONTENT = KNOWS.content


def lines(payload: Payload | None) -> list[str]:
    assert payload is not None
    return [line["say"] for line in payload["lines"]]


@pytest.mark.parametrize("town", [one.code for one in CONTENT.municipalities.listed if one.doors])
def test_an_unverified_door_is_never_shown_without_its_date_and_the_advice_to_call_first(town: str) -> None:
    municipality = CONTENT.municipalities.get(town)
    assert municipality
    said = lines(door(town, CONTENT))
    assert {"door.call_first", "door.call_first_number"} & set(said)
    unsure = [one for one in municipality.doors_for("family_shelter", "shelter") if one.call_first]
    assert said.count("door.dated") == len(unsure)


def test_where_nothing_is_known_the_national_rule_stands() -> None:
    unknown = next(one for one in CONTENT.municipalities.listed if not one.doors)
    payload = door(unknown.code, CONTENT)
    assert lines(payload) == ["door.unknown", "door.call_first"]
    assert payload is not None
    assert "shelter.national_access" in payload["grounds"]
    assert door("GM9999", CONTENT) is None


def test_the_post_of_a_country_is_named_and_a_country_without_one_is_led_on() -> None:
    assert lines(post("SR", CONTENT))[0] == "post.known"
    assert lines(post("CW", CONTENT))[0] == "post.representation"
    assert lines(post("AQ", CONTENT)) == ["post.unknown"]
    assert post("NL", CONTENT) is None


def test_a_question_about_shelter_that_names_a_town_gets_the_door_of_that_town() -> None:
    talk = Talk()
    payloads = say(talk, "shelter_access", "waar moet ik heen in Tilburg", {"entity": "town", "value": "GM0855"})
    assert keys(payloads) == ["answer.shelter_access", "lines"]
    assert "person" in payloads[-1]["choices"]
    assert talk.situation.town == "GM0855"


def test_two_towns_in_one_question_are_not_guessed_between() -> None:
    towns = [{"entity": "town", "value": code} for code in ("GM0855", "GM0363")]
    talk = Talk()
    assert keys(say(talk, "shelter_access", "van Tilburg naar Amsterdam", *towns)) == ["answer.shelter_access"]
    assert talk.situation.town is None


def test_a_gemeente_that_is_no_more_is_a_question_back_with_the_gemeente_of_today() -> None:
    talk = Talk(journey="homeless", asking="town")
    payloads = say(talk, "out_of_scope", "Weesp")
    assert keys(payloads) == ["town.merged"]
    assert payloads[0]["choices"][0] == "ask.town=GM0363"
    assert talk.asking == "town"
    tap(talk, "ask.town=GM0363")
    assert talk.situation.town == "GM0363"


def test_the_name_of_a_gemeente_that_the_bot_did_not_know_is_found_in_the_list() -> None:
    talk = Talk(journey="homeless", asking="town")
    say(talk, "out_of_scope", "gemeente Bladel")
    assert talk.situation.town == "GM1728"
