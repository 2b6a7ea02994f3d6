"""What `thuiswijzer run` starts: the actions, the bot and the gateway, all on loopback."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from channels.settings import ROOT, BadSetting, Settings, _port, rasa_token
from channels.supervisor import Program, busy_port, log, supervise

_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONWARNINGS": "ignore",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "OMP_NUM_THREADS": "1",
    "SANIC_HOST": "127.0.0.1",
    "PYTHONPATH": str(ROOT),
    "PYTHONUNBUFFERED": "1",
}
_PORTS = {"bot": "RASA", "phones": "GATEWAY"}  # by which setting the port moves, where that is not the name itself


def newest_model(folder: Path) -> Path:
    """The model to serve. Raises BadSetting when there is none."""
    models = sorted(folder.glob("thuiswijzer-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise BadSetting(f"There is no trained model in {folder}. Make one with: make train")
    return models[-1]


def programs(settings: Settings) -> list[Program]:
    """The three programs in the order in which they start. Raises BadSetting."""
    env = os.environ
    rasa_port = _port(env, "THUISWIJZER_RASA_PORT", 5005)
    actions_port = _port(env, "THUISWIJZER_ACTIONS_PORT", 5055)
    engine = Path(env.get("THUISWIJZER_ENGINE", ROOT / ".venv" / "engine" / "bin" / "python"))
    if not engine.exists():
        raise BadSetting(f"There is no engine at {engine}. Make it with: make setup")
    model = newest_model(Path(env.get("THUISWIJZER_MODELS", ROOT / ".models")))
    token = settings.rasa_token or rasa_token(settings.run)
    bot_env = {
        **_QUIET,
        "ACTIONS_URL": f"http://127.0.0.1:{actions_port}/webhook",
        "TRACKER_URL": env.get("THUISWIJZER_TRACKER_URL", f"sqlite:///{settings.run / 'tracker.db'}"),
    }
    bot = [str(engine), "-m", "rasa", "run", "--model", str(model)]
    bot += ["--enable-api", "--auth-token", token]
    bot += ["--endpoints", "bot/endpoints.yml", "--credentials", "bot/credentials.yml"]
    bot += ["-i", "127.0.0.1", "-p", str(rasa_port), "--quiet"]
    actions = [sys.executable, "-m", "rasa_sdk", "--actions", "actions.dialogue", "-p", str(actions_port)]
    gateway = [sys.executable, "-m", "channels.cli", "serve"]
    gateway_env = {"THUISWIJZER_RASA_TOKEN": token, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}
    at = "http://127.0.0.1"
    return [
        Program("actions", actions, _QUIET, actions_port, f"{at}:{actions_port}/health", ROOT),
        Program("gateway", gateway, gateway_env, settings.gateway_port, f"{at}:{settings.gateway_port}/livez", ROOT),
        Program("bot", bot, bot_env, rasa_port, f"{at}:{settings.gateway_port}/readyz", ROOT),
    ]


def run(prepare: Callable[[Settings], str] | None = None, beside: Sequence[Program] = ()) -> int:
    """Start everything and stay until Ctrl-C. Raises BadSetting with one clear sentence.

    prepare: done first, once all ports are known to be free; what it gives is told below the addresses.
    beside: what starts before the three.
    """
    settings = Settings.from_env()
    all_programs = [*beside, *programs(settings)]
    if taken := busy_port(all_programs):
        name = f"THUISWIJZER_{_PORTS.get(taken.name, taken.name.upper())}_PORT"
        raise BadSetting(f"Port {taken.port} for the {taken.name} is in use. Stop that program or set {name}.")
    more = prepare(settings) if prepare else ""
    log("run", f"starting {len(all_programs)} processes; this takes about half a minute")
    welcome = f"ready. Open http://{settings.host}:{settings.gateway_port}/  or talk here: thuiswijzer chat"
    asyncio.run(supervise(all_programs, welcome + more))
    return 0
