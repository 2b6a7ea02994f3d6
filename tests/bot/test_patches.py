"""Our repairs of Rasa hold only for the Rasa they were read against."""

import pytest

pytestmark = pytest.mark.rasa

# Changed? Then read the new source beside bot/components/engine_patches.py before changing this.
READ_AGAINST = {
    "RemoteAction._validate_action_result": "f8cdb4be68123961",
    "RemoteAction.action_response_format_spec": "091b74aa3738d126",
    "ActionSessionStart._slot_set_events_from_tracker": "d023605fda20a739",
    "ActionSessionStart.run": "c2e7c99a94ca57a5",
}


def test_rasa_still_has_the_code_that_we_repair(ask):
    assert ask("patched_sources") == READ_AGAINST


@pytest.mark.parametrize(
    "answer",
    [
        {"events": [], "responses": []},
        {"events": [{"event": "slot", "name": "topic", "value": {"a": [1]}}], "responses": [{"custom": {"say": "x"}}]},
        {},
        {"events": "none"},
        {"events": [{"no": "event"}]},
        {"responses": ["words"]},
        [],
    ],
)
def test_the_prepared_check_says_what_rasas_own_check_says(ask, answer):
    theirs, ours = ask("patched_check", result=answer)
    assert ours == theirs


def test_a_new_session_carries_the_last_value_of_each_slot(ask):
    values = [["topic", "school"], ["asked", 1], ["asked", 2], ["topic", "debts"]]
    assert ask("carried_slots", values=values) == [["asked", 2], ["topic", "debts"]]
