"""Working with the plan in a talk: see, tick off, take back, what now, why, later, another day of travel."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.dialogue import planning
from actions.dialogue.conversation import HANDLERS, restart
from actions.dialogue.knowledge import knowledge
from actions.dialogue.plan_view import ending, item_payload, items_of, plan_question
from actions.dialogue.talk import Payload, Talk
from actions.eligibility.situation import UNSURE, Situation
from actions.plan import MOST_ITEMS, PlanItem
from tests import ours
from tests.actions.families import CATALOGUE, DUTCH, ONE_OF_EACH
from tests.conftest import DAY

KNOWS = knowledge()
SPEECH = ours.speech()
CHAVEZ = {**ONE_OF_EACH["chavez"], "other_parent": "agrees", "address": "host_ok"}


def talk_of(answers: dict[str, Any], **more: Any) -> Talk:
    return Talk(situation=Situation.from_dict(answers), **more)


def tap(talk: Talk, choice: str, today: date = DAY) -> list[Payload]:
    handler = HANDLERS.get(choice)
    return handler(talk, KNOWS, today) if handler else planning.pick(talk, choice, KNOWS, today)


def text(payloads: list[Payload]) -> str:
    return "\n".join(SPEECH.render(payload, "nl", DAY).text for payload in payloads)


def words(key: str) -> str:
    return KNOWS.content.messages[key].text


# --- seeing the plan


def test_the_plan_can_be_seen_again_with_the_advice_first() -> None:
    talk = talk_of({**CHAVEZ, "departure_date": "2027-09-01"})
    shown = tap(talk, "plan.show")
    assert text(shown).startswith(f"🔴 {words('light.not_yet')}") or text(shown).startswith("🟠")
    assert words("light.advice") in text(shown)
    assert "0 van " in text(shown)
    assert "☐" in text(shown)
    assert shown[-1]["choices"][-1] == "person"


def test_a_long_plan_has_more_pages_and_together_they_hold_everything() -> None:
    talk = talk_of(CHAVEZ)
    seen, page, choices = [], 1, ["plan.more.1"]
    while f"plan.more.{page}" in choices:
        payload = tap(talk, f"plan.more.{page}")[0]
        assert 0 < len(payload["plan"]) <= MOST_ITEMS
        seen += [line["slug"] for line in payload["plan"]]
        choices, page = payload["choices"], page + 1
    assert page > 2
    assert sorted(seen) == sorted(item.slug for item in items_of(talk, KNOWS, DAY))


def test_a_page_that_does_not_exist_is_empty_and_still_leads_to_a_person() -> None:
    payload = tap(talk_of(CHAVEZ), "plan.more.9")[0]
    assert payload["plan"] == []
    assert "person" in payload["choices"]
    assert tap(talk_of(CHAVEZ), "plan.more.x") == []


def test_without_a_day_of_travel_the_plan_says_that_it_can_become_a_calendar() -> None:
    assert words("planning.no_dates") in text(tap(talk_of(DUTCH), "plan.show"))
    dated = text(tap(talk_of({**DUTCH, "departure_date": "2027-09-01"}), "plan.show"))
    assert words("planning.no_dates") not in dated
    assert "4 mei 2027" in dated


@pytest.mark.parametrize("verb", ["show", "next"])
def test_who_told_nothing_is_offered_a_check(verb: str) -> None:
    assert tap(Talk(), f"plan.{verb}") == [{"say": "planning.nothing"}]
    assert "person" in KNOWS.content.messages["planning.nothing"].choices


def test_a_family_here_sees_no_advice_about_leaving_and_no_day_of_travel() -> None:
    payload = tap(talk_of(ONE_OF_EACH["homeless_here"]), "plan.show")[0]
    assert payload["light"] is None
    assert not {"plan.ready", "plan.date"} & set(payload["choices"])


# --- one item


@pytest.mark.parametrize("slug", CATALOGUE.items)
def test_every_item_has_words_a_proof_a_reason_and_sources(slug: str) -> None:
    item = CATALOGUE.items[slug]
    made = PlanItem(slug, item.when, None, item.why, "early", item.rank, item.who, item.link)
    said = SPEECH.render(item_payload(made, KNOWS, DAY), "nl", DAY)
    for key in (f"plan.{slug}", f"plan.{slug}.proof", f"planning.who.{item.who}"):
        assert words(key) in said.text
    assert KNOWS.content.law.facts[item.why[0]].text in said.text
    assert said.sources
    assert ("https://" in said.text) == bool(item.link)


def test_what_now_tells_the_first_thing_that_can_be_done() -> None:
    talk = talk_of(CHAVEZ)
    told = tap(talk, "plan.next")[-1]
    assert told["item"]["slug"] == "consent"
    assert told["choices"] == ["plan.done.consent", "plan.why.consent", "plan.later.consent", "plan.show", "person"]
    assert talk.grounds == list(CATALOGUE.items["consent"].why)


def test_what_now_never_tells_what_waits_for_something_else() -> None:
    talk = talk_of(CHAVEZ)
    for _ in range(60):
        told = tap(talk, "plan.next")[-1]
        if "item" not in told:
            break
        assert told["item"]["waits_for"] == []
        tap(talk, f"plan.done.{told['item']['slug']}")
    assert told["say"] == "planning.all_done"


def test_something_else_comes_when_this_is_for_later_and_the_next_day_it_is_back() -> None:
    talk = talk_of(CHAVEZ)
    first = tap(talk, "plan.next")[-1]["item"]["slug"]
    other = tap(talk, f"plan.later.{first}")[-1]["item"]["slug"]
    assert other != first
    assert tap(talk, "plan.next")[-1]["item"]["slug"] == other
    assert tap(talk, "plan.next", DAY + timedelta(1))[-1]["item"]["slug"] == first


def test_when_everything_is_put_off_the_first_thing_is_told_all_the_same() -> None:
    talk = talk_of(ONE_OF_EACH["facing_eviction"])
    for item in items_of(talk, KNOWS, DAY):
        tap(talk, f"plan.later.{item.slug}")
    assert "item" in tap(talk, "plan.next")[-1]


def test_why_tells_the_facts_with_their_sources() -> None:
    talk = talk_of(CHAVEZ)
    told = tap(talk, "plan.why.housing")
    assert [payload["say"] for payload in told] == [f"fact.{fact}" for fact in CATALOGUE.items["housing"].why[:3]]
    assert all(SPEECH.render(payload, "nl", DAY).sources for payload in told)
    assert told[-1]["choices"] == ["plan.item.housing", "plan.next", "plan.show", "person"]


def test_what_waits_leads_to_what_must_be_done_first() -> None:
    told = tap(talk_of(CHAVEZ), "plan.item.chavez_visa")[-1]
    assert "plan.item.chavez_file" in told["choices"]
    assert "plan.done.chavez_visa" not in told["choices"]
    assert words("label.plan.chavez_file") in text([told])


# --- ticking off


def test_ticking_off_is_counted_shown_and_can_be_taken_back() -> None:
    talk = talk_of(CHAVEZ)
    told = tap(talk, "plan.done.passports")[-1]
    assert (told["say"], told["with"]["done"]) == ("planning.ticked", 1)
    assert "plan.undo.passports" in told["choices"]
    shown = text(tap(talk, "plan.show"))
    assert f"☑ {words('label.plan.passports')}" in shown
    assert "1 van " in shown
    assert words("planning.is_done") in text(tap(talk, "plan.item.passports"))
    assert tap(talk, "plan.undo.passports")[-1]["say"] == "planning.unticked"
    assert talk.done == []


def test_ticking_off_twice_is_ticking_off_once() -> None:
    talk = talk_of(CHAVEZ)
    tap(talk, "plan.done.passports")
    before = talk.to_slot()
    tap(talk, "plan.done.passports")
    assert talk.to_slot() == before
    tap(talk, "plan.undo.passports")
    tap(talk, "plan.undo.passports")
    assert talk.done == []


def test_a_list_offers_what_can_be_ticked_off_under_its_own_name() -> None:
    talk = talk_of(CHAVEZ)
    told = tap(talk, "plan.tick")[-1]
    assert told["say"] == "planning.which_done"
    assert len(told["choices"]) <= 10
    titles = [SPEECH.choice(choice, "nl").title for choice in told["choices"]]
    assert words("label.plan.consent") in titles
    assert len(set(titles)) == len(titles)
    tap(talk, told["choices"][0])
    assert talk.done == ["consent"]


@pytest.mark.parametrize(
    "choice", ["plan.done.nothing", "plan.fly.passports", "plan.done.", "plan.", "plan.done.tonight"]
)
def test_a_choice_that_is_not_in_this_plan_changes_nothing(choice: str) -> None:
    talk = talk_of(CHAVEZ)
    items_of(talk, KNOWS, DAY)
    before = talk.to_slot()
    assert tap(talk, choice) == []
    assert talk.to_slot() == before


def test_the_intents_of_a_talk_lead_to_the_plan() -> None:
    assert HANDLERS["what_now"](talk_of(CHAVEZ), KNOWS, DAY)[-1]["item"]["slug"] == "consent"
    assert HANDLERS["plan_done"](talk_of(CHAVEZ), KNOWS, DAY)[-1]["say"] == "planning.which_done"


# --- days that pass


def test_what_was_ticked_off_survives_its_way_through_a_slot() -> None:
    talk = talk_of(CHAVEZ)
    tap(talk, "plan.done.passports")
    tap(talk, "plan.later.consent")
    again = Talk.from_slot(talk.to_slot())
    assert (again.done, again.later) == (["passports"], {"consent": DAY.isoformat()})
    assert text(tap(again, "plan.show")) == text(tap(talk, "plan.show"))


def test_a_slot_of_before_there_was_a_plan_to_tick_off_still_loads() -> None:
    old = {
        name: value for name, value in talk_of(CHAVEZ).to_slot().items() if name not in ("done", "later", "plan_seen")
    }
    talk = Talk.from_slot(old)
    assert (talk.done, talk.later, talk.plan_seen) == ([], {}, {})
    assert talk.situation == Situation.from_dict(CHAVEZ)


def test_what_is_for_today_is_late_two_days_after_it_was_first_told() -> None:
    talk = talk_of({**ONE_OF_EACH["homeless_here"], "sleeping_tonight": "shelter"})
    assert not next(line for line in tap(talk, "plan.show")[0]["plan"] if line["slug"] == "report")["overdue"]
    again = Talk.from_slot(talk.to_slot())
    late = next(line for line in tap(again, "plan.show", DAY + timedelta(2))[0]["plan"] if line["slug"] == "report")
    assert (late["overdue"], late["due"]) == (True, DAY.isoformat())


def test_something_new_counts_from_the_day_on_which_it_became_new() -> None:
    talk = talk_of({**ONE_OF_EACH["homeless_here"], "sleeping_tonight": "shelter"})
    tap(talk, "plan.show")
    talk.record("asked_gemeente", "refused_oral")
    later = DAY + timedelta(5)
    line = next(line for line in tap(talk, "plan.show", later)[0]["plan"] if line["slug"] == "written_decision")
    assert line["due"] == later.isoformat()


def test_starting_again_forgets_the_ticks() -> None:
    talk = talk_of(CHAVEZ)
    tap(talk, "plan.done.passports")
    restart(talk, KNOWS, DAY)
    assert talk.to_slot() == Talk().to_slot()


# --- questions of the plan


def test_the_day_of_travel_is_asked_again() -> None:
    talk = talk_of({**DUTCH, "departure_date": "2027-09-01"})
    assert tap(talk, "plan.date")[-1]["say"] == "ask.departure_date"
    assert talk.asking == "departure_date"
    assert talk.situation.departure_date is None


def test_may_we_go_asks_what_is_still_needed_and_then_shows_the_advice() -> None:
    talk, asked = talk_of(DUTCH), []
    answers = {"address": "own", "other_parent": "none"}
    told = tap(talk, "plan.ready")
    while question := talk.asking:
        asked.append(question)
        talk.record(question, answers.get(question, UNSURE))
        told = planning.after_answer(talk, question, KNOWS, DAY)
    assert asked == ["other_parent", "address", "address_six_months", "savings_three_months"]
    assert told[-1]["light"]["colour"] == "prepare"
    assert "plan.ready" not in told[-1]["choices"]


def test_a_new_day_of_travel_shows_the_plan_with_its_new_days() -> None:
    talk = talk_of(DUTCH)
    tap(talk, "plan.date")
    talk.record("departure_date", date(2027, 9, 1))
    told = planning.after_answer(talk, "departure_date", KNOWS, DAY)
    assert "4 mei 2027" in text(told)
    assert talk.asking == ""


def test_an_answer_to_a_question_that_nobody_asked_shows_no_plan() -> None:
    talk = talk_of(DUTCH)
    assert planning.after_answer(talk, "departure_date", KNOWS, DAY) == [{"say": "conversation.other_question"}]


# --- the end of a check


def test_a_check_for_families_here_ends_with_a_plan_only_when_they_turn_out_to_be_here() -> None:
    assert ending(talk_of({"children": True}), KNOWS, DAY, local=True) == []
    assert ending(talk_of(ONE_OF_EACH["homeless_here"]), KNOWS, DAY, local=True)[0]["plan"]
    assert ending(talk_of(DUTCH), KNOWS, DAY, local=False)[0]["light"]
    assert plan_question(Situation.from_dict(DUTCH), local=True) is None
    assert plan_question(Situation.from_dict(DUTCH), local=False) == "departure_date"


@pytest.mark.parametrize("choice", ["plan.show", "plan.next", "plan.tick", "plan.item.housing", "plan.why.housing"])
def test_in_the_middle_of_a_check_its_open_question_follows(choice: str) -> None:
    talk = talk_of(CHAVEZ, journey="abroad", asking="country")
    assert tap(talk, choice)[-1]["say"] == "ask.country"
    assert talk.asking == "country"


# --- whatever is tapped

TAPS = st.lists(
    st.one_of(
        st.sampled_from(["plan.show", "plan.next", "plan.tick", "plan.more.2"]),
        st.builds(
            "plan.{}.{}".format,
            st.sampled_from(["item", "done", "undo", "why", "later"]),
            st.sampled_from(sorted(CATALOGUE.items)),
        ),
    ),
    max_size=12,
)


@given(st.sampled_from(sorted(ONE_OF_EACH)), TAPS, st.integers(0, 400))
@settings(deadline=None)
def test_whatever_is_tapped_ends_in_words_and_a_person(profile: str, taps: list[str], days: int) -> None:
    talk = talk_of(ONE_OF_EACH[profile])
    for number, choice in enumerate(taps):
        told = tap(talk, choice, DAY + timedelta(days * number // 12))
        talk = Talk.from_slot(talk.to_slot())
        assert len(set(talk.done)) == len(talk.done)
        for payload in told:
            said = SPEECH.render(payload, "nl", DAY)
            assert len(said.text) <= 4096
            assert len({c.title for c in said.choices}) == len(said.choices)
        assert not told or "person" in told[-1].get("choices", ["person"])


@pytest.mark.parametrize("lang", SPEECH.words.languages)
@pytest.mark.parametrize("profile", ONE_OF_EACH)
def test_the_plan_of_every_sort_of_family_fits_one_bubble_in_every_language(profile: str, lang: str) -> None:
    said = SPEECH.render(tap(talk_of(ONE_OF_EACH[profile]), "plan.show")[0], lang, DAY)
    assert len(said.text) <= 4096
    assert "{" not in said.text
