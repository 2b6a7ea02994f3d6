"""From "a person, please" to a worker who already knows, through the HTTP API, on SQLite and on PostgreSQL."""

from collections.abc import Callable
from typing import Any

PACKET = {
    "reason": "asked",
    "topic": "shelter_access",
    "urgency": 2,
    "situation": {"children": 2, "place": "netherlands"},
    "findings": [],
    "open_questions": [],
}


def keys(seen: list[dict[str, Any]]) -> list[str]:
    return [message["key"] for message in seen]


async def test_a_family_reads_every_line_and_a_worker_sees_exactly_what_it_approved(
    start_desk: Callable[..., Any], database_url: str
) -> None:
    house = await start_desk(database_url)
    worker = await house.seat("Wil")
    token = await house.open("es")
    assert keys(await house.choose(token, "person")) == ["handoff.preview", "handoff.ask"]
    assert (await worker.get("/cases"))[1]["cases"] == []
    told = await house.choose(token, "handoff.yes")
    assert keys(told)[0] == "handoff.queued"
    (row,) = (await worker.get("/cases"))[1]["cases"]
    assert (row["org"], row["lang"], row["state"]) == ("voorbeeldstad", "es", "queued")
    status, card = await worker.get(f"/cases/{row['code']}")
    assert status == 200
    assert [line["kind"] for line in card["lines"]] == ["need", "urgency", "language", "reach"]
    assert all(line["text"] and line["dutch"] for line in card["lines"])
    assert card["consents"][0]["receipt"].startswith("OK-")


async def test_a_named_worker_takes_over_and_nothing_the_family_writes_reaches_the_bot_any_more(
    start_desk: Callable[..., Any], database_url: str
) -> None:
    house = await start_desk(database_url)
    worker = await house.seat("Wil")
    token = await house.open("nl")
    code = await house.approved(token)
    heard = len(house.bot.heard)
    status, card = await worker.act(code, "take")
    assert (status, card["state"], card["mine"]) == (200, "active", True)
    seen = await house.until_key(token, "handoff.accepted")
    phrase = {"key": "phrase.greet.hello"}
    status, _ = await worker.act(code, "message", text="Ik lees mee.", phrases=[phrase])
    assert status == 200
    seen = await house.until_key(token, "phrase.greet.hello")
    assert seen[-1]["author"] == "worker"
    assert "Wil" in seen[-1]["text"]
    await house.send(token, "k9", text="dank u wel")
    await house.until(token, lambda all_: any(m.get("text") == "dank u wel" for m in all_))
    assert len(house.bot.heard) == heard
    talk = (await worker.get(f"/cases/{code}/messages"))[1]["messages"]
    assert talk[-1]["text"] == "dank u wel"


async def test_a_closed_case_has_an_outcome_a_next_step_and_a_code_that_opens_it_once(
    start_desk: Callable[..., Any], database_url: str
) -> None:
    house = await start_desk(database_url)
    worker = await house.seat("Wil")
    token = await house.open("nl")
    code = await house.approved(token)
    await worker.act(code, "take")
    assert (await worker.act(code, "close", outcome="information"))[0] == 400
    status, card = await worker.act(code, "close", outcome="information", words="Bel morgen.")
    assert (status, card["state"]) == (200, "resolved")
    seen = await house.until_key(token, "handoff.return_code")
    back = next(m for m in seen if m["key"] == "handoff.return_code")["text"]
    back_code = back[back.index("TR-") :][:17]
    other = await house.open("en")
    await house.send(other, "r1", text=f"my code is {back_code.lower()}")
    assert "handoff.reopened" in keys(await house.until_key(other, "handoff.reopened"))
    await house.send(other, "r2", text=back_code)
    await house.until_key(other, "handoff.return_unknown")
    assert (await worker.get("/cases"))[1]["cases"][0]["code"] == code
