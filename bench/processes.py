"""Starts programs on free loopback ports, weighs them, and stops each by its own id."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from channels.settings import ROOT
from channels.supervisor import _die_with_parent

_PATIENCE = 15.0


class NotStarted(Exception):
    """A program ended, or was not ready in time; the text names its log."""


@dataclass(frozen=True, slots=True)
class Running:
    """A program at work and the file that has what it printed."""

    process: asyncio.subprocess.Process
    log: Path

    async def ready(self, url: str, seconds: float) -> None:
        """Wait until `url` answers 200. Raises NotStarted."""
        end = time.monotonic() + seconds
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
            while time.monotonic() < end and self.process.returncode is None:
                try:
                    async with session.get(url) as response:
                        if response.status == 200:
                            return
                except (aiohttp.ClientError, TimeoutError):
                    pass
                await asyncio.sleep(0.1)
        last = self.log.read_text(encoding="utf-8", errors="replace")[-600:]
        raise NotStarted(f"{self.log.stem} ended, or was not ready within {seconds:.0f} s; its last words:\n{last}")

    async def stop(self) -> None:
        """Ask it to end; insist after a while."""
        for name in (signal.SIGTERM, signal.SIGKILL):
            if self.process.returncode is not None:
                return
            self.process.send_signal(name)
            try:
                await asyncio.wait_for(self.process.wait(), _PATIENCE)
            except TimeoutError:
                continue


async def start(name: str, command: Sequence[str], env: Mapping[str, str], folder: Path) -> Running:
    """Start one program in the folder of the project; it ends when we end, however that is."""
    log = folder / f"{name}.log"
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            env={**os.environ, "PYTHONPATH": str(ROOT), **env},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            preexec_fn=_die_with_parent,
            start_new_session=True,
        )
    finally:
        os.close(descriptor)
    return Running(process, log)


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody uses; all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


def resident(pid: int) -> dict[str, float]:
    """Megabytes of resident memory per child of `pid`, with everything below it, by the name of the program."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(folder.name))
    return {_name(child): sum(_megabytes(one) for one in _below(child, children)) for child in children.get(pid, [])}


def _below(pid: int, children: Mapping[int, list[int]]) -> list[int]:
    return [pid, *(deeper for child in children.get(pid, []) for deeper in _below(child, children))]


def _megabytes(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _name(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return {"rasa": "bot", "rasa_sdk": "actions", "channels.cli": "gateway"}.get(words[2], words[2])
