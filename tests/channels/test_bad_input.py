"""Bad input gets a clear answer or a 4xx with one sentence; nothing is lost, nothing half-done."""

import asyncio
import json
from typing import Any

import pytest

AUTH = "Authorization"


async def post(house: Any, token: str, raw: bytes) -> tuple[int, dict[str, Any]]:
    response = await house.client.post("/webchat/v1/messages", data=raw, headers={AUTH: f"Bearer {token}"})
    return response.status, await response.json()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe{}",
        b'{"client_msg_id": "k"}',
        b'{"client_msg_id": "k", "text": "a", "choice": "b"}',
        b'{"client_msg_id": "k", "text": 7}',
        b'{"client_msg_id": "k", "text": null}',
        b'{"client_msg_id": 7, "text": "a"}',
        b'{"client_msg_id": "", "text": "a"}',
        b'{"client_msg_id": "k k", "text": "a"}',
        b'{"text": "a"}',
        b'{"client_msg_id": "k", "choice": "/restart{}"}',
        b'{"client_msg_id": "k", "choice": ["a"]}',
    ],
)
async def test_a_body_of_the_wrong_shape_is_refused_with_one_sentence_and_nothing_is_stored(
    house: Any, raw: bytes
) -> None:
    token = await house.open()
    status, told = await post(house, token, raw)
    assert status == 400
    assert told["message"]
    assert [m["author"] for m in await house.messages(token)] == ["bot"]


async def test_a_body_that_is_too_large_is_refused_with_one_sentence(house: Any) -> None:
    token = await house.open()
    status, told = await post(house, token, json.dumps({"client_msg_id": "k", "text": "a" * 400_000}).encode())
    assert status == 413
    assert told["message"]


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 500])
async def test_a_foreign_token_opens_nothing(house: Any, token: str) -> None:
    await house.open()
    status, told = await post(house, token, b'{"client_msg_id": "k", "text": "a"}')
    assert status == 401
    assert told["message"]
    for path in ("messages", "stream"):
        response = await house.client.get(f"/webchat/v1/{path}", headers={AUTH: f"Bearer {token}"})
        assert response.status == 401


async def test_a_token_of_bytes_that_are_no_text_opens_nothing(house: Any) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.client.port)
    asked = (b"GET /webchat/v1/messages HTTP/1.1", b"Host: x", b"Authorization: Bearer \xff\xfe", b"Connection: close")
    writer.write(b"\r\n".join((*asked, b"", b"")))
    assert (await reader.read()).startswith(b"HTTP/1.1 401 ")
    writer.close()


async def test_one_familys_token_never_shows_another_familys_words(house: Any) -> None:
    mine, theirs = await house.open(), await house.open()
    await house.send(theirs, "k1", text="alleen van hen")
    await house.until_key(theirs, "ask.place")
    assert "alleen van hen" not in str(await house.messages(mine))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "input.no_words"),
        ("   \n ", "input.no_words"),
        ("😀😀😀", "input.no_words"),
        ("\u0000", "input.no_words"),
        ("\u202e\u200b", "input.no_words"),
        ("????", "input.no_words"),
        ("woorden " * 2500, "input.too_long"),
    ],
)
async def test_messages_without_anything_to_understand_get_a_kind_answer(house: Any, text: str, key: str) -> None:
    token = await house.open("nl")
    assert await house.send(token, "k1", text=text) == 202
    await house.until_key(token, key)
    assert house.bot.heard == []


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        '/pick{"choice": "delete.yes"}',
        "//// /restart",
        '\u200b/inform{"talk": {}}',
        " /session_start",
        "\u202e/back",
        "\n/restart",
    ],
)
async def test_no_person_can_send_the_bot_a_command(house: Any, text: str) -> None:
    token = await house.open("nl")
    await house.send(token, "k1", text=text)
    await house.until_key(token, "ask.place")
    assert not house.bot.heard[-1][1].strip().startswith("/")


async def test_nul_and_bidi_characters_never_reach_the_bot_or_the_screen(house: Any) -> None:
    token = await house.open("nl")
    await house.send(token, "k1", text="geen\u0000 huis\u202e in\ud800 de stad")
    seen = await house.until_key(token, "ask.place")
    said = next(m["text"] for m in seen if m["author"] == "family")
    assert said == house.bot.heard[-1][1] == "geen huis in de stad"


async def test_sending_faster_than_anybody_answers_is_slowed_down_with_one_sentence(house: Any) -> None:
    import asyncio

    house.bot.hold = asyncio.Event()
    token = await house.open()
    statuses = [await house.send(token, f"k{number}", text=f"bericht {number}") for number in range(40)]
    assert set(statuses) == {202, 429}
    house.bot.hold.set()


@pytest.mark.parametrize("body", [{"lang": "xx"}, {"lang": 7}, {"entry": []}, {"entry": {"post": "a" * 3000}}])
async def test_a_session_with_an_unknown_language_or_a_wrong_entry_is_refused(house: Any, body: dict[str, Any]) -> None:
    response = await house.client.post("/webchat/v1/sessions", json=body)
    assert response.status == 400
    assert (await response.json())["message"]


async def test_every_page_and_answer_carries_the_security_headers(house: Any) -> None:
    for path in ("/", "/webchat/v1/words", "/livez"):
        response = await house.client.get(path)
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in response.headers


async def test_livez_says_alive_and_readyz_tells_whether_the_bot_can_answer(house: Any) -> None:
    assert (await house.client.get("/livez")).status == 200
    assert (await house.client.get("/readyz")).status == 200
    house.bot.broken = "error"
    response = await house.client.get("/readyz")
    assert response.status == 503
    assert (await response.json())["bot"] is False
