"""A request for a person is honoured in one turn: in every state, in every language, tapped or typed."""

from typing import Any

import pytest

from channels.handoff import waiting
from channels.handoff.machine import State
from channels.hearing import clean
from channels.words import plain
from tests.handoff.conftest import MONDAY
from tests.handoff.office import CONTENT, Bench, all_words, bench
from tests.handoff.test_handover import keys

LANGUAGES = ("nl", "en", "es", "pap", "ar", "fr", "pt", "so", "ti", "tr")
SHOWN = ["handoff.preview", "handoff.ask"]
# where a family is → what it is told when it asks for a person, and where its newest case then is
ANSWERED = {
    "bot": (SHOWN, "consent"),
    "consent": (SHOWN, "consent"),
    "queued": (["handoff.already"], "queued"),
    "left": (["handoff.already"], "left"),
    "callback": (["handoff.already"], "callback"),
    "active": (["handoff.already"], "active"),
    "asked_transfer": (["handoff.already"], "consent"),
    "offered_transfer": (["handoff.already"], "queued"),
    "transferred": (["handoff.already"], "active"),
    "resolved": (SHOWN, "consent"),
    "closed": (SHOWN, "consent"),
    "cancelled": (SHOWN, "consent"),
    "withdrawn": (SHOWN, "consent"),
    "blocked": (["person.stored"], "queued"),  # not with those who blocked; nobody else takes this subject
}


