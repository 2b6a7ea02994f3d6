"""What the bot hands over for the page: everything of the plan, nothing by which anybody could be known."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from actions.dialogue import planning
from actions.dialogue.conversation import restart
from actions.dialogue.desk import cards_for
from actions.dialogue.plan_view import items_of
from actions.dialogue.server import heard_in, take_turn
from actions.dialogue.sheet import fingerprint, renewed, sheet
from actions.dialogue.talk import Talk
from actions.eligibility.situation import Situation
from channels.plans import leaflets, page
from tests.conftest import DAY
from tests.plans.sheets import FAMILIES, KNOWS, opened, sheet_of, speech, telling
from tests.plans.talking import MOTHER

KEYS = {"day", "items", "light", "days", "care", "cards", "findings", "child"}
# a key, a day, a colour, an address of an official page, a code to find an answer again: never a sentence
PLAIN = re.compile(r"[a-z0-9_.]+|\d{4}-\d\d-\d\d|https://\S+|[A-Z2-7]{5}-[A-Z2-7]{5}|GM\d{4}|LIKELY_YES|LIKELY_NO|"
                   r"DEPENDS|ADVICE_NOW|")  # fmt: skip


def texts(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        for value in told.values():
            yield from texts(value)
    elif isinstance(told, list):
        for value in told:
            yield from texts(value)
    elif isinstance(told, str):
        yield told


@pytest.mark.parametrize("family", FAMILIES)
def test_a_sheet_holds_keys_and_values_and_never_a_name_or_words_of_the_family(family: str) -> None:
    made = sheet_of(family)
    assert set(made) == KEYS
    assert [text for text in texts(made) if not PLAIN.fullmatch(text)] == []
    assert len(json.dumps(made)) < 40_000


def test_what_a_family_typed_is_nowhere_on_its_sheet() -> None:
    typed = "mijn naam is Proef van der Voorbeeld en wij slapen bij tante"
    heard = heard_in({"intent": {"name": "out_of_scope"}, "text": typed, "metadata": {}})
    talk = Talk(situation=Situation.from_dict(MOTHER), finished=["abroad"])
    take_turn(lambda *_: [{"say": "conversation.other_question"}], talk.to_slot(), heard)
    assert not [text for text in texts(sheet(talk, KNOWS, DAY)) if "Proef" in text or "tante" in text]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("lang", ["nl", "ar", "ti"])
def test_every_family_can_read_its_whole_page(family: str, lang: str) -> None:
    told = page.shown(opened(family), telling(lang))
    items = [item for group in told["groups"] for item in group["items"]]
    assert {item["slug"] for item in items} == {item["slug"] for item in sheet_of(family)["items"]}
    assert all(item["facts"] and item["facts"][0]["sources"] for item in items)
    assert all(finding["receipt"]["text"] for finding in told["findings"])
    assert bool(told["care"]) == (family in ("09_chavez_abroad", "10_chavez_here_refused"))
    assert leaflets.for_child(sheet_of(family), telling(lang))["parts"]


def test_what_is_not_sure_is_said_so_on_the_page_and_on_the_sheet_of_the_host() -> None:
    told = page.shown(opened("09_chavez_abroad"), telling())
    facts = [fact for group in told["groups"] for item in group["items"] for fact in item["facts"]]
    assert any(fact["cautions"] for fact in facts)
    host = leaflets.for_host({}, telling())
    unsure = [fact for part in host["parts"] for fact in part["facts"] if fact["cautions"]]
    assert unsure
    words = {speech().words.dutch[f"sheet.certainty.{one}"] for one in ("contested", "unverified")}
    assert {fact["certainty"]["text"] for fact in unsure} <= words


def test_every_fact_of_the_host_sheet_and_of_the_list_of_papers_stands_in_the_law() -> None:
    facts, messages = KNOWS.content.law.facts, KNOWS.content.messages
    keys = [key for key in messages if key.startswith(("sheet.host.", "sheet.care"))]
    named = {ground for key in keys for ground in messages[key].grounds}
    assert named
    assert named <= facts.keys()
    told = {fact["text"]["text"] for part in leaflets.for_host({}, telling())["parts"] for fact in part["facts"]}
    assert all(any(fact.text == text for fact in facts.values()) for text in told)


def test_a_language_without_a_translation_says_so_and_marks_the_dutch() -> None:
    told = page.shown(opened("09_chavez_abroad"), telling("so"))
    lines = [line for line in _told(told) if line["lang"] == "nl"]
    assert bool(told["dutch_too"]) == bool(lines)
    assert all(line["dir"] == "ltr" for line in lines)
    assert told["draft"]


def _told(told: Any) -> Iterator[dict[str, str]]:
    if isinstance(told, dict) and {"text", "lang", "dir"} <= told.keys():
        yield told
    elif isinstance(told, dict):
        for value in told.values():
            yield from _told(value)
    elif isinstance(told, list):
        for value in told:
            yield from _told(value)


def test_the_advice_about_leaving_counts_again_what_is_open() -> None:
    before = page.shown(opened("09_chavez_abroad"), telling())["light"]
    leaving = [item["slug"] for item in sheet_of("09_chavez_abroad")["items"] if item["leaving"]]
    after = page.shown(opened("09_chavez_abroad", dict.fromkeys(leaving, True)), telling())["light"]
    assert before
    assert len(before["reasons"]) == len((after or {"reasons": []})["reasons"]) + 1


def test_what_was_to_be_done_by_a_day_that_has_passed_comes_first() -> None:
    late = telling()
    late.today = date(2027, 3, 10)
    groups = page.shown(opened("09_chavez_abroad"), late)["groups"]
    words = speech().words.dutch["plan.group.now"]
    assert groups[0]["title"]["text"] == words
    assert "passports" in [item["slug"] for item in groups[0]["items"]]


def test_the_days_stand_in_order_with_today_and_the_journey_among_them() -> None:
    days = page.days(opened("09_chavez_abroad"), telling())
    assert [one["day"] for one in days] == sorted(one["day"] for one in days)
    named = [one["day"] for one in days if one["named"]]
    assert named == [DAY.isoformat(), "2027-06-01"]
    assert page.days(opened("07_student_home_baby"), telling()) == [] or len(FAMILIES) == 12


def test_a_turn_that_changes_nothing_brings_no_sheet_and_one_that_ticks_does() -> None:
    talk = Talk(situation=Situation.from_dict(MOTHER))
    before = fingerprint(talk)
    assert renewed(talk, before, KNOWS, DAY) == []
    talk.tick("passports", done=True)
    assert renewed(talk, before, KNOWS, DAY)[0]["sheet"]["items"]


def test_the_sheet_travels_only_when_somebody_looks_and_is_not_said_again() -> None:
    slot = Talk(situation=Situation.from_dict(MOTHER)).to_slot()
    for looks in (True, False):
        heard = heard_in({"intent": {"name": "pick"}, "metadata": {"sheet": looks, "ticks": {"housing": True}}})
        told, after = take_turn(lambda talk, _heard, knows, day: planning.show(talk, knows, day), slot, heard)
        assert any("sheet" in payload for payload in told) == looks
        assert after["done"] == ["housing"]
        assert not any("sheet" in payload for payload in after["last"])


def test_starting_anew_takes_every_tick_back_also_where_it_is_kept() -> None:
    talk = Talk(situation=Situation.from_dict(MOTHER), done=["passports", "housing"])
    assert restart(talk, KNOWS, DAY)[0]["ticks"] == {"passports": False, "housing": False}
    assert talk.done == []


def test_no_finding_about_violence_lies_about_on_paper() -> None:
    talk = Talk(situation=Situation.from_dict({"unsafe_person": True, "place": "netherlands"}), finished=["violence"])
    assert [finding["right"] for finding in sheet(talk, KNOWS, DAY)["findings"]] == []


def test_no_point_and_no_card_about_violence_lies_about_on_paper_either() -> None:
    told = {"place": "netherlands", "children": True, "unsafe_person": True, "asked_gemeente": "refused_written"}
    talk = Talk(situation=Situation.from_dict({**told, "problems": ["violence"], "refusal_reason": "binding"}))
    assert "safety" in [item.slug for item in items_of(talk, KNOWS, DAY)], "the talk has it"
    assert "fled_violence" in cards_for(talk.situation), "the talk has it"
    made = sheet(talk, KNOWS, DAY)
    assert made["items"]
    assert made["cards"]
    assert not {"safety", "fled_violence"} & {*(item["slug"] for item in made["items"]), *made["cards"]}


def test_asking_for_reminders_without_a_day_to_come_promises_nothing() -> None:
    talk = Talk(situation=Situation.from_dict({**MOTHER, "departure_date": None}))
    assert planning.remind(talk, KNOWS, DAY)[0]["say"] == "planning.remind_no_days"
    talk = Talk(situation=Situation.from_dict(MOTHER))
    told = planning.remind(talk, KNOWS, DAY)[0]
    assert told["remind"] is True
    assert any(item["due"] > (DAY + timedelta(1)).isoformat() for item in told["sheet"]["items"] if item["due"])
