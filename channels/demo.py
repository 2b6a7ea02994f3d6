"""`make demo`: all that `make run` starts, with invented desks, workers and families; made anew at each start."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from channels.settings import ROOT, BadSetting, Settings, _port

if TYPE_CHECKING:
    from channels.supervisor import Program

_RUN = ROOT / ".run" / "demo"
_DATA = ROOT / "data" / "demo"
_PHONES = ROOT / "tests" / "whatsapp" / "phones.py"
_HOSTS = ROOT / "tests" / "webchat" / "hosts" / "server.py"
_HOSTS_PORT = 8000  # data/demo/sites allows it
_FURTHER = 10  # the phones stand at so much more than the gateway's port
_SECRET, _VERIFY, _TOKEN = "invented-app-secret", "invented-verify-word", "invented-token"


def add_to(commands: Any) -> None:
    """Add `demo` to the subparsers of the command line."""
    text = "the service with two invented desks, workers who can log in and six families; forgets all at the next start"
    commands.add_parser("demo", help=text, description=text).set_defaults(run=run)


def run(_options: argparse.Namespace | None = None) -> int:
    """Start and stay until Ctrl-C. Raises BadSetting with one clear sentence."""
    from channels import programs

    _RUN.mkdir(parents=True, exist_ok=True)
    for name in [*os.environ]:
        if name == "THUISWIJZER_RASA_URL" or name.startswith("WHATSAPP_"):  # the bot is the one that starts here
            del os.environ[name]
    os.environ |= environment()
    settings = Settings.from_env(os.environ)
    websites = hosts(settings)

    def prepare(settings: Settings) -> str:
        return _prepare(settings, websites)

    return programs.run(prepare, [*phones(settings), *websites])


def environment() -> dict[str, str]:
    """Nothing of a real service is touched: not its database, its bot's memory, its mail, or its WhatsApp."""
    return {
        "THUISWIJZER_RUN": str(_RUN),
        "THUISWIJZER_DATABASE_URL": f"sqlite:///{_RUN / 'thuiswijzer.db'}",
        "THUISWIJZER_TRACKER_URL": f"sqlite:///{_RUN / 'tracker.db'}",
        "THUISWIJZER_DESKS": str(_DATA / "desks"),
        "THUISWIJZER_NUMBERS": str(_DATA / "numbers" if _PHONES.exists() else _DATA),  # there stands no number
        "THUISWIJZER_SITES": str(_DATA / "sites"),
        "THUISWIJZER_PUBLIC_URL": "",
        "THUISWIJZER_SMTP": "",
        "THUISWIJZER_TRANSLATOR": "",
        "THUISWIJZER_HTTPS": "no",
        "WHATSAPP_APP_SECRET": _SECRET,
        "WHATSAPP_VERIFY_TOKEN": _VERIFY,
        "WHATSAPP_TOKEN_DEMO": _TOKEN,
        "WHATSAPP_GRAPH_URL": _phones_at(_port(os.environ, "THUISWIJZER_GATEWAY_PORT", 8080)),
    }


def phones(settings: Settings) -> list[Program]:
    """What stands for Meta and for the telephones of families; nothing where the tests are not installed."""
    from channels.supervisor import Program

    if not _PHONES.exists():
        return []
    port = settings.gateway_port + _FURTHER
    if port > 65535:
        raise BadSetting(
            f"THUISWIJZER_GATEWAY_PORT must be {65535 - _FURTHER} at most: the phones stand {_FURTHER} further."
        )
    command = [sys.executable, "-m", "tests.whatsapp.phones", str(settings.numbers), f"--port={port}"]
    command += [f"--webhook=http://127.0.0.1:{settings.gateway_port}/whatsapp/webhook"]
    command += [f"--secret={_SECRET}", f"--verify={_VERIFY}", f"--token={_TOKEN}"]
    env = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return [Program("phones", command, env, port, f"{_phones_at(settings.gateway_port)}/", ROOT)]


def hosts(settings: Settings) -> list[Program]:
    """Invented websites that carry our chat; none where the tests are not installed, or somebody has the port."""
    from channels.supervisor import Program, busy_port

    gateway = f"http://127.0.0.1:{settings.gateway_port}"
    command = [sys.executable, "-m", "tests.webchat.hosts.server", gateway, f"--port={_HOSTS_PORT}"]
    env = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    program = Program("hosts", command, env, _HOSTS_PORT, f"http://127.0.0.1:{_HOSTS_PORT}/", ROOT)
    return [] if not _HOSTS.exists() or busy_port([program]) else [program]


def _phones_at(gateway_port: int) -> str:
    return f"http://127.0.0.1:{gateway_port + _FURTHER}"


def _prepare(settings: Settings, websites: Sequence[Program]) -> str:
    from channels.invented import build

    for path in settings.run.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "rasa.token":  # the bot that starts next was told this one
            path.unlink()
    return welcome(settings, build(settings), websites)


def welcome(settings: Settings, accounts: Any, websites: Sequence[Program] = ()) -> str:
    """Where to look and how to log in, for somebody who sees this for the first time."""
    address = f"http://{settings.host}:{settings.gateway_port}"
    whatsapp = f"{_phones_at(settings.gateway_port)}/  (imitated telephones, {_FURTHER} ports further; no Meta)"
    if not _PHONES.exists():
        whatsapp = "left out; what imitates it belongs to the tests, and they are not installed here."
    lines = ["", "", f"For a family:              {address}/", f"For a family on WhatsApp:  {whatsapp}"]
    lines += [f"For a worker:              {address}/desk"]
    carried = (
        websites[0].ready if websites else f"left out; port {_HOSTS_PORT} is in use, or the tests are not installed."
    )
    lines += [f"On a gemeente's website:   {carried}", ""]
    for one in accounts:
        lines += [
            f"{one.name} ({one.role}, {one.org})",
            f"    e-mail    {one.email}",
            f"    password  {one.password}",
            f"    code      from an app with the secret {one.secret}",
            f"              or one of these, each works once: {'  '.join(one.recovery[:3])}",
        ]
    return "\n".join([*lines, "", "All names and families are invented. Stop with Ctrl-C; the next start begins anew."])
