"""What the doctor says of a number that is well and of broken ones; and that it looks at everything each time."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channels.settings import ROOT, now
from channels.whatsapp import command
from channels.whatsapp.doctor import Books, doctor, exit_code, written
from channels.whatsapp.graph import Graph
from channels.whatsapp.numbers import Number, Secrets
from channels.whatsapp.templates import Templates, load_templates
from channels.whatsapp.visit import Line, Mark
from channels.words import Words, load_languages
from tests.whatsapp.graph_server.server import DISPLAY, NUMBER, WABA, GraphServer

TOKEN = "geheim-van-niemand"
MESSAGING, MANAGEMENT = "whatsapp_business_messaging", "whatsapp_business_management"
OURS = Number(
    slug="voorbeeld", name="Voorbeeld", phone_number_id=NUMBER, account_id=WABA, phone=DISPLAY, token_env="HERE"
)
SECRETS = Secrets(("geheim",), "woord", "", "v26.0")


def words() -> Words:
    keys = ("template.answer_waiting", "template.one_question", "template.button")
    languages = load_languages(ROOT / "locales")
    return Words({key: key[-20:] for key in keys}, languages, {"ti": {key: f"{key} ti"[-20:] for key in keys}})


@pytest.fixture
def templates() -> Templates:
    return load_templates(ROOT / "data", words())


@pytest.fixture
async def meta(templates: Templates) -> AsyncIterator[GraphServer]:
    """A Meta at which everything is in order."""
    server = GraphServer(token=TOKEN, clock=now)
    for one in templates.definitions():
        server.template(one.name, one.code, one.body, one.button)
    await server.start()
    yield server
    await server.stop()


class Doctor:
    """Looks, with what a test sets otherwise."""

    def __init__(self, graph: Graph, templates: Templates) -> None:
        self._graph, self._templates = graph, templates

    async def look(
        self,
        *numbers: Number,
        secrets: Secrets = SECRETS,
        env: Mapping[str, str] | None = None,
        books: Mapping[str, Books] | None = None,
        unknown: Mapping[str, int] | None = None,
    ) -> list[Line]:
        found = await doctor(
            numbers or (OURS,),
            secrets,
            self._graph,
            templates=self._templates,
            env={"HERE": TOKEN} if env is None else env,
            books=books or {},
            unknown=unknown or {},
        )
        assert TOKEN not in written(found)
        return found


@pytest.fixture
async def looking(meta: GraphServer, templates: Templates) -> AsyncIterator[Doctor]:
    async with aiohttp.ClientSession() as session:
        yield Doctor(Graph(session, meta.url, "v26.0"), templates)


def wrong(lines: list[Line]) -> list[str]:
    """What is wrong; each of it says what to do."""
    assert all(line.do for line in lines if line.mark is Mark.WRONG)
    return [line.what for line in lines if line.mark is Mark.WRONG]


async def test_a_number_that_is_well_has_nothing_wrong(looking: Doctor) -> None:
    lines = await looking.look(books={NUMBER: Books(sent=12)})
    assert wrong(lines) == []
    assert exit_code(lines) == 0
    assert {line.where for line in lines} == {"app", "voorbeeld"}
    noted = [line.what for line in lines if line.mark is Mark.NOTE]
    assert len(noted) == 1  # languages without words of today
    assert "en" in noted[0]


async def test_an_account_that_cannot_pay_a_stopped_number_and_a_rejected_template_are_all_told(
    looking: Doctor, meta: GraphServer
) -> None:
    meta.numbers[NUMBER].health["WABA"] = ("BLOCKED", "There is an error with the payment method.")
    rejected = meta.templates[WABA].all[0]
    rejected.status, rejected.reason = "REJECTED", "TAG_CONTENT_MISMATCH"
    lines = await looking.look(books={NUMBER: Books("131042 payment", 1400)}, unknown={"field x": 3})
    found = wrong(lines)
    assert len(found) == 3
    assert "141006" in found[0]
    assert rejected.name in found[1]
    assert "TAG_CONTENT_MISMATCH" in found[1]
    assert "131042" in found[2]
    assert exit_code(lines) == 1
    assert [line.where for line in lines if "field x" in line.what] == ["app"]
    assert any("1400" in line.what and line.mark is Mark.NOTE for line in lines)


async def test_a_number_that_meta_restricted_with_poor_quality_and_no_webhook_is_told_in_full(
    looking: Doctor, meta: GraphServer
) -> None:
    number = meta.numbers[NUMBER]
    number.status, number.quality, number.display = "RESTRICTED", "RED", "31970000002"
    number.health["PHONE_NUMBER"] = ("BLOCKED", "restricted")
    meta.post.subscribed = False
    meta.templates[WABA].all.clear()
    found = wrong(await looking.look())
    assert len(found) == 6
    for said in (DISPLAY, "RESTRICTED", "RED", "the number: ", "no app", "missing"):
        assert any(said in one for one in found), said


async def test_without_any_secret_or_token_everything_that_can_be_looked_at_is_still_looked_at(looking: Doctor) -> None:
    lines = await looking.look(secrets=Secrets((), "", "", "v26.0"), env={}, books={NUMBER: Books("190 ended")})
    assert [line.where for line in lines if line.mark is Mark.WRONG] == ["app", "app", "voorbeeld", "voorbeeld"]
    assert "HERE" in wrong(lines)[2]


async def test_a_token_that_meta_does_not_take_is_told_once(looking: Doctor, meta: GraphServer) -> None:
    meta.tokens[TOKEN].valid = False
    (found,) = wrong(await looking.look())
    assert "190" in found


async def test_a_token_that_lacks_a_right_is_told_and_the_rest_is_looked_at(looking: Doctor, meta: GraphServer) -> None:
    meta.tokens[TOKEN].scopes = (MESSAGING,)
    found = wrong(await looking.look())
    assert "whatsapp_business_management" in found[0]
    assert sum("(200)" in one for one in found) == 4  # whatever needs that right


@pytest.mark.parametrize(("days", "mark"), [(3, Mark.WRONG), (60, Mark.NOTE)])
async def test_a_token_that_ends_is_told_with_its_day(
    looking: Doctor, meta: GraphServer, days: int, mark: Mark
) -> None:
    end = now() + timedelta(days=days)
    meta.tokens[TOKEN].expires_at = int(end.timestamp())
    assert [line.mark for line in await looking.look() if str(end.date()) in line.what] == [mark]


async def test_a_number_in_another_account_is_told(looking: Doctor, meta: GraphServer) -> None:
    meta.add_number("100000000000002", "200000000000002", "31970000002", "Ander")
    elsewhere = OURS.model_copy(update={"account_id": "200000000000002"})
    assert any(WABA in one and "200000000000002" in one for one in wrong(await looking.look(elsewhere)))


async def test_a_token_that_is_not_for_this_account_is_told(looking: Doctor) -> None:
    elsewhere = OURS.model_copy(update={"account_id": "200000000000009"})
    assert any("200000000000009" in one for one in wrong(await looking.look(elsewhere)))


async def test_what_limits_only_telephone_calls_is_left_out_and_other_limits_are_told(
    looking: Doctor, meta: GraphServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = meta.numbers[NUMBER]
    calls = {"error_code": 138024, "error_description": "SIP is not enabled"}
    pays = {"error_code": 141006, "error_description": "payment method"}
    other = {"error_code": 141010, "error_description": "not verified"}
    entities: list[dict[str, Any]] = [
        {"entity_type": "APP", "can_send_message": "LIMITED", "errors": [calls]},
        {"entity_type": "WABA", "id": WABA, "can_send_message": "LIMITED", "errors": [pays, other]},
        {"entity_type": "BUSINESS", "can_send_message": "LIMITED", "additional_info": ["250 a day"]},
    ]
    monkeypatch.setattr(number, "_health", lambda: {"can_send_message": "LIMITED", "entities": entities})
    lines = await looking.look()
    (found,) = wrong(lines)
    assert "141006" in found
    noted = " ".join(line.what for line in lines if line.mark is Mark.NOTE)
    assert "141010" in noted
    assert "250 a day" in noted
    assert "SIP" not in written(lines)


async def test_without_a_network_it_is_said_once_per_number_and_our_own_books_are_still_told(
    looking: Doctor, meta: GraphServer
) -> None:
    await meta.stop()
    other = OURS.model_copy(update={"slug": "ander", "phone_number_id": "100000000000002"})
    lines = await looking.look(OURS, other, books={NUMBER: Books("190 ended")})
    assert [line.where for line in lines if line.mark is Mark.WRONG] == ["voorbeeld", "voorbeeld", "ander"]


async def test_two_app_secrets_are_noted_until_the_old_one_goes(looking: Doctor) -> None:
    lines = await looking.look(secrets=Secrets(("nieuw", "oud"), "woord", "", "v26.0"))
    assert [line.mark for line in lines if line.where == "app"] == [Mark.OK, Mark.NOTE]


async def test_without_numbers_whatsapp_is_off_and_nothing_is_wrong(templates: Templates) -> None:
    async with aiohttp.ClientSession() as session:
        graph = Graph(session, "http://127.0.0.1:9", "v26.0")
        lines = await doctor((), SECRETS, graph, templates=templates, env={}, books={}, unknown={})
    assert exit_code(lines) == 0
    assert [line.where for line in lines] == ["app", "app"]


def test_below_what_is_wrong_stands_what_to_do() -> None:
    told = written(
        [Line("a", Mark.OK, "well"), Line("b", Mark.WRONG, "broken", "mend it"), Line("b", Mark.NOTE, "mind")]
    )
    assert told == "a\n  ok     well\nb\n  wrong  broken\n         → mend it\n  note   mind\n"


@pytest.mark.slow
async def test_the_command_line_tells_what_is_missing_submits_it_and_then_only_waits(
    meta: GraphServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "numbers").mkdir()
    (tmp_path / "numbers" / "voorbeeld.yml").write_text(
        f'{{name: V, phone_number_id: "{NUMBER}", account_id: "{WABA}", token_env: HERE}}', encoding="utf-8"
    )
    env = {"THUISWIJZER_NUMBERS": str(tmp_path / "numbers"), "THUISWIJZER_RUN": str(tmp_path), "HERE": TOKEN}
    env |= {"WHATSAPP_GRAPH_URL": meta.url, "WHATSAPP_APP_SECRET": "geheim", "WHATSAPP_VERIFY_TOKEN": "woord"}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(command, "_loaded", lru_cache(command._loaded))  # the same files each time
    parser = argparse.ArgumentParser()
    command.add_to(parser.add_subparsers())

    async def run(*words: str) -> tuple[int, str]:
        options = parser.parse_args(["whatsapp", *words])
        code = await asyncio.to_thread(options.run, options)
        return code, capsys.readouterr().out

    meta.templates[WABA].all.clear()
    code, told = await run("doctor")
    assert (code, "voorbeeld" in told, TOKEN in told) == (1, True, False)
    assert (await run("templates"))[0] == 1
    assert not meta.templates[WABA].all
    meta.tokens[TOKEN].scopes = (MESSAGING,)
    assert (await run("templates", "--submit"))[0] == 1
    meta.tokens[TOKEN].scopes = (MESSAGING, MANAGEMENT)
    code, told = await run("templates", "--submit")
    assert (code, WABA in told) == (0, True)
    assert meta.templates[WABA].all
    assert (await run("templates"))[0] == 0
    assert (await run("doctor"))[0] == 0
    meta.tokens[TOKEN].valid = False
    code, told = await run("templates")
    assert (code, "190" in told, TOKEN in told) == (1, True, False)
