"""The service under measurement: the real three processes, and a stock Rasa beside them."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Running, free_ports, start
from channels.programs import newest_model, programs
from channels.settings import ROOT, Settings, rasa_token

_KEPT = ("THUISWIJZER_ENGINE", "THUISWIJZER_MODELS")
_START_LIMIT = 180.0
_STOCK_ENDPOINTS = """action_endpoint:
  url: {actions}
tracker_store:
  type: SQL
  dialect: sqlite
  db: {db}
"""


@dataclass(frozen=True, slots=True)
class House:
    """Addresses of what runs."""

    folder: Path
    gateway: str
    engine: str
    token: str
    running: Running
    started: float


def own_settings(folder: Path) -> Settings:
    """Settings on free loopback ports with everything in `folder`; whatever the caller's environment says."""
    for name in [name for name in os.environ if name.startswith("THUISWIJZER_") and name not in _KEPT]:
        del os.environ[name]
    gateway, rasa, actions = free_ports(3)
    os.environ |= {
        "THUISWIJZER_RUN": str(folder),
        "THUISWIJZER_GATEWAY_PORT": str(gateway),
        "THUISWIJZER_RASA_PORT": str(rasa),
        "THUISWIJZER_ACTIONS_PORT": str(actions),
    }
    return Settings.from_env()


def model() -> Path:
    """The model that everything here uses."""
    return newest_model(Path(os.environ.get("THUISWIJZER_MODELS", ROOT / ".models")))


@asynccontextmanager
async def house(settings: Settings, folder: Path) -> AsyncIterator[House]:
    """What `make run` starts, until the block ends. `started` is the moment just before the start."""
    moment = time.monotonic()
    running = await start("run", [sys.executable, "-m", "channels.cli", "run"], {}, folder)
    try:
        url = f"http://127.0.0.1:{settings.gateway_port}"
        await running.ready(f"{url}/livez", _START_LIMIT)
        yield House(folder, url, settings.rasa_url, rasa_token(folder), running, moment)
    finally:
        await running.stop()


@asynccontextmanager
async def stock_rasa(settings: Settings, folder: Path) -> AsyncIterator[str]:
    """The same model, actions and settings in a Rasa without our repairs and with its own SQL tracker store."""
    bot = next(program for program in programs(settings) if program.name == "bot")
    (port,) = free_ports(1)
    endpoints = folder / "stock.yml"
    endpoints.write_text(_STOCK_ENDPOINTS.format(actions=bot.env["ACTIONS_URL"], db=folder / "stock.db"))
    command = [str(part) for part in bot.command]
    command[1:3] = ["-m", "bench.stock"]
    command[command.index("--endpoints") + 1] = str(endpoints)
    command[command.index("-p") + 1] = str(port)
    running = await start("stock", command, bot.env, folder)
    try:
        url = f"http://127.0.0.1:{port}"
        await running.ready(f"{url}/status?token={rasa_token(folder)}", _START_LIMIT)
        yield url
    finally:
        await running.stop()


@asynccontextmanager
async def double(kind: str, folder: Path) -> AsyncIterator[str]:
    """A stand-in from bench/doubles.py; gives its address."""
    (port,) = free_ports(1)
    running = await start(kind, [sys.executable, "-m", "bench.doubles", kind, str(port)], {}, folder)
    try:
        await running.ready(f"http://127.0.0.1:{port}/status", 30)
        yield f"http://127.0.0.1:{port}"
    finally:
        await running.stop()


@asynccontextmanager
async def gateway_alone(bot: str, folder: Path) -> AsyncIterator[str]:
    """A second gateway with a database of its own, talking to `bot`; gives its address."""
    (port,) = free_ports(1)
    own = folder / "alone"
    await asyncio.to_thread(own.mkdir)
    env = {"THUISWIJZER_RUN": str(own), "THUISWIJZER_GATEWAY_PORT": str(port), "THUISWIJZER_RASA_URL": bot}
    running = await start("gateway", [sys.executable, "-m", "channels.cli", "serve"], env, folder)
    try:
        await running.ready(f"http://127.0.0.1:{port}/livez", 60)
        yield f"http://127.0.0.1:{port}"
    finally:
        await running.stop()
