"""Starts the three processes in order, keeps them alive, and stops them together."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

_PAUSES = (0.5, 1, 2, 4, 8, 15, 30)
_STEADY = 60.0


@dataclass(slots=True)
class Program:
    """One process to keep alive. `ready`: an address that answers 200 once it can work."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    port: int
    ready: str
    cwd: Path
    process: asyncio.subprocess.Process | None = field(default=None)


def log(name: str, text: str) -> None:
    """The one log line format: time in UTC, process, text."""
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    sys.stdout.write(f"{moment} {name:<8} {text}\n")
    sys.stdout.flush()


def busy_port(programs: Sequence[Program]) -> Program | None:
    """The first program whose port somebody else uses, or None."""
    for program in programs:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", program.port))
            except OSError:
                return program
    return None


async def supervise(programs: Sequence[Program], welcome: str) -> None:
    """Run all programs until SIGINT or SIGTERM. `welcome` is printed once the last of them is ready."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    keepers = []
    started = time.monotonic()
    for program in programs:
        keepers.append(asyncio.create_task(_keep(program)))
        await _either(_ready(program), stop)
        if stop.is_set():
            break
        log("run", f"{program.name} is ready after {time.monotonic() - started:.0f} s")
    if not stop.is_set():
        log("run", welcome)
    await stop.wait()
    log("run", "stopping")
    for keeper in keepers:
        keeper.cancel()
    await asyncio.gather(*keepers, return_exceptions=True)
    await asyncio.gather(*(_end(program) for program in programs))
    log("run", "stopped")


async def _either(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    tasks = {asyncio.create_task(work), asyncio.create_task(_wait(stop))}
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


async def _wait(stop: asyncio.Event) -> None:
    await stop.wait()


async def _keep(program: Program) -> None:
    failures = 0
    while True:
        began = time.monotonic()
        try:
            program.process = await _start(program)
            await _relay(program)
            ended = f"ended with {await program.process.wait()}"
        except OSError as error:
            ended = f"cannot be started ({error})"
        failures = 0 if time.monotonic() - began > _STEADY else failures + 1
        pause = _PAUSES[min(failures, len(_PAUSES) - 1)]
        log("run", f"{program.name} {ended}; starting it again in {pause} s")
        await asyncio.sleep(pause)


async def _start(program: Program) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *program.command,
        env={**os.environ, **program.env},
        cwd=program.cwd,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        preexec_fn=_die_with_parent,
        start_new_session=True,
    )


async def _relay(program: Program) -> None:
    assert program.process is not None  # noqa: S101
    assert program.process.stdout is not None  # noqa: S101
    while line := await _line(program.process.stdout):
        if text := line.decode(errors="replace").rstrip():
            log(program.name, text)


async def _line(stream: asyncio.StreamReader) -> bytes:
    """The next line, a piece of one that is too long to hold, or nothing at the end."""
    try:
        return await stream.readuntil()
    except asyncio.IncompleteReadError as rest:
        return rest.partial
    except asyncio.LimitOverrunError as long:
        return await stream.readexactly(long.consumed)


def _die_with_parent() -> None:
    # a supervisor that is killed outright must not leave three servers behind (Linux only)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").prctl(1, signal.SIGTERM)


async def _ready(program: Program) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
        while True:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with session.get(program.ready) as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.25)


async def _end(program: Program) -> None:
    process = program.process
    if process is None or process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), 8)
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
