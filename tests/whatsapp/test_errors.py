"""What Meta's error codes mean for us: every code of the table, and those that nobody knows."""

from __future__ import annotations

import pytest

from channels.whatsapp.errors import NO_CODE, Reaction, react, stops

TABLE = {
    Reaction.RETRY: (1, 2, 131000, 131016, 131057, 133004),
    Reaction.SLOW: (4, 80007, 130429, 131048),
    Reaction.HOLD: (131056,),
    Reaction.TEMPLATE: (131047,),
    Reaction.UNDELIVERABLE: (131026, 130472, 131049, 131030, 131021, 130497),
    Reaction.IDENTITY: (131062, 137000),
    Reaction.MONEY: (131042, 131044),
    Reaction.AUTH: (190, 10, 3, 33, 131005, 131031, 368, 131045, 131037, 133010, *range(200, 300)),
    Reaction.BUG: (100, 131008, 131009, *range(132000, 132017)),
    Reaction.MEDIA: (131052, 131053),
}
UNKNOWN = 987654


@pytest.mark.parametrize("reaction", Reaction)
@pytest.mark.parametrize("http", [0, 400, 429, 500])
def test_a_code_of_the_table_means_the_same_with_every_status(reaction: Reaction, http: int) -> None:
    assert {code: react(code, http) for code in TABLE[reaction]} == dict.fromkeys(TABLE[reaction], reaction)


@pytest.mark.parametrize("http", [500, 502, 503, 504, 429, 0])
@pytest.mark.parametrize("code", [UNKNOWN, NO_CODE, 0])
def test_an_unknown_error_that_may_be_the_fault_of_meta_is_tried_again(code: int, http: int) -> None:
    assert react(code, http) is Reaction.RETRY


@pytest.mark.parametrize("http", [400, 401, 403, 404, 422])
@pytest.mark.parametrize("code", [UNKNOWN, NO_CODE])
def test_an_unknown_error_of_our_own_is_never_tried_again(code: int, http: int) -> None:
    assert react(code, http) is Reaction.BUG


def test_code_zero_means_that_meta_does_not_know_us_only_when_meta_said_so_itself() -> None:
    assert react(0, 401) is Reaction.AUTH
    assert react(0, 0) is Reaction.RETRY  # a status without any error


def test_only_money_and_access_stop_a_number() -> None:
    assert {reaction for reaction in Reaction if stops(reaction)} == {Reaction.MONEY, Reaction.AUTH}
