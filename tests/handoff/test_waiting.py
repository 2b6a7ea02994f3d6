"""Waiting: how long, the reminders, the promise, a callback, and the one question afterwards."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from channels.handoff import casework, clockwork, working
from channels.handoff.casework import Change
from channels.handoff.machine import Event, State
from channels.storage import audit, cases, desk_sessions, timers, workers
from channels.storage import tables as t
from tests.handoff.conftest import MONDAY
from tests.handoff.office import Bench, bench
from tests.handoff.test_handover import keys


def alarms(family: Bench, case: Any = None) -> list[str]:
    """Why whoever leads must look at a case."""
    code = (case or family.case()).code
    rows = family.connection.execute(sa.select(t.audit.c.action, t.audit.c.detail).where(t.audit.c.object == code))
    return [row.detail["why"] for row in rows if row.action == "case.alarm"]


def range_told(family: Bench) -> dict[str, Any] | None:
    texts = sa.select(t.messages.c.body).where(t.messages.c.key == "handoff.wait_range")
    return family.connection.execute(texts).scalar()


@pytest.mark.parametrize(("waited", "told"), [([60] * 4, None), ([60, 120, 300, 600, 900], ("2", "10"))])
def test_how_long_others_waited_is_told_from_five_real_cases_on_as_the_middle_half(
    waited: list[int], told: tuple[str, str] | None
) -> None:
    family = bench(MONDAY)
    for seconds in waited:
        moment = family.clock[0]
        facts = {"since": (moment - timedelta(seconds=seconds)).isoformat()}
        given = {"lang": "nl", "org": "stad", "urgency": 1, "reason": "asked", "facts": facts}
        family.acts(working.take, case=cases.create(family.connection, family.talk, "queued", **given))
        family.acts(working.close, outcome="information", next_step=[], words="Bel morgen.")
    family.brought_to("consent")
    after = family.hears(choice="handoff.yes")
    assert ("handoff.wait_range" in after) == (told is not None)
    assert ("handoff.wait_unknown" in after) == (told is None)
    if told:
        body = range_told(family)
        assert body
        assert all(number in body["text"] for number in told)


def test_after_twenty_minutes_twice_a_choice_and_then_it_is_left_for_later_with_an_alarm_each_time() -> None:
    family = bench(MONDAY)
    family.brought_to("queued")
    assert family.passes(minutes=19) == []
    assert family.passes(minutes=1) == ["handoff.wait_long"]
    assert family.passes(minutes=20) == ["handoff.wait_long"]
    assert family.passes(minutes=20) == ["handoff.left_for_later"]
    assert family.case().state == "left"
    assert alarms(family) == ["waits long"] * 3


def test_whoever_goes_on_waiting_is_asked_again_from_the_beginning() -> None:
    family = bench(MONDAY)
    family.brought_to("queued")
    for _ in range(4):
        family.passes(minutes=20)
        assert family.hears(choice="handoff.wait") == ["handoff.waiting_on"]
    assert family.case().state == "queued"


def test_what_a_family_writes_while_it_waits_is_added_and_that_is_said_once() -> None:
    family = bench(MONDAY)
    family.brought_to("queued")
    assert family.hears("er is nog iets") == ["handoff.added"]
    assert family.hears("en dit") == []
    assert family.hears("👍") == []


@pytest.mark.parametrize("state", ["queued", "offered_transfer"])
def test_when_a_desk_closes_nobody_waits_in_silence(state: str) -> None:
    family = bench(MONDAY.replace(hour=15, minute=50))  # ten minutes before closing in Amsterdam
    case = family.brought_to(state)
    assert family.passes(minutes=11) == ["handoff.closing"]
    assert family.case().state == "left"
    if state == "queued":
        assert family.here.talk.control == "bot"
    else:
        assert cases.get(family.connection, case.id).state == "offered_transfer"  # type: ignore[union-attr]


def test_a_worker_who_leaves_after_closing_time_does_not_leave_a_family_waiting_in_silence() -> None:
    gone, let_go = bench(MONDAY.replace(hour=15, minute=58)), bench(MONDAY.replace(hour=15, minute=58))
    for family in (gone, let_go):
        family.brought_to("active")
    gone.connection.execute(sa.update(t.desk_sessions).values(revoked_at=MONDAY))
    assert gone.passes(minutes=6) == ["handoff.lost", "handoff.closing"]
    let_go.later(minutes=6)
    let_go.acts(working.release)
    assert let_go.said()[-2:] == ["handoff.released", "handoff.closing"]
    for family in (gone, let_go):
        assert (family.case().state, family.here.talk.control) == ("left", "bot")


def test_a_question_left_outside_hours_has_a_promise_and_a_promise_that_is_not_kept_is_an_alarm() -> None:
    family = bench(MONDAY.replace(hour=20))
    family.brought_to("consent")
    assert family.hears(choice="handoff.yes")[0] == "handoff.left"
    (until,) = (due for kind, due in timers.of_case(family.connection, family.case().id) if kind == "promise")
    assert until == datetime(2026, 11, 24, 16, tzinfo=UTC)  # the end of the next working day
    assert family.passes(hours=19) == []
    assert family.passes(hours=1, minutes=1) == ["handoff.late"]
    assert (family.passes(days=1), family.passes(days=1)) == ([], [])  # the family hears it once, the desk again
    assert alarms(family) == ["promise broken"] * 3


def test_a_promise_that_is_broken_again_after_somebody_helped_is_told_again() -> None:
    family = bench(MONDAY.replace(hour=20))
    family.brought_to("consent")
    family.hears(choice="handoff.yes")
    assert family.passes(days=1) == ["handoff.late"]
    family.acts(working.take)
    family.acts(working.release)
    family.hears(choice="handoff.leave") if family.case().state == "queued" else None
    assert "handoff.late" in family.passes(days=2)


def test_a_callback_is_kept_open_until_half_an_hour_after_the_moment_and_then_missed_with_an_alarm() -> None:
    family = bench(MONDAY)
    case = family.brought_to("callback")
    agreed = datetime.fromisoformat(case.facts["agreed"])
    family.clock[0] = agreed + timedelta(minutes=29)
    assert family.passes(seconds=1) == []
    assert family.passes(minutes=2) == ["handoff.missed"]
    assert (family.case().state, family.case().urgency) == ("left", 2)
    assert "agreed" not in family.case().facts
    assert alarms(family)[-1] == "callback missed"


def test_a_callback_that_a_worker_keeps_is_not_missed() -> None:
    family = bench(MONDAY)
    family.brought_to("callback")
    family.acts(working.take)
    family.clock[0] += timedelta(hours=3)
    assert "handoff.missed" not in family.passes(hours=1)


@pytest.mark.parametrize("moment", [MONDAY, MONDAY - timedelta(days=1), MONDAY + timedelta(days=400)])
def test_a_worker_plans_nothing_in_the_past_and_nothing_beyond_a_year(moment: datetime) -> None:
    family = bench(MONDAY)
    family.brought_to("active")
    with pytest.raises(ValueError, match="moment"):
        family.acts(working.plan, moment=moment)


@pytest.mark.slow
def test_only_moments_at_which_somebody_is_there_can_be_chosen() -> None:
    family = bench(MONDAY)
    family.brought_to("queued")
    sunday = round(datetime(2026, 11, 29, 10, tzinfo=UTC).timestamp())
    assert family.hears(choice=f"handoff.slot.{sunday}") == ["handoff.plan_ask"]
    for nonsense in ("", "x", "-1", "1.5", "9" * 30, "0"):
        assert family.hears(choice=f"handoff.slot.{nonsense}")[0] in ("handoff.gone", "handoff.plan_ask")
    assert family.case().state == "queued"


def test_seventy_two_hours_after_the_end_one_question_is_asked_and_never_again() -> None:
    family = bench(MONDAY)
    family.brought_to("resolved")
    assert family.passes(hours=71) == []
    assert family.passes(hours=2) == ["handoff.aftercare"]
    assert family.passes(days=30) == []
    assert family.hears(choice="handoff.worked") == ["handoff.glad"]
    assert family.case().state == "closed"


def test_whoever_was_not_helped_is_back_with_the_same_worker_first_and_with_an_alarm() -> None:
    family = bench(MONDAY)
    family.brought_to("closed")
    family.clock[0] = MONDAY + timedelta(days=7)
    assert family.hears(choice="handoff.not_worked") == ["handoff.reopened"]
    case = family.case()
    assert (case.state, case.assignee, case.facts["prefer"]) == ("queued", None, family.staff["Wil"].id)
    assert alarms(family) == ["did not work"]
    assert family.hears("er is weer niets") == ["handoff.added"]


def test_outside_hours_a_case_that_opens_again_is_left_with_a_promise() -> None:
    family = bench(MONDAY)
    family.brought_to("closed")
    family.clock[0] = (MONDAY + timedelta(days=7)).replace(hour=22)
    assert family.hears(choice="handoff.not_worked") == ["handoff.reopened", "handoff.closing"]
    assert (family.case().state, family.here.talk.control) == ("left", "bot")


def test_a_family_has_one_open_case_at_a_time() -> None:
    family = bench(MONDAY)
    family.brought_to("closed")
    family.asks()
    family.hears(choice="handoff.yes")
    assert family.hears(choice="handoff.not_worked") == ["handoff.already"]
    assert [case.state for case in family.cases()] == ["queued", "closed"]


@pytest.mark.parametrize("after", ["back", "plan", "stop_yes"])
def test_a_case_that_is_offered_elsewhere_is_never_stuck_whatever_the_family_does(after: str) -> None:
    family = bench(MONDAY)
    parent = family.brought_to("offered_transfer")
    family.hears(choice=f"handoff.{after}")
    if after == "plan":
        offered = [case for case in family.cases() if case.parent]
        choice = f"handoff.slot.{round(datetime(2026, 11, 25, 10, tzinfo=UTC).timestamp())}"
        family.hears(choice=choice)
        assert offered
        family.passes(days=2)
        parent_now = cases.get(family.connection, parent.id)
        assert parent_now
        assert parent_now.state == "active"
        return
    assert {case.state for case in family.cases()} <= {"cancelled", "withdrawn"}
    assert family.here.talk.control == "bot"


def test_an_organisation_that_is_no_longer_there_keeps_nobody_waiting_and_stops_no_timer() -> None:
    family, other = bench(MONDAY), bench(MONDAY)
    family.brought_to("queued")
    del family.organisations["stad"]
    assert family.hears(choice="handoff.plan") == ["handoff.gone"]
    assert family.hears(choice="handoff.leave") == ["handoff.gone"]
    assert family.passes(minutes=20) == ["handoff.late"]
    assert family.case().state == "left"
    assert "handoff.late" in family.passes(days=2)
    assert family.hears(choice="handoff.stop_yes") == ["handoff.withdrawn_unread"]
    other.brought_to("consent")
    del other.organisations["stad"]
    assert other.hears(choice="handoff.yes")[-1] in ("handoff.gone", "handoff.ask")
    assert other.case().state == "consent"


def test_one_case_that_goes_wrong_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    family = bench(MONDAY)
    broken = family.brought_to("queued")
    real = clockwork._HANDLERS[(State.QUEUED, "wait")]  # type: ignore[index]

    def fails(connection: Any, office: Any, case: Any) -> None:
        if case.id == broken.id:
            casework.happen(connection, office, case, Event.WAIT, casework.SYSTEM, Change())
            raise RuntimeError("on purpose")
        real(connection, office, case)

    monkeypatch.setattr(clockwork, "_HANDLERS", {**clockwork._HANDLERS, (State.QUEUED, "wait"): fails})
    given = {"lang": "nl", "org": "stad", "urgency": 1, "reason": "asked"}
    second = casework.begin(family.connection, family.office, family.talk, State.QUEUED, casework.SYSTEM, **given)
    assert family.passes(minutes=21) == ["handoff.wait_long"]
    assert cases.get(family.connection, broken.id).version == broken.version  # type: ignore[union-attr]
    assert cases.get(family.connection, second.id).version == second.version + 1  # type: ignore[union-attr]
    assert alarms(family, broken) == ["failed"]


def test_a_worker_who_is_no_longer_of_the_organisation_counts_as_gone() -> None:
    family = bench(MONDAY)
    family.brought_to("active")
    workers.set_role(family.connection, family.staff["Wil"].id, "stad", None)
    workers.set_role(family.connection, family.staff["Wil"].id, "huis", "agent")
    assert family.passes(minutes=6) == ["handoff.lost"]


@pytest.mark.parametrize("end", ["logout", "off"])
def test_a_worker_whose_session_ends_with_an_answer_owed_is_noticed_within_five_minutes(end: str) -> None:
    family = bench(MONDAY)
    family.brought_to("active")
    wil = family.staff["Wil"].id
    if end == "off":
        workers.set_state(family.connection, wil, "off")
    else:
        desk_sessions.revoke_all(family.connection, wil)
    assert family.passes(minutes=5) == ["handoff.lost"]
    assert (family.case().state, family.case().urgency, family.case().assignee) == ("queued", 2, None)
    assert alarms(family) == ["worker gone"]


def test_a_family_that_has_its_answer_does_not_lose_its_worker_until_it_writes_again() -> None:
    family = bench(MONDAY)
    family.brought_to("active")
    family.acts(working.write, text="Ik bel de opvang.")
    desk_sessions.revoke_all(family.connection, family.staff["Wil"].id)
    assert family.passes(minutes=6) == family.passes(minutes=6) == []
    family.hears("bent u daar nog?")
    assert family.passes(minutes=6) == ["handoff.lost"]


async def test_what_was_due_while_the_house_was_down_happens_once_at_the_next_start(
    start_desk: Any, sqlite_url: str
) -> None:
    first = await start_desk(sqlite_url)
    token = await first.open("nl")
    await first.approved(token)
    await first.client.close()
    second = await start_desk(sqlite_url)
    await second.pass_time(minutes=21)
    await second.pass_time(seconds=1)
    seen = await second.until_key(token, "handoff.wait_long")
    assert keys(seen).count("handoff.wait_long") == 1
    assert keys(seen).count("handoff.queued") == 1
    assert await second.store.read(audit.broken_at) is None


def test_an_organisation_that_was_asked_and_does_not_answer_in_time_leaves_the_family_with_the_first() -> None:
    family = bench(MONDAY)
    parent = family.brought_to("offered_transfer")
    family.connection.execute(sa.delete(t.timers).where(t.timers.c.case_id == parent.id))  # whichever comes first
    assert family.passes(hours=6, minutes=1) == ["handoff.closing"]  # all that was due, late
    assert family.passes(days=1, hours=2) == ["handoff.transfer_declined"]
    assert [case.state for case in family.cases()] == ["cancelled", "active"]
    assert family.case().packet == {}


def test_a_worker_who_only_reads_with_the_page_open_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    family = bench(MONDAY)
    family.brought_to("active")
    monkeypatch.setattr(desk_sessions, "now", lambda: family.clock[0])
    begun = family.clock[0]
    family.connection.execute(sa.update(t.desk_sessions).values(seen_at=begun, created_at=begun))
    family.later(minutes=4)
    for session in desk_sessions.list_of(family.connection, family.staff["Wil"].id):
        desk_sessions.stands_open(family.connection, session.id_hash)
    assert family.passes(minutes=3) == []
    assert family.passes(minutes=6) == ["handoff.lost"]
