"""Whatever families and workers send, at whatever moment: one sentence, no 500, and everything where it belongs."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from channels.desk import live
from channels.desk.acts import ACTS
from channels.handoff import danger, working
from channels.handoff.machine import NotNow, State
from channels.handoff.organisations import DeskOrganisation
from channels.storage import audit, cases, timers
from channels.storage import tables as t
from tests.handoff.conftest import MONDAY, Seated
from tests.handoff.office import STEPS, bench
from tests.handoff.test_handover import keys

# --- at the same moment


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_of_two_workers_at_two_gateways_who_accept_at_once_exactly_one_speaks(
    start_desk: Any, database_url: str
) -> None:
    first, second = await start_desk(database_url), await start_desk(database_url)
    wil, noor = await first.seat("Wil"), await first.seat("Noor")
    there = Seated(second.client, noor.id, noor.name, noor.cookie)
    for _ in range(5):
        token = await first.open("nl")
        code = await first.approved(token)
        version = (await wil.get(f"/cases/{code}"))[1]["version"]
        await there.get("/me")
        told = await asyncio.gather(
            wil.post(f"/cases/{code}/take", version=version), there.post(f"/cases/{code}/take", version=version)
        )
        assert sorted(status for status, _ in told) == [200, 409]
        assert all(body.get("message") or body.get("code") for _, body in told)
        seen = await first.until_key(token, "handoff.accepted")
        assert keys(seen).count("handoff.accepted") == 1
    assert await first.store.read(audit.broken_at) is None


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_at_two_gateways_what_is_due_happens_once_and_a_restart_sends_nothing_twice(
    start_desk: Any, database_url: str
) -> None:
    first, second = await start_desk(database_url), await start_desk(database_url)
    token = await first.open("nl")
    await first.approved(token)
    first.clock.later(minutes=20)
    await asyncio.gather(first.gateway.look_at_timers(), second.gateway.look_at_timers())
    await first.gateway.bring_out()
    seen = await first.until_key(token, "handoff.wait_long")
    assert keys(seen).count("handoff.wait_long") == 1
    await second.client.close()
    third = await start_desk(database_url)
    assert await third.messages(token) == await first.messages(token)
    numbers = [message["seq"] for message in await third.messages(token)]
    assert numbers == sorted(set(numbers))


async def test_of_many_workers_who_accept_at_once_exactly_one_speaks(desk_house: Any) -> None:
    staff = [await desk_house.seat(name) for name in ("Wil", "Noor", "Sam", "Bo")]
    token = await desk_house.open("nl")
    code = await desk_house.approved(token)
    version = (await staff[0].get(f"/cases/{code}"))[1]["version"]
    told = await asyncio.gather(*(one.post(f"/cases/{code}/take", version=version) for one in staff))
    assert sorted(status for status, _ in told) == [200, 409, 409, 409]
    assert {body["error"] for status, body in told if status == 409} == {"stale"}


async def test_an_answer_of_the_bot_that_is_under_way_when_a_worker_accepts_is_never_sent(desk_house: Any) -> None:
    worker = await desk_house.seat("Wil")
    token = await desk_house.open("nl")
    code = await desk_house.approved(token)
    await desk_house.choose(token, "handoff.leave")  # with the computer until somebody is there
    desk_house.bot.hold = asyncio.Event()
    await desk_house.types_to_worker(token, "een vraag voor de computer")
    before = await desk_house.messages(token)
    assert (await worker.act(code, "take"))[0] == 200
    await desk_house.until_key(token, "handoff.accepted")
    desk_house.bot.hold.set()
    desk_house.bot.hold = None
    outbox = sa.select(t.outbox.c.state).where(t.outbox.c.author == "bot").order_by(t.outbox.c.id.desc()).limit(1)
    async with asyncio.timeout(60):
        while await desk_house.store.read(lambda c: c.execute(outbox).scalar()) != "suppressed":
            pass
    seen = await desk_house.messages(token, before[-1]["seq"])
    assert keys(seen) == ["handoff.accepted"]


# --- where each message of a family goes


@pytest.mark.slow
async def test_where_a_message_goes_while_a_family_reads_waits_is_helped_and_afterwards(desk_house: Any) -> None:
    worker, token = await desk_house.seat("Wil"), await desk_house.open("nl")

    async def heard(code: str) -> list[str]:
        """Words of the family that the worker can read."""
        talk = (await worker.get(f"/cases/{code}/messages"))[1]["messages"]
        return [m["text"] for m in talk if m["author"] == "family" and m["key"] == "family.text"]

    def bot() -> list[str]:
        return [text for _, text in desk_house.bot.heard if not text.startswith("/")]

    await desk_house.choose(token, "person")
    assert "ask.place" in keys(await desk_house.types(token, "terwijl ik lees"))
    await desk_house.choose(token, "handoff.yes")
    code = (await desk_house.all_cases())[-1]["code"]
    assert keys(await desk_house.types(token, "terwijl ik wacht")) == ["handoff.added"]
    await worker.act(code, "take")
    await desk_house.until_key(token, "handoff.accepted")
    await desk_house.types_to_worker(token, "tegen de medewerker")
    assert (await worker.act(code, "transfer", org="hulphuis"))[0] == 200
    await desk_house.until_key(token, "handoff.transfer_ask")
    await desk_house.types_to_worker(token, "terwijl ik over de ander nadenk")
    await desk_house.choose(token, "handoff.transfer_yes")
    await desk_house.types_to_worker(token, "terwijl de ander kijkt")
    sam = await desk_house.seat("Sam", "hulphuis")
    child = (await desk_house.all_cases())[-1]["code"]
    assert (await sam.act(child, "decline"))[0] == 200
    await desk_house.until_key(token, "handoff.transfer_declined")
    assert (await worker.act(code, "close", outcome="information", words="Bel morgen."))[0] == 200
    await desk_house.until_key(token, "handoff.return_code")
    assert keys(await desk_house.types(token, "na het einde")) == ["ask.place"]
    assert bot() == ["terwijl ik lees", "na het einde"]
    assert await heard(code) == [
        *("terwijl ik wacht", "tegen de medewerker", "terwijl ik over de ander nadenk", "terwijl de ander kijkt"),
    ]


@pytest.mark.slow
async def test_a_yes_that_the_computer_asked_for_earlier_reaches_the_worker_who_asks_now(desk_house: Any) -> None:
    worker, token = await desk_house.seat("Wil"), await desk_house.open("nl")
    code = await desk_house.approved(token)
    await desk_house.choose(token, "handoff.leave")
    asked = (await desk_house.types(token, "intussen een vraag"))[-1]
    assert asked["choices"]
    await worker.act(code, "take")
    await desk_house.until_key(token, "handoff.accepted")
    title = asked["choices"][0]["title"]
    await desk_house.types_to_worker(token, title)
    await desk_house.types_to_worker(token, "👍")
    talk = (await worker.get(f"/cases/{code}/messages"))[1]["messages"]
    assert [m["text"] for m in talk][-2:] == [title, "👍"]
    assert keys(await desk_house.choose(token, asked["choices"][0]["id"])) == ["input.choice_gone"]  # a tap is for it


# --- what stands in a field

TRICKS = (
    "<script>alert(1)</script>",
    "\u202egnp.exe\u2066 <b onmouseover=x>",
    "'; DROP TABLE cases; --",
    "{worker} {0} %s ${jndi:ldap://x}",
    "=HYPERLINK(1)",
    "٣ ስም \u0000 \ud7ff",
)


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.slow
async def test_tricks_in_every_field_of_family_and_worker_are_text_and_nothing_else(
    desk_house: Any, trick: str
) -> None:
    worker = await desk_house.seat("Wil")
    token = await desk_house.open("ar", gemeente=trick[:40], zone=trick, topic=trick)
    await desk_house.choose(token, "person")
    await desk_house.choose(token, "handoff.add")
    await desk_house.types(token, f"zie {trick}")
    await desk_house.choose(token, "handoff.reach.call")
    await desk_house.types(token, f"bel {trick}")
    await desk_house.choose(token, "handoff.yes")
    code = (await desk_house.all_cases())[-1]["code"]
    await worker.act(code, "take")
    hole = {"key": "phrase.understand.is_this_right", "with": {"what": trick}}
    told = [
        await worker.act(code, "message", text=trick),
        await worker.act(code, "message", phrases=[hole]),
        await worker.act(code, "note", text=trick),
        await worker.act(code, "close", outcome="information", words=trick),
    ]
    assert {status for status, _ in told} <= {200, 400}
    card = (await worker.get(f"/cases/{code}"))[1]
    seen = json.dumps([card, await desk_house.messages(token)], ensure_ascii=False)
    assert not {"\u202e", "\u0000"} & set(seen)
    assert any("zie " in line["text"] for line in card["lines"])
    if "<script>" in trick:
        assert "<script>alert(1)</script>" in seen  # text: the page puts it in as text


@pytest.mark.slow
async def test_ten_thousand_characters_are_refused_with_a_sentence_in_every_field(desk_house: Any) -> None:
    worker, token, much = await desk_house.seat("Wil"), await desk_house.open("nl"), "woord " * 1700
    await desk_house.choose(token, "person")
    await desk_house.choose(token, "handoff.add")
    assert keys(await desk_house.types(token, much)) == ["input.too_long"]
    assert keys(await desk_house.types(token, "x" * 3999)) == ["handoff.too_long"]
    await desk_house.choose(token, "handoff.yes")
    code = (await desk_house.all_cases())[-1]["code"]
    await worker.act(code, "take")
    await desk_house.until_key(token, "handoff.accepted")
    assert keys(await desk_house.types(token, much)) == ["input.too_long"]
    hole = [{"key": "phrase.understand.is_this_right", "with": {"what": much}}]
    for act, body in (
        ("message", {"text": much}),
        ("message", {"phrases": hole}),
        ("message", {"text": "x", "translated": much}),
        ("note", {"text": much}),
        ("close", {"outcome": "information", "words": much}),
        ("close", {"outcome": much, "words": "x"}),
        ("plan", {"moment": much}),
        ("transfer", {"org": much}),
    ):
        status, told = await worker.act(code, act, **body)
        assert (status, bool(told.get("message"))) == (400, True), act
    assert (await worker.post("/counter", code=much, org="voorbeeldstad"))[0] == 400


NONSENSE: tuple[Any, ...] = (None, True, 0, -1, 1.5, 10**30, "", "x", [], ["x"], {}, {"x": "y"}, "\ud83d")
FIELDS = ("version", "text", "phrases", "worker", "moment", "org", "outcome", "next", "words", "values", "translated")


@pytest.mark.slow
async def test_every_field_of_every_act_takes_any_value_without_falling_over(desk_house: Any) -> None:
    worker, token = await desk_house.seat("Wil"), await desk_house.open("nl")
    code = await desk_house.approved(token)
    version = (await worker.act(code, "take"))[1]["version"]
    good = {
        "message": {"text": "a"},
        "note": {"text": "a"},
        "plan": {"moment": "2026-12-01T10:00:00+01:00"},
        "colleague": {"worker": worker.id},
        "transfer": {"org": "hulphuis"},
        "close": {"outcome": "information", "words": "a"},
    }
    for act, body in good.items():
        for field in FIELDS if act != "message" else ("text", "phrases", "translated"):
            for value in NONSENSE:
                if field not in body and field != "version":
                    continue
                sent = {"version": version, **body, field: value}
                status, told = await worker.post(f"/cases/{code}/{act}", **sent)
                assert status in (200, 400, 409), (act, field, value)
                assert status == 200 or told["message"], (act, field, value)
                if status == 200:
                    version = told["version"]
    for moment in ("9999-12-31T23:59:59", "0001-01-01T00:00:00+23:59", "2026-11-23", "2026-13-01T00:00", "now"):
        assert (await worker.act(code, "plan", moment=moment))[0] in (400, 409), moment


@pytest.mark.parametrize("path", ["%00", "%ff", "TW-%00", "..%2f..%2fme", "tw-abc", "TW-" + "A" * 5000, "%F0%9F%98%80"])
async def test_a_code_that_is_no_code_is_simply_not_there(desk_house: Any, path: str) -> None:
    worker = await desk_house.seat("Wil")
    for rest in ("", "/messages"):
        assert (await worker.get(f"/cases/{path}{rest}"))[0] in (404, 400)
    assert (await worker.post(f"/cases/{path}/take", version=0))[0] in (404, 400)


@pytest.mark.parametrize(
    "choice", ["slot.", "slot.x", "slot.99999999999999", "line.", "more.99", "transfer_yes", "yes", ""]
)
@pytest.mark.slow
async def test_a_button_that_was_never_there_is_answered_kindly_in_every_state(desk_house: Any, choice: str) -> None:
    token = await desk_house.open("nl")
    for step in (None, "person", "handoff.yes"):
        if step:
            await desk_house.choose(token, step)
        if choice != "yes":
            assert await desk_house.choose(token, f"handoff.{choice}")
    assert len(await desk_house.all_cases()) <= 2


# --- every act in every state


@pytest.mark.parametrize("act", sorted(ACTS))
@pytest.mark.slow
async def test_every_act_in_every_state_is_done_or_refused_with_a_sentence(desk_house: Any, act: str) -> None:
    worker, other = await desk_house.seat("Wil"), await desk_house.seat("Noor")
    bodies: dict[str, dict[str, Any]] = {
        "message": {"text": "a"},
        "note": {"text": "a"},
        "plan": {"moment": "2026-12-01T10:00:00+01:00"},
        "colleague": {"worker": other.id},
        "transfer": {"org": "hulphuis"},
        "close": {"outcome": "information", "words": "a"},
    }
    token = await desk_house.open("nl")
    await desk_house.approved(token)
    made = (await desk_house.all_cases())[-1]
    for state in State:
        for assignee in (worker.id, None):

            def put(connection: sa.Connection, state: str = state.value, assignee: int | None = assignee) -> None:
                values = {"state": state, "assignee": assignee, "org": "voorbeeldstad", "packet": made["packet"]}
                connection.execute(sa.update(t.cases).where(t.cases.c.id == made["id"]).values(**values))
                connection.execute(sa.delete(t.timers))
                connection.execute(sa.delete(t.cases).where(t.cases.c.parent.is_not(None)))

            await desk_house.store.write(put)
            version = (await desk_house.all_cases())[0]["version"]
            status, told = await worker.post(f"/cases/{made['code']}/{act}", version=version, **bodies.get(act, {}))
            unseen = state == State.CONSENT or (act in ("note", "block") and assignee is None)
            assert status == 404 if unseen else status in (200, 409), (state, assignee, told)
            assert status == 200 or told["message"]


@pytest.mark.parametrize("version", [None, -1, 0, 99, "3", 3.5, [], True])
@pytest.mark.slow
async def test_an_old_unknown_or_foreign_version_changes_nothing(desk_house: Any, version: Any) -> None:
    worker, token = await desk_house.seat("Wil"), await desk_house.open("nl")
    code = await desk_house.approved(token)
    await worker.act(code, "take")
    now = (await worker.get(f"/cases/{code}"))[1]["version"]
    assert version != now
    for act in ("release", "close", "take", "plan", "transfer", "colleague", "block", "decline"):
        status, told = await worker.post(f"/cases/{code}/{act}", version=version)
        assert (status, told["error"]) == (409, "stale"), act
    assert (await worker.get(f"/cases/{code}"))[1]["version"] == now


# --- codes


@pytest.mark.slow
async def test_a_return_code_works_once_for_whoever_has_it_and_a_mistyped_one_never(desk_house: Any) -> None:
    worker, token = await desk_house.seat("Wil"), await desk_house.open("nl")
    code = await desk_house.approved(token)
    await worker.act(code, "take")
    await worker.act(code, "close", outcome="information", words="Bel morgen.")
    seen = await desk_house.until_key(token, "handoff.return_code")
    text = next(m["text"] for m in seen if m["key"] == "handoff.return_code")
    back = text[text.index("TR-") :][:17]
    assert back not in json.dumps(await worker.get(f"/cases/{code}"))  # no worker can come back as the family
    wrong = back[:-1] + ("A" if back[-1] != "A" else "B")
    other = await desk_house.open("nl")
    assert keys(await desk_house.types(other, "een geheim voor de computer"))
    assert keys(await desk_house.types(other, wrong)) == ["handoff.return_unknown"]
    assert keys(await desk_house.types(other, f"mijn code: {back.lower().replace('-', ' ')}"))[:2] == [
        *("handoff.returned", "handoff.reopened"),
    ]
    assert keys(await desk_house.types(token, back)) == ["handoff.return_unknown"]
    assert "een geheim" not in json.dumps(await worker.get(f"/cases/{code}"))
    assert (await desk_house.all_cases())[0]["state"] == "queued"


def test_a_return_code_is_not_used_up_while_another_question_is_open() -> None:
    family = bench(MONDAY)
    family.brought_to("resolved")
    body = sa.select(t.messages.c.body).where(t.messages.c.key == "handoff.return_code")
    back = family.connection.execute(body).scalar_one()["text"]
    back = back[back.index("TR-") :][:17]
    family.asks()
    family.hears(choice="handoff.yes")
    assert family.hears(back)[-1] == "handoff.already"
    family.hears(choice="handoff.back")
    assert family.hears(back) == ["handoff.returned", "handoff.reopened"]


def test_the_code_of_a_case_that_began_with_danger_works_too() -> None:
    family = bench(MONDAY)
    danger.alarm_person(family.here, "violence")
    family.acts(working.take)
    assert family.brought_on("resolved")
    body = sa.select(t.messages.c.body).where(t.messages.c.key == "handoff.return_code")
    text = family.connection.execute(body).scalar_one()["text"]
    assert family.hears(text[text.index("TR-") :][:17]) == ["handoff.returned", "handoff.reopened"]


@pytest.mark.slow
async def test_a_counter_code_serves_once_for_ten_minutes_and_shows_nothing_before_the_yes(desk_house: Any) -> None:
    wil, sam = await desk_house.seat("Wil"), await desk_house.seat("Sam", "hulphuis")

    async def shown(token: str) -> str:
        told = await desk_house.choose(token, "handoff.counter")
        return "".join(sign for sign in told[-1]["text"] if sign.isdigit())[:6]

    token = await desk_house.open("nl")
    await desk_house.choose(token, "person")
    first, second = await shown(token), await shown(token)
    if first != second:
        assert (await wil.post("/counter", code=first, org="voorbeeldstad"))[0] == 404
    wrong = f"{(int(second) + 1) % 10**6:06d}"
    assert (await wil.post("/counter", code=wrong, org="voorbeeldstad"))[0] == 404
    assert (await wil.post("/counter", code=second, org="hulphuis"))[0] == 404  # not this worker's organisation
    status, told = await sam.post("/counter", code=f"{second[:3]} {second[3:]}", org="hulphuis")
    assert status == 200
    assert (await sam.get(f"/cases/{told['code']}"))[0] == 404
    assert (await wil.post("/counter", code=second, org="voorbeeldstad"))[0] == 404  # replayed
    await desk_house.until_key(token, "handoff.preview_counter")
    await desk_house.choose(token, "handoff.yes")
    assert (await sam.get(f"/cases/{told['code']}"))[1]["mine"]
    assert (await wil.get(f"/cases/{told['code']}"))[0] == 404
    late = await desk_house.open("nl")
    await desk_house.choose(late, "person")
    code = await shown(late)
    desk_house.clock.later(minutes=11)
    assert (await wil.post("/counter", code=code, org="voorbeeldstad"))[0] == 404


async def test_whoever_guesses_counter_codes_soon_has_to_wait(desk_house: Any) -> None:
    wil = await desk_house.seat("Wil")
    told = [await wil.post("/counter", code=f"{number:06d}", org="voorbeeldstad") for number in range(8)]
    assert [status for status, _ in told][:5] == [404] * 5
    assert told[-1][0] == 429
    assert told[-1][1]["message"]


def test_at_a_counter_nobody_takes_over_what_another_organisation_was_asked() -> None:
    family = bench(MONDAY)
    family.brought_to("asked_transfer")
    assert family.hears(choice="handoff.counter") == ["handoff.gone"]


# --- who is gone, blocked or closed


async def test_a_desk_that_is_logged_out_or_turned_off_hears_nothing_more(
    desk_house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_HEARTBEAT", 0.05)
    worker = await desk_house.seat("Wil")
    stream = worker.stream()
    assert (await worker.post("/logout"))[0] == 200
    assert "event: bye" in await stream(until="event: bye")
    assert (await worker.get("/cases"))[0] == 401


@pytest.mark.slow
async def test_a_desk_that_was_away_for_long_is_told_everything_that_it_missed(desk_house: Any) -> None:
    worker, token = await desk_house.seat("Wil"), await desk_house.open("nl")
    code = await desk_house.approved(token)
    system = audit.Actor("system", "test")

    def much(connection: sa.Connection) -> None:
        for _ in range(1100):
            audit.append(connection, system, "case.message", "TW-OTHER", "hulphuis")
        audit.append(connection, system, "case.alarm", code, "voorbeeldstad", {"why": "at the very end"})

    await desk_house.store.write(much)
    told = await worker.events(until="at the very end")
    assert "TW-OTHER" not in told


def test_after_a_block_the_next_request_goes_to_somebody_else_or_is_kept() -> None:
    family = bench(MONDAY)
    week = {"mon": ("09:00-17:00",)}
    family.organisations["tweede"] = DeskOrganisation(name="Wijkteam Tweede", hours=week)
    family.brought_to("blocked")
    family.asks()
    assert family.case().org == "tweede"
    del family.organisations["tweede"]
    assert family.hears(choice="person") == ["person.stored"]


def test_no_two_workers_speak_with_one_family_also_when_danger_made_a_second_case() -> None:
    family = bench(MONDAY)
    family.asks()
    alarmed = danger.alarm_person(family.here, "violence")
    consented = next(case for case in family.cases() if case.state == "consent")
    family.hears(choice="handoff.yes")
    family.acts(working.take, case=cases.get(family.connection, alarmed.id))
    with pytest.raises(NotNow):
        family.acts(working.take, "Noor", case=cases.get(family.connection, consented.id))
    assert sum(case.state == "active" for case in family.cases()) == 1


@pytest.mark.slow
def test_in_every_state_what_is_open_is_watched() -> None:
    for state in STEPS:
        family = bench(datetime(2026, 11, 23, 10, tzinfo=UTC))
        for case in (family.brought_to(state), *family.cases()):
            assert bool(timers.of_case(family.connection, case.id)) == (
                case.state not in ("closed", "cancelled", "withdrawn", "blocked")
            ), (state, case.state)
