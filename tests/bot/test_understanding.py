"""What the trained model promises on sentences it has not seen, per language."""

from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.rasa

ROOT = Path(__file__).parents[2]
MACRO_F1 = {"nl": 0.90, "en": 0.90, "es": 0.85, "pap": 0.85, "ar": 0.85}
IN_THE_TOP_THREE = 0.97
OUT_OF_SCOPE_CAUGHT = 0.85
TOPICS = yaml.safe_load((ROOT / "data/intents.yml").read_text(encoding="utf-8"))


def held_out(language):
    """(intent, sentence) for every held-out sentence of a language."""
    files = sorted((ROOT / "tests/nlu" / language).glob("*.yml"))
    return [
        (intent, str(sentence))
        for file in files
        for intent, sentences in yaml.safe_load(file.read_text(encoding="utf-8")).items()
        for sentence in sentences
    ]


@pytest.fixture(scope="module", params=MACRO_F1)
def understood(ask, request):
    """(language, [(intent that is right, ranking that was given, whether it asks again)])."""
    sentences = held_out(request.param)
    parsed = ask("parse", texts=[s for _, s in sentences], metadata={"language": request.param})
    rows = []
    for (intent, _), result in zip(sentences, parsed, strict=True):
        ranking = [r["name"] for r in result["intent_ranking"] if r["name"] != "nlu_fallback"]
        rows.append((intent, ranking, result["intent"]["name"] == "nlu_fallback"))
    return request.param, rows


def macro_f1(pairs):
    """The mean over the intents of the harmonic mean of precision and recall."""
    scores = []
    for intent in {right for right, _ in pairs}:
        hits = sum(right == said == intent for right, said in pairs)
        wrong = sum((right == intent) != (said == intent) for right, said in pairs)
        scores.append(2 * hits / (2 * hits + wrong))
    return sum(scores) / len(scores)


def test_the_first_guess_is_right_often_enough(understood):
    language, rows = understood
    assert macro_f1([(right, ranking[0]) for right, ranking, _ in rows]) >= MACRO_F1[language]


def test_one_clarification_with_three_choices_is_enough(understood):
    _, rows = understood
    right = sum(intent in ranking[:3] for intent, ranking, _ in rows)
    assert right / len(rows) >= IN_THE_TOP_THREE


def test_what_we_do_not_do_is_noticed(understood):
    _, rows = understood
    outside = [(ranking[0] == "out_of_scope" or again) for right, ranking, again in rows if right == "out_of_scope"]
    assert sum(outside) / len(outside) >= OUT_OF_SCOPE_CAUGHT


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
