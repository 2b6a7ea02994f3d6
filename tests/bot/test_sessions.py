"""A long talk stays quick: after /session_start only the last values are read back."""

import pytest

pytestmark = pytest.mark.rasa


def test_a_new_session_keeps_what_the_family_told_and_reads_back_little(ask, tmp_path):
    talk = ask("long_talk", turns=25, folder=str(tmp_path))
    assert talk["talk"] == {"turn": 24}
    assert talk["before"] > 75
    assert talk["after"] <= 6
    assert talk["kept"], "the older turns are gone from the store"
    assert talk["answer"] == []


def test_sqlite_writes_ahead_instead_of_flushing_each_turn(ask, tmp_path):
    assert ask("long_talk", turns=1, folder=str(tmp_path))["journal"] == "wal"
