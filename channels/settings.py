"""All settings, read once from the environment. Refuses to start with one clear sentence."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
DUTCH_TIME = ZoneInfo("Europe/Amsterdam")


class BadSetting(ValueError):
    """A setting cannot be used; the text says which, why, and what to write."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where everything is. Ports are on `host`; times are seconds."""

    host: str
    gateway_port: int
    rasa_url: str
    rasa_token: str
    database_url: str
    run: Path
    data: Path
    locales: Path
    rasa_timeout: float
    preview_day: date | None

    @staticmethod
    def from_env(env: Mapping[str, str] = os.environ) -> Settings:
        """Read THUISWIJZER_*. Raises BadSetting."""
        host = env.get("THUISWIJZER_HOST", "127.0.0.1")
        run = _folder(env, "THUISWIJZER_RUN", ROOT / ".run", make=True)
        return Settings(
            host=host,
            gateway_port=_port(env, "THUISWIJZER_GATEWAY_PORT", 8080),
            rasa_url=env.get("THUISWIJZER_RASA_URL", f"http://127.0.0.1:{_port(env, 'THUISWIJZER_RASA_PORT', 5005)}"),
            rasa_token=env.get("THUISWIJZER_RASA_TOKEN", ""),
            database_url=_database(env.get("THUISWIJZER_DATABASE_URL", f"sqlite:///{run / 'thuiswijzer.db'}")),
            run=run,
            data=_folder(env, "THUISWIJZER_DATA", ROOT / "data"),
            locales=_folder(env, "THUISWIJZER_LOCALES", ROOT / "locales"),
            rasa_timeout=_seconds(env, "THUISWIJZER_RASA_TIMEOUT", 8.0),
            preview_day=_day(env, "THUISWIJZER_TODAY"),
        )

    def today(self) -> date:
        """The day in the Netherlands, or the day that staff chose to preview."""
        return self.preview_day or datetime.now(DUTCH_TIME).date()


def rasa_token(folder: Path) -> str:
    """The token that only our own processes on this machine can read; made at the first run."""
    path = folder / "rasa.token"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    raw = env.get(name, str(default))
    if not (raw.isascii() and raw.isdigit()) or not 0 < int(raw) < 65536:
        raise BadSetting(f"{name} must be a port number from 1 to 65535, not '{raw}'.")
    return int(raw)


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    raw = env.get(name, str(default))
    try:
        seconds = float(raw)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= 60:
        raise BadSetting(f"{name} must be a number of seconds from 0 to 60, not '{raw}'.")
    return seconds


def _day(env: Mapping[str, str], name: str) -> date | None:
    raw = env.get(name, "")
    try:
        return date.fromisoformat(raw) if raw else None
    except ValueError:
        raise BadSetting(f"{name} must be a day such as 2026-11-22, not '{raw}'.") from None


def _folder(env: Mapping[str, str], name: str, default: Path, *, make: bool = False) -> Path:
    path = Path(env.get(name, str(default)))
    if make:
        with contextlib.suppress(OSError):  # what could not be made is missing below
            path.mkdir(parents=True, exist_ok=True)
    if not path.is_dir():
        raise BadSetting(f"{name} points to '{path}', and there is no such folder.")
    return path


def _database(url: str) -> str:
    if url.startswith("postgresql://"):
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting("THUISWIJZER_DATABASE_URL must start with sqlite:/// or postgresql://.")
    return url
