"""The terminal is the same conversation as the web page."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from channels import terminal as module
from channels.terminal import Terminal, chat


class Screen:
    """What stands on the screen, and a way to wait for more of it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.changed = asyncio.Event()

    def write(self, line: str) -> None:
        self.lines.append(line)
        self.changed.set()

    async def until(self, wanted: Callable[[list[str]], bool]) -> list[str]:
        async with asyncio.timeout(60):
            while not wanted(self.lines):
                self.changed.clear()
                await self.changed.wait()
        return self.lines


@pytest.fixture
async def talk(house: Any) -> AsyncIterator[Callable[..., Awaitable[tuple[Terminal, Screen]]]]:
    """Open a terminal on the gateway of this test; it listens until the test ends."""
    listening: list[asyncio.Task[None]] = []
    async with aiohttp.ClientSession() as session:

        async def start(lang: str | None = "nl") -> tuple[Terminal, Screen]:
            screen = Screen()
            terminal = Terminal(session, str(house.client.make_url("/")), screen.write)
            await terminal.open(lang)
            listening.append(asyncio.create_task(terminal.listen()))
            return terminal, screen

        yield start
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)


def numbered(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()[:1].isdigit() and ". " in line]


async def test_what_is_said_comes_back_with_the_choices_numbered(house: Any, talk: Any) -> None:
    terminal, screen = await talk()
    welcome = await screen.until(lambda lines: bool(numbered(lines)))
    shown = len(welcome)
    await terminal.say("wij hebben geen huis")
    lines = await screen.until(lambda lines: len(numbered(lines[shown:])) == 3)
    assert house.bot.heard[-1][1] == "wij hebben geen huis"
    assert [line.split(".")[0].strip() for line in numbered(lines[shown:])] == ["1", "2", "3"]
    assert not any("wij hebben geen huis" in line for line in lines)


async def test_a_number_taps_the_choice_with_that_number(house: Any, talk: Any) -> None:
    terminal, screen = await talk()
    await screen.until(lambda lines: bool(numbered(lines)))
    await terminal.say("wij hebben geen huis")
    shown = len(screen.lines)
    await screen.until(lambda lines: len(numbered(lines[shown:])) == 3)
    await terminal.say("2")
    await screen.until(lambda lines: len(numbered(lines[shown:])) == 6)
    assert house.bot.heard[-1][1] == '/pick{"choice": "ask.place=netherlands"}'


@pytest.mark.parametrize("typed", ["0", "99", "7 jaar", "²"])
async def test_what_is_no_number_of_a_choice_is_said_as_words(house: Any, talk: Any, typed: str) -> None:
    terminal, screen = await talk()
    await screen.until(lambda lines: bool(numbered(lines)))
    shown = len(screen.lines)
    await terminal.say(typed)
    await screen.until(lambda lines: len(numbered(lines[shown:])) == 3)
    assert house.bot.heard[-1][1] == typed


async def test_an_answer_shows_what_it_rests_on(talk: Any) -> None:
    terminal, screen = await talk()
    await terminal.say("wat is de bron?")
    lines = await screen.until(lambda lines: any(line.strip().startswith("[") for line in lines))
    source = next(line for line in lines if line.strip().startswith("["))
    assert source.rstrip().endswith("]")


async def test_a_talk_can_begin_in_another_language_and_an_unknown_one_is_refused(talk: Any) -> None:
    _, screen = await talk("ar")
    await screen.until(lambda lines: any("\u0600" <= letter <= "\u06ff" for line in lines for letter in line))
    with pytest.raises(ValueError, match=r"\w"):
        await talk("xx")


def typing(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(module.sys, "stdin", io.StringIO(text))


@pytest.mark.slow
async def test_the_chat_command_reads_lines_until_the_end_and_skips_empty_ones(
    house: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typing(monkeypatch, "\nwij hebben geen huis\n   \n")
    assert await chat(str(house.client.make_url("/")), "nl") == 0
    assert [text for _, text in house.bot.heard] == ["wij hebben geen huis"]
    assert numbered(capsys.readouterr().out.splitlines())


async def test_the_chat_command_in_a_language_that_does_not_exist_ends_with_the_sentence_of_the_gateway(
    house: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typing(monkeypatch, "")
    assert await chat(str(house.client.make_url("/")), "xx") == 2
    assert capsys.readouterr().out.count("\n") == 1


async def test_a_gateway_that_goes_away_in_the_middle_ends_the_chat_with_one_sentence(
    house: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = str(house.client.make_url("/"))
    loop = asyncio.get_running_loop()

    class Typist(io.StringIO):
        def readline(self, *_: Any) -> str:
            asyncio.run_coroutine_threadsafe(house.client.close(), loop).result(20)
            return "is daar iemand?\n"

    monkeypatch.setattr(module.sys, "stdin", Typist())
    assert await chat(url, "nl") == 1
    assert url.rstrip("/") in capsys.readouterr().out.splitlines()[-1]
