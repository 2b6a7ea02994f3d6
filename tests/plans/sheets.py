"""Sheets of the twelve whole families, as the bot makes them, and what a page has of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import yaml

from actions.dialogue.knowledge import knowledge
from actions.dialogue.sheet import sheet
from actions.dialogue.talk import Talk
from channels import assessing
from channels.plans.telling import Telling
from channels.settings import ROOT
from channels.speech import Speech
from channels.storage.plans import Opened
from channels.words import load_words
from tests.conftest import DAY

KNOWS = knowledge()
FAMILIES = sorted(path.stem for path in (ROOT / "data" / "families").glob("*.yml"))
MOMENT = datetime(2026, 11, 22, 11, tzinfo=UTC)


@cache
def speech() -> Speech:
    return Speech(KNOWS.content, load_words(KNOWS.content, ROOT / "locales"))


def telling(lang: str = "nl") -> Telling:
    return Telling(speech(), lang, DAY)


def sheet_of(family: str, **more: Any) -> dict[str, Any]:
    """What stands on the page of this family, after all its checks, as it is stored."""
    path = ROOT / "data" / "families" / f"{family}.yml"
    told = assessing.read_family(path)
    finished = yaml.safe_load(path.read_text(encoding="utf-8"))["journeys"]
    made = sheet(Talk(situation=told.situation, finished=finished, **more), KNOWS, DAY)
    return dict(json.loads(json.dumps(made)))


def opened(family: str, ticks: dict[str, bool] | None = None, conversation: str = "c", **more: Any) -> Opened:
    lives = MOMENT + timedelta(days=30)
    return Opened(conversation, sheet_of(family, **more), MOMENT, lives, ticks or {})
