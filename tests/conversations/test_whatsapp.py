"""Two families on WhatsApp with the real bot: a typed question, a tap, an answer in own words, and a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestClient, TestServer

from channels import app
from channels.storage.store import make_engine
from channels.storage.tables import cases, messages
from channels.whatsapp import sender
from tests.conftest import settings_for
from tests.conversations.conftest import RealHouse
from tests.whatsapp.conftest import DESK, NUMBER_FILE, SECRETS
from tests.whatsapp.graph_server import GraphServer

pytestmark = pytest.mark.rasa


@dataclass
class Talks:
    """Meta's side, and what the gateway kept."""

    graph: GraphServer
    engine: sa.Engine

    def said(self) -> list[tuple[str, str]]:
        """Key and language of everything that we said."""
        ours = sa.select(messages.c.key, messages.c.body).where(messages.c.author != "family").order_by(messages.c.id)
        with self.engine.connect() as connection:
            return [(row.key, row.body["lang"]) for row in connection.execute(ours)]

    def states(self) -> list[str]:
        """How far each case is."""
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(cases.c.state)).scalars())


@pytest.fixture
async def talks(real_house: RealHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Talks]:
    """A gateway of its own, with a number and a desk, before the bot of the house."""
    graph = GraphServer()
    graph.rules.pair_rate = False
    monkeypatch.setattr(sender, "_BURST", 1000)  # nobody waits six seconds in a test
    for name, value in {**SECRETS, "WHATSAPP_GRAPH_URL": await graph.start()}.items():
        monkeypatch.setenv(name, value)
    folders = {name: tmp_path / name for name in ("desks", "numbers")}
    for folder, text in (("desks", DESK), ("numbers", NUMBER_FILE)):
        folders[folder].mkdir()
        (folders[folder] / "voorbeeldstad.yml").write_text(text, encoding="utf-8")
    rasa = f"http://127.0.0.1:{real_house.env['THUISWIJZER_RASA_PORT']}"
    settings = settings_for(f"sqlite:///{tmp_path / 'talks.db'}", rasa, tmp_path / "run")
    token = (real_house.run / "rasa.token").read_text(encoding="utf-8").strip()
    settings = replace(settings, rasa_token=token, rasa_timeout=60, **folders)
    async with TestClient(TestServer(await app.build(settings)), cookie_jar=aiohttp.DummyCookieJar()) as client:
        graph.webhook = str(client.make_url("/whatsapp/webhook"))
        engine = make_engine(settings.database_url)
        yield Talks(graph, engine)
        engine.dispose()
        await graph.stop()


@dataclass(frozen=True)
class Told:
    """What a family types (`asks`, `replies`, `person`) and taps; `answer`: what it is told; `open`: what is asked."""

    lang: str
    asks: str
    answer: str
    taps: tuple[str, ...]
    open: str
    replies: str
    person: str


TOLD = [
    Told(
        lang="pap",
        asks="nos no tin kas, unda nos por pidi opvang?",
        answer="answer.shelter_access",
        taps=("check.homeless",),
        open="ask.danger_now",
        replies="nò",
        person="mi ke papia ku un persona",
    ),
    Told(
        lang="ar",
        asks="ابنتي هولندية وأريد أن آتي معها، ماذا أحتاج؟",
        answer="answer.residence_chavez",
        taps=("check.abroad", "ask.nationality=other"),
        open="ask.child_dutch",
        replies="نعم، هي هولندية",
        person="أريد التحدث مع شخص حقيقي",
    ),
]


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.lang)
async def test_a_family_asks_in_its_own_words_taps_answers_and_gets_a_person(talks: Talks, told: Told) -> None:
    family = talks.graph.person("Familie Proef", phone="31900000001")
    await family.says(told.asks)
    await family.receives(seconds=90)
    assert [key for key, _ in talks.said()][:3] == ["conversation.draft_language", "whatsapp.welcome", told.answer]
    for choice in told.taps:
        await family.taps(choice)
        await family.receives(seconds=90)
    assert talks.said()[-1][0] == told.open
    await family.says(told.replies)
    await family.receives(seconds=90)
    after = talks.said()[-1][0]
    assert after.startswith("ask.")
    assert after != told.open
    await family.says(told.person)
    await family.receives(seconds=90)
    assert {"handoff.preview", "handoff.ask"} <= {key for key, _ in talks.said()}
    assert talks.states() == ["consent"]
    assert {lang for _, lang in talks.said()} == {told.lang}
