"""Three programs, one command: started in order, kept alive, stopped together."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import textwrap
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from channels.settings import ROOT
from channels.supervisor import Program, busy_port

# A program that answers 200 once it is up; what it does first stands in its first argument.
FAKE = """
    import http.server, os, sys
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
        def log_message(self, *given):
            pass
    print("pid", os.getpid(), flush=True)
    exec(sys.argv[2])
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
HOUSE = """
    import asyncio, json, sys
    from pathlib import Path
    from channels import supervisor
    supervisor._PAUSES = (0.05,)
    programs = []
    for name, port, first, fake in json.loads(sys.argv[1]):
        python = "/no/such/program" if first == "missing" else sys.executable
        command, ready = [python, "-c", fake, str(port), first], f"http://127.0.0.1:{port}/"
        programs.append(supervisor.Program(name, command, {}, port, ready, Path.cwd()))
    asyncio.run(supervisor.supervise(programs, "WELCOME"))
"""


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Running:
    """A supervisor in a process of its own, read line by line."""

    def __init__(self, process: asyncio.subprocess.Process, ports: list[int]) -> None:
        self.process, self.ports, self.lines = process, ports, list[str]()

    async def until(self, wanted: Callable[[str], bool]) -> str:
        assert self.process.stdout
        async with asyncio.timeout(60):
            while raw := await self.process.stdout.readline():
                self.lines.append(raw.decode().rstrip("\n"))
                if wanted(self.lines[-1]):
                    return self.lines[-1]
        raise AssertionError(f"it ended after {self.lines}")

    def says(self, name: str) -> list[str]:
        """The lines of one program."""
        return [line.split(maxsplit=2)[2] for line in self.lines if line.split()[1] == name]

    def pids(self) -> list[int]:
        return [int(text.split()[1]) for name in "abc" for text in self.says(name) if text.startswith("pid ")]

    async def get(self, port: int) -> int:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/") as response:
            return response.status

    async def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        async with asyncio.timeout(60):
            assert self.process.stdout
            self.lines += (await self.process.stdout.read()).decode().splitlines()
            return await self.process.wait()


Start = Callable[..., Awaitable[Running]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Start a supervisor with fake programs a, b and c; none outlives the test."""
    begun: list[Running] = []

    async def run(*firsts: str) -> Running:
        ports = free_ports(len(firsts))
        fake = textwrap.dedent(FAKE)
        told = [(name, port, first, fake) for name, port, first in zip("abc", ports, firsts, strict=False)]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            textwrap.dedent(HOUSE),
            json.dumps(told),
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=2**22,
        )
        begun.append(Running(process, ports))
        return begun[-1]

    yield run
    for running in begun:
        if running.process.returncode is None:
            running.process.kill()
            await running.process.wait()


def alive(pid: int) -> bool:
    """Whether a process still runs (one that ended and waits to be read does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.slow
async def test_programs_start_one_after_the_other_the_welcome_comes_last_and_sigterm_leaves_no_process(
    start: Start,
) -> None:
    running = await start("", "", "")
    await running.until(lambda line: line.endswith("WELCOME"))
    order = [line.split()[1] if " pid " in line else line.split()[2] for line in running.lines]
    assert order == ["a", "a", "b", "b", "c", "c", "WELCOME"]
    assert [await running.get(port) for port in running.ports] == [200, 200, 200]
    pids = running.pids()
    assert [alive(pid) for pid in pids] == [True, True, True]
    assert await running.stop(signal.SIGTERM) == 0
    assert [alive(pid) for pid in pids] == [False, False, False]


@pytest.mark.slow
async def test_a_program_that_cannot_be_started_is_named_and_tried_again(start: Start) -> None:
    running = await start("missing")
    for _ in range(2):
        assert "/no/such/program" in await running.until(lambda line: " a " in line)
    assert await running.stop(signal.SIGTERM) == 0


@pytest.mark.slow
async def test_stopping_before_all_are_ready_stops_what_was_begun(start: Start) -> None:
    running = await start("", "import time; time.sleep(600)", "")
    await running.until(lambda line: " b " in line and " pid " in line)
    pids = running.pids()
    assert await running.stop(signal.SIGTERM) == 0
    assert not any(alive(pid) for pid in pids)
    assert running.says("c") == []
    assert "WELCOME" not in "".join(running.lines)


@pytest.mark.slow
async def test_a_program_that_dies_is_started_again_and_the_others_do_not_notice(start: Start) -> None:
    running = await start("", "")
    await running.until(lambda line: line.endswith("WELCOME"))
    first, other = running.pids()
    os.kill(first, signal.SIGKILL)
    await running.until(lambda line: " a " in line and " pid " in line)
    assert len(running.pids()) == 3
    assert not alive(first)
    assert alive(other)
    again = running.pids()[1]
    assert again != first
    assert await running.stop(signal.SIGINT) == 0
    assert not any(alive(pid) for pid in (other, again))


@pytest.mark.slow
async def test_a_program_that_dies_while_the_house_starts_is_started_again_too(start: Start, tmp_path: Path) -> None:
    mark = tmp_path / "was here"
    once = f"import pathlib; p = pathlib.Path({str(mark)!r}); seen = p.exists(); p.touch(); seen or os._exit(5)"
    running = await start(once, "")
    await running.until(lambda line: line.endswith("WELCOME"))
    assert len(running.pids()) == 3


@pytest.mark.slow
async def test_everything_a_program_writes_is_shown_with_its_name_however_long(start: Start) -> None:
    first = "print('x' * 300_000, flush=True); sys.stdout.buffer.write(b'\\xff\\xfe\\n'); print('after', flush=True)"
    running = await start(first, "")
    await running.until(lambda line: line.endswith("WELCOME"))
    said = running.says("a")
    assert sum(text.count("x") for text in said) == 300_000
    assert "after" in said


@pytest.mark.slow
async def test_what_a_program_has_started_itself_is_ended_with_it(
    start: Start,
) -> None:
    child = (
        "import subprocess; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print('pid', child.pid, flush=True)"
    )
    running = await start(child)
    await running.until(lambda line: line.endswith("WELCOME"))
    pids = running.pids()
    assert len(pids) == 2
    assert await running.stop(signal.SIGTERM) == 0
    assert not any(alive(pid) for pid in pids)


def test_a_port_that_somebody_else_uses_is_found_before_anything_starts() -> None:
    one, two = free_ports(2)
    programs = [Program(name, [], {}, port, "", ROOT) for name, port in (("one", one), ("two", two))]
    assert busy_port(programs) is None
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", two))
        taken.listen()
        found = busy_port(programs)
    assert found is not None
    assert found.name == "two"
