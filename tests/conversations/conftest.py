"""The whole house for real: actions, bot and gateway as processes of their own, with the trained model."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from channels.settings import ROOT


@dataclass
class RealHouse:
    """Where it answers, and its supervisor, whose log tells the process ids."""

    url: str
    run: Path
    env: dict[str, str]
    process: subprocess.Popen[str]

    def pid_on(self, port_name: str) -> int:
        """The process that listens on one of the three ports."""
        port = int(self.env[port_name])
        wanted = f"{port:04X}"
        lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        inode = next(
            row.split()[9] for row in lines if row.split()[1].endswith(f":{wanted}") and row.split()[3] == "0A"
        )
        for link in Path("/proc").glob("[0-9]*/fd/*"):
            try:
                if str(link.readlink()) == f"socket:[{inode}]":
                    return int(link.parts[2])
            except OSError:
                continue
        raise AssertionError(f"nobody listens on {port}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def real_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHouse]:
    """Started once for all conversations; skipped with a notice where no engine or model is made."""
    if not (ROOT / ".venv/engine/bin/python").exists() or not list((ROOT / ".models").glob("thuiswijzer-*.tar.gz")):
        pytest.skip("there is no engine or no model here; run: make train")
    run = tmp_path_factory.mktemp("house")
    ports = {f"THUISWIJZER_{name}_PORT": str(free_port()) for name in ("GATEWAY", "RASA", "ACTIONS")}
    env = {**os.environ, **ports, "THUISWIJZER_RUN": str(run), "THUISWIJZER_TODAY": "2026-11-22"}
    process = subprocess.Popen(
        [sys.executable, "-m", "channels.cli", "run"], env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    patience = threading.Timer(600, process.kill)  # a house that never comes up ends in a message
    patience.start()
    log = []
    for line in process.stdout:
        log.append(line)
        if "ready. Open" in line:
            break
    else:
        patience.cancel()
        pytest.fail("the house did not start:\n" + "".join(log[-20:]))
    patience.cancel()
    drain = subprocess.Popen(["cat"], stdin=process.stdout, stdout=subprocess.DEVNULL)
    yield RealHouse(f"http://127.0.0.1:{ports['THUISWIJZER_GATEWAY_PORT']}", run, env, process)
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    process.stdout.close()
    drain.wait(20)


def ready(url: str) -> bool:
    """Whether /readyz says ready."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as response:  # noqa: S310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
