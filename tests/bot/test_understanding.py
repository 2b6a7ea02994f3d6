"""What the trained model promises on sentences it has not seen, per language."""

from pathlib import Path

import pytest
import yaml

from tests.bot.held_out import LANGUAGES, Understood, held_out, scores

pytestmark = pytest.mark.rasa

ROOT = Path(__file__).parents[2]
TOPICS = yaml.safe_load((ROOT / "data/intents.yml").read_text(encoding="utf-8"))
FLOORS = yaml.safe_load((ROOT / "tests/nlu/thresholds.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def understood(ask):
    """Language → every held-out sentence, as the trained model understands it."""
    found = {}
    for lang in LANGUAGES:
        sentences = held_out(lang)
        parsed = ask("parse", texts=[one.text for one in sentences], metadata={"language": lang})
        found[lang] = [
            Understood(
                sentence,
                [(r["name"], r["confidence"]) for r in result["intent_ranking"] if r["name"] != "nlu_fallback"],
                result["intent"]["name"] == "nlu_fallback",
            )
            for sentence, result in zip(sentences, parsed, strict=True)
        ]
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_figure_of_a_language_falls_below_its_floor(understood, lang):
    figures, floors = scores(understood[lang]), FLOORS["languages"][lang]
    assert {name: figures[name] for name, floor in floors.items() if figures[name] < floor} == {}


def test_the_languages_are_understood_nearly_alike(understood):
    figures = [scores(rows)["macro_f1"] for rows in understood.values()]
    assert max(figures) - min(figures) <= FLOORS["spread"]


def test_a_call_for_a_person_is_understood_in_every_language(understood):
    for rows in understood.values():
        calls = [row for row in rows if row.sentence.means[0] == "human_worker"]
        assert calls
        assert all("human_worker" in row.ranking[:3] for row in calls)


def test_every_intent_of_the_contract_leads_to_an_action_of_ours(ask):
    ours = {"action_topic", "action_reply", "action_conversation", "action_person", "utter_thanks"}
    actions = {intent: ask("next_action", intent=intent) for intent in TOPICS}
    assert set(actions.values()) == ours
    assert actions["restart"] == actions["back"] == "action_conversation"


def test_a_tap_and_a_misunderstanding_have_their_own_action(ask):
    assert ask("next_action", intent="pick") == "action_pick"
    assert ask("next_action", intent="nlu_fallback") == "action_clarify"


def test_a_tap_brings_its_choice_along(ask):
    parsed = ask("parse", texts=['/pick{"choice": "housing.yes"}'])[0]
    assert parsed["intent"]["name"] == "pick"
    assert [(e["entity"], e["value"]) for e in parsed["entities"]] == [("choice", "housing.yes")]


def test_the_day_of_the_gateway_is_the_day_of_yesterday(ask):
    parsed = ask("parse", texts=["gisteren hebben ze nee gezegd"], metadata={"today": "2026-03-01"})[0]
    assert {"date": "2026-02-28"}.items() <= {e["entity"]: e["value"] for e in parsed["entities"]}.items()


def test_a_message_of_signs_only_is_read_without_an_error(ask):
    for parsed in ask("parse", texts=["???", "\x00\ud800", "🙈", " ", "", "1234567890123456789"]):
        assert parsed["intent"]["name"]