def test_every_state_of_the_machine_is_asked_for() -> None:
    assert set(ANSWERED) == {*State, "bot"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.slow
def test_in_every_state_a_tap_on_a_person_is_answered_at_once(lang: str) -> None:
    for state, (told, after) in ANSWERED.items():
        family = bench(MONDAY, lang, all_words())
        family.brought_to(state) if state != "bot" else None
        assert family.hears(choice="person") == told, state
        assert family.case().state == after, state


def test_while_a_family_reads_an_older_screen_gives_way_to_the_new_one() -> None:
    family = bench(MONDAY)
    old = family.brought_to("consent")
    family.hears(choice="person")
    assert [case.state for case in family.cases()] == ["consent", "cancelled"]
    assert family.cases()[1].id == old.id


def screens(family: Bench) -> list[list[str]]:
    """The choices of every message of the handover, and those that are made for a family."""
    fixed = [list(one.choices) for key, one in CONTENT.messages.items() if key.startswith("handoff.") and one.choices]
    family.brought_to("queued")
    moments = [f"handoff.slot.{round(moment.timestamp())}" for moment in waiting.slots(family.here, family.case())]
    lines = [*(f"handoff.line.{number}" for number in range(1, 8)), "handoff.more.7", "handoff.keep"]
    return [*fixed, [*moments, "handoff.leave"], lines]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_button_of_the_handover_can_be_typed_as_it_is_read(lang: str) -> None:
    speech = all_words()
    for choices in screens(bench(MONDAY, lang, speech)):
        offered = [{"id": one.id, "title": one.title} for one in (speech.choice(name, lang) for name in choices)]
        assert len({plain(one["title"]) for one in offered}) == len(offered), offered
        for one in offered:
            for typed in (one["title"], one["title"].upper(), f" {one['title']}. "):
                assert speech.typed(clean(typed), [offered]) == one["id"], typed


@pytest.mark.parametrize("lang", ["ar", "ti", "tr"])
@pytest.mark.slow
async def test_a_family_that_types_every_button_gets_as_far_as_one_that_taps(desk_house: Any, lang: str) -> None:
    words, token = all_words(), await desk_house.open(lang)

    async def types(choice: str) -> list[str]:
        return keys(await desk_house.types(token, words.choice(choice, lang).title))

    await desk_house.choose(token, "person")
    assert await types("handoff.edit") == ["handoff.edit_which"]
    assert await types("handoff.line.2") == ["handoff.edit_line"]
    assert await types("handoff.remove") == SHOWN
    assert await types("handoff.reach") == ["handoff.reach_ask"]
    assert await types("handoff.reach.evening") == SHOWN
    assert (await types("handoff.yes"))[0] == "handoff.queued"
    assert await types("handoff.plan") == ["handoff.plan_ask"]
    offered = (await desk_house.messages(token))[-1]["choices"]
    assert keys(await desk_house.types(token, offered[0]["title"])) == ["handoff.planned"]
    assert await types("handoff.stop_sharing") == ["handoff.stop_ask"]
    assert await types("handoff.stop_yes") == ["handoff.withdrawn_unread"]
    assert (await desk_house.all_cases())[-1]["state"] == "withdrawn"


@pytest.mark.slow
async def test_in_the_middle_of_a_check_a_person_is_shown_and_the_open_question_hides_no_button(
    desk_house: Any,
) -> None:
    packet = {"reason": "asked", "urgency": 1, "topic": "shelter_access", "situation": {"children": True}}
    asked_again = {"say": "ask.place", "choices": ["ask.place=abroad", "ask.place=netherlands"]}
    for lang in LANGUAGES:
        token = await desk_house.open(lang)
        await desk_house.send(token, "k1", text="?? 1")
        await desk_house.until_key(token, "ask.place")
        answer, desk_house.bot.answer = desk_house.bot.answer, lambda _: [{"handoff": packet}, asked_again]
        assert keys(await desk_house.choose(token, "person")) == [*SHOWN, "ask.place"]
        desk_house.bot.answer = answer
        title = all_words().choice("handoff.no", lang).title
        assert keys(await desk_house.types(token, title)) == ["handoff.refused"], lang


@pytest.mark.slow
async def test_while_the_bot_is_broken_a_person_is_out_of_nobodys_reach(desk_house: Any) -> None:
    desk_house.bot.broken = "error"
    for lang in LANGUAGES:
        token = await desk_house.open(lang)
        assert keys(await desk_house.choose(token, "person"))[-2:] == SHOWN, lang


@pytest.mark.slow
async def test_a_question_that_the_broken_bot_cannot_answer_stands_in_nobodys_way_to_a_person(desk_house: Any) -> None:
    desk_house.bot.broken = "error"
    for lang in LANGUAGES:
        token = await desk_house.open(lang)
        await desk_house.send(token, "k1", text="1 2 3")
        await desk_house.until_key(token, "system.bot_down")
        assert keys(await desk_house.choose(token, "person")) == SHOWN, lang
        assert keys(await desk_house.choose(token, "handoff.yes"))[0] == "handoff.queued"


@pytest.mark.slow
async def test_after_words_of_danger_a_person_is_alarmed_already_and_a_tap_says_where_the_question_lies(
    desk_house: Any,
) -> None:
    desk_house.bot.broken = "error"
    for lang in LANGUAGES:
        token = await desk_house.open(lang)
        await desk_house.choose(token, "emergency")
        case = (await desk_house.all_cases())[-1]
        assert (case["state"], case["urgency"]) == ("queued", 3)
        assert keys(await desk_house.choose(token, "person")) == ["handoff.already"], lang


@pytest.mark.slow
async def test_words_of_danger_are_heard_in_every_state_also_where_a_line_is_being_written(desk_house: Any) -> None:
    worker, cry = await desk_house.seat("Wil"), "mijn man slaat mij nu, help"

    async def danger(token: str) -> None:
        assert "crisis.person_alerted" in keys(await desk_house.types(token, cry))
        assert max(case["urgency"] for case in await desk_house.all_cases()) == 3

    reads = await desk_house.open("nl")
    await desk_house.choose(reads, "person")
    await desk_house.choose(reads, "handoff.add")
    await danger(reads)
    assert cry in str((await desk_house.all_cases())[0]["packet"])  # and it is the line that it was meant to be
    waits = await desk_house.open("nl")
    code = await desk_house.approved(waits)
    await danger(waits)
    await worker.act(code, "take")
    await danger(waits)
    card = (await worker.get(f"/cases/{code}"))[1]
    assert (card["state"], [m["text"] for m in card["messages"]].count(cry)) == ("active", 2)
    assert keys(await desk_house.choose(waits, "person")) == ["handoff.already"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_any_desk_the_question_is_kept_and_has_a_code_also_after_danger(lang: str) -> None:
    family = bench(MONDAY, lang, all_words())
    family.organisations = {}
    for _ in range(2):
        assert family.hears(choice="person") == ["person.stored"]
    assert family.hears(choice="handoff.plan") == ["handoff.gone"]
    assert [case.org for case in family.cases()] == [""]
