"""The real gateway, whose start costs little: its texts are read once, and every start is a fork of that process.

As a program, `python -m tests.whatsapp.warm` forks a gateway per line of standard input and tells its process id.
"""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import uvloop

from bench.processes import Running
from bench.replaying import Gateway
from channels import app
from channels.settings import ROOT, Settings
from channels.storage import sendings
from channels.supervisor import _die_with_parent

_UNCLEAR = timedelta(seconds=8)  # nobody waits half a minute in a test; this Meta says at once what it has


class WarmGateway(Gateway):
    """Killed and started like any other; only the process that forks it lives on."""

    pid = 0

    async def start(self) -> None:
        begun = time.monotonic()
        if self.running is None:
            self.running = await self._forker()
        process = self.running.process
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"\n")
        self.pid = int(await process.stdout.readline())
        await self.running.ready(f"{self.url}/livez", 60)
        self.starts.append(time.monotonic() - begun)

    async def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.kills += 1
        await self.start()

    async def _forker(self) -> Running:
        log = self.folder / "gateway.log"
        with log.open("ab") as file:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.whatsapp.warm"),
                env={**os.environ, "PYTHONPATH": str(ROOT), **self.env},
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                preexec_fn=_die_with_parent,
            )
        return Running(process, log)


def main() -> None:
    """Until standard input ends."""
    settings = Settings.from_env()
    sendings.UNCLEAR = _UNCLEAR
    for name in ("load_content", "load_words", "load_guesser", "load_crisis"):
        real = getattr(app, name)
        setattr(app, name, functools.partial(_once, {}, real))
    content = app.load_content(settings.data)
    words = app.load_words(content, settings.locales)
    app.load_guesser(settings.data, words.languages)
    app.load_crisis(settings.data / "crisis")
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            _die_with_parent()
            uvloop.run(app.serve(settings))
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)


def _once(seen: dict[str, object], real: object, *given: object) -> object:
    if "it" not in seen:
        seen["it"] = real(*given)  # type: ignore[operator]
    return seen["it"]


if __name__ == "__main__":
    main()
