"""All settings, read once from the environment. Refuses to start with one clear sentence."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
DUTCH_TIME = ZoneInfo("Europe/Amsterdam")
_told: ContextVar[datetime | None] = ContextVar("told", default=None)
_MAILBOX = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")


class BadSetting(ValueError):
    """A setting cannot be used; the text says which, why, and what to write."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where everything is. Ports are on `host`; times are seconds. `https`: a proxy of ours stands in front.

    `desks`, `numbers`, `sites`: a file each per organisation with a desk, per WhatsApp number of ours, and per website.
    `smtp`: where notices to organisations are posted, "" for nowhere; `public_url`: where people find us, without "/".
    `translator`: address of a translation service, "" for none.
    """

    host: str
    gateway_port: int
    rasa_url: str
    rasa_token: str
    database_url: str
    run: Path
    data: Path
    locales: Path
    desks: Path
    numbers: Path
    sites: Path
    https: bool
    rasa_timeout: float
    preview_day: date | None
    smtp: str
    mail_from: str
    public_url: str
    translator: str
    translator_key: str = field(repr=False)

    @staticmethod
    def from_env(env: Mapping[str, str] = os.environ) -> Settings:
        """Read THUISWIJZER_*. Raises BadSetting."""
        host = env.get("THUISWIJZER_HOST", "127.0.0.1")
        port = _port(env, "THUISWIJZER_GATEWAY_PORT", 8080)
        run = _folder(env, "THUISWIJZER_RUN", ROOT / ".run", make=True)
        smtp = _smtp(env, "THUISWIJZER_SMTP")
        return Settings(
            host=host,
            gateway_port=port,
            rasa_url=env.get("THUISWIJZER_RASA_URL", f"http://127.0.0.1:{_port(env, 'THUISWIJZER_RASA_PORT', 5005)}"),
            rasa_token=env.get("THUISWIJZER_RASA_TOKEN", ""),
            database_url=_database(env.get("THUISWIJZER_DATABASE_URL", f"sqlite:///{run / 'thuiswijzer.db'}")),
            run=run,
            data=_folder(env, "THUISWIJZER_DATA", ROOT / "data"),
            locales=_folder(env, "THUISWIJZER_LOCALES", ROOT / "locales"),
            desks=_folder(env, "THUISWIJZER_DESKS", ROOT / "data" / "desks"),
            numbers=_folder(env, "THUISWIJZER_NUMBERS", ROOT / "data" / "numbers"),
            sites=_folder(env, "THUISWIJZER_SITES", ROOT / "data" / "sites"),
            https=_yes_or_no(env, "THUISWIJZER_HTTPS"),
            rasa_timeout=_seconds(env, "THUISWIJZER_RASA_TIMEOUT", 8.0),
            preview_day=_day(env, "THUISWIJZER_TODAY"),
            smtp=smtp,
            mail_from=_sender(env, "THUISWIJZER_MAIL_FROM", needed=bool(smtp)),
            public_url=_address(env, "THUISWIJZER_PUBLIC_URL", f"http://127.0.0.1:{port}"),
            translator=_service(env, "THUISWIJZER_TRANSLATOR"),
            translator_key=env.get("THUISWIJZER_TRANSLATOR_KEY", "").strip(),
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
    return _told.get() or datetime.now(UTC)


@contextlib.contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within this block it is this moment: only for a demonstration, which tells what happened before."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)


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


def _yes_or_no(env: Mapping[str, str], name: str) -> bool:
    raw = env.get(name, "no")
    if raw not in ("yes", "no"):
        raise BadSetting(f"{name} must be yes (a proxy of yours speaks https with the world) or no, not '{raw}'.")
    return raw == "yes"


def _day(env: Mapping[str, str], name: str) -> date | None:
    raw = env.get(name, "")
    try:
        return date.fromisoformat(raw) if raw else None
    except ValueError:
        raise BadSetting(f"{name} must be a day such as 2026-11-22, not '{raw}'.") from None


def _smtp(env: Mapping[str, str], name: str) -> str:
    """Never shown in the sentence: it may hold a password."""
    raw = env.get(name, "").strip()
    bad = f"{name} must be such as smtp://user:password@host:587 or smtps://host, or empty for no mail."
    try:
        parts = urlsplit(raw)
        good = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
        good = good and parts.path in ("", "/") and not (parts.query or parts.fragment)
        good = good and bool(parts.username) == bool(parts.password)
    except ValueError:
        good = False
    if raw and not good:
        raise BadSetting(bad)
    return raw


def _sender(env: Mapping[str, str], name: str, *, needed: bool) -> str:
    raw = env.get(name, "").strip()
    if (raw or needed) and not _MAILBOX.fullmatch(raw):
        raise BadSetting(f"{name} must be a mail address such as balie@voorbeeld.example, not '{raw}'.")
    return raw


def _address(env: Mapping[str, str], name: str, default: str) -> str:
    raw = env.get(name, "").strip() or default
    if not _is_address(raw):
        raise BadSetting(f"{name} must be where people find us, such as https://thuis.example, not '{raw}'.")
    return raw.rstrip("/")


def _service(env: Mapping[str, str], name: str) -> str:
    """Never shown in the sentence: a key may have been pasted into it."""
    raw = env.get(name, "").strip()
    if raw and not _is_address(raw):
        raise BadSetting(f"{name} must be such as http://127.0.0.1:5000, or empty for no translation service.")
    return raw.rstrip("/")


def _is_address(raw: str) -> bool:
    try:
        parts = urlsplit(raw)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(good) and not (parts.username or parts.query or parts.fragment)


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
