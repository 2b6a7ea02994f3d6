"""`make demo`: all that `make run` starts, with invented desks, workers and families; made anew at each start."""

from __future__ import annotations

import argparse
import os
import shutil
from typing import Any

from channels.settings import ROOT, Settings

_RUN = ROOT / ".run" / "demo"
_DATA = ROOT / "data" / "demo"


def add_to(commands: Any) -> None:
    """Add `demo` to the subparsers of the command line."""
    text = "the service with two invented desks, workers who can log in and six families; forgets all at the next start"
    commands.add_parser("demo", help=text, description=text).set_defaults(run=run)


def run(_options: argparse.Namespace | None = None) -> int:
    """Start and stay until Ctrl-C. Raises BadSetting with one clear sentence."""
    from channels import programs

    _RUN.mkdir(parents=True, exist_ok=True)
    os.environ.pop("THUISWIJZER_RASA_URL", None)  # the bot is the one that starts here
    os.environ |= environment()
    return programs.run(_prepare)


def environment() -> dict[str, str]:
    """Nothing of a real service is touched: not its database, not its bot's memory, not its mail."""
    return {
        "THUISWIJZER_RUN": str(_RUN),
        "THUISWIJZER_DATABASE_URL": f"sqlite:///{_RUN / 'thuiswijzer.db'}",
        "THUISWIJZER_TRACKER_URL": f"sqlite:///{_RUN / 'tracker.db'}",
        "THUISWIJZER_DESKS": str(_DATA / "desks"),
        "THUISWIJZER_SMTP": "",
        "THUISWIJZER_TRANSLATOR": "",
        "THUISWIJZER_HTTPS": "no",
    }


def _prepare(settings: Settings) -> str:
    from channels.invented import build

    for path in settings.run.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "rasa.token":  # the bot that starts next was told this one
            path.unlink()
    return welcome(f"http://{settings.host}:{settings.gateway_port}", build(settings))


def welcome(address: str, accounts: Any) -> str:
    """Where to look and how to log in, for somebody who sees this for the first time."""
    lines = ["", "", f"For a family:  {address}/", f"For a worker:  {address}/desk", ""]
    for one in accounts:
        lines += [
            f"{one.name} ({one.role}, {one.org})",
            f"    e-mail    {one.email}",
            f"    password  {one.password}",
            f"    code      from an app with the secret {one.secret}",
            f"              or one of these, each works once: {'  '.join(one.recovery[:3])}",
        ]
    return "\n".join([*lines, "", "All names and families are invented. Stop with Ctrl-C; the next start begins anew."])
