"""Stop, start, delete, the page: whole messages that mean the same in every language, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from sqlalchemy import Connection

from channels.settings import ROOT, now
from channels.storage import conversations, sendings, threads
from channels.storage import sendings as sendings_in
from channels.storage.tables import doors, inbox, messages, metadata, outbox
from channels.storage.whatsapp_tables import sendings as sendings_table
from channels.storage.whatsapp_tables import threads as threads_table
from channels.storage.whatsapp_tables import webhooks
from channels.whatsapp import sender
from channels.whatsapp.front import Front
from channels.whatsapp.typed import load_typed
from channels.whatsapp.whole_messages import load_whole_messages
from tests.whatsapp.conftest import PhoneHouse
from tests.whatsapp.memory import empty, family, words
from tests.whatsapp.steps import (
    all_settled,
    command,
    greeted,
    heard,
    in_the_queue,
    last,
    refused,
    told,
    waits_over,
)

WORDS = yaml.safe_load((ROOT / "data" / "whatsapp" / "words.yml").read_text(encoding="utf-8"))
SAYS = {"stop": "whatsapp.stopped", "page": "whatsapp.page_link", "delete": "conversation.delete_confirm"}
LISTS = [(meaning, lang) for meaning in ("stop", "start", "delete", "page") for lang in WORDS[meaning]]


@pytest.fixture(scope="module")
def front() -> Front:
    """With our own words."""
    return Front(load_typed(ROOT / "data" / "whatsapp" / "words.yml"), load_whole_messages(ROOT / "data"))


class Talk:
    """A family on WhatsApp, and what is said to it."""

    def __init__(self, connection: Connection, lang: str = "nl", control: str = "bot") -> None:
        self.connection = connection
        talk = conversations.get(connection, family(connection))
        assert talk
        self.talk = replace(talk, lang=lang, control=control)
        self.office = SimpleNamespace(speech=SimpleNamespace(typed=lambda _text, _offered: None))
        self.said: list[str] = []

    def say(self, *meants: Any) -> None:
        self.said += [meant["say"] for meant in meants]

    def taken_up(self) -> None:
        return None

    def hears(self, front: Front, text: str = "", choice: str = "", kind: str = "") -> bool:
        """Whether it was for WhatsApp alone."""
        here: Any = self
        return front.handled(here, {"text": text, "choice": choice, "kind": kind})

    @property
    def stopped(self) -> bool:
        thread = threads.of(self.connection, self.talk.id)
        assert thread
        return thread.stopped_at is not None

    def stop(self) -> None:
        threads.note(self.connection, self.talk.id, stopped_at=now())


@pytest.fixture
def db() -> Iterator[Connection]:
    """An empty database in memory."""
    with empty() as connection:
        yield connection


# --- words


@pytest.mark.parametrize(("meaning", "lang"), LISTS)
def test_every_word_of_every_list_is_heard_in_its_language(
    db: Connection, front: Front, meaning: str, lang: str
) -> None:
    talk = Talk(db, lang)
    for word in WORDS[meaning][lang]:
        for typed in (word, f" {word.upper()}! "):
            threads.note(db, talk.talk.id, stopped_at=now() if meaning == "start" else None)
            talk.said.clear()
            assert talk.hears(front, typed), typed
            assert talk.said == [SAYS.get(meaning, "whatsapp.back")], typed
            assert talk.stopped == (meaning == "stop"), typed


@pytest.mark.slow
def test_words_of_one_language_are_heard_in_every_other_but_for_those_that_mean_something_else_there(
    db: Connection, front: Front
) -> None:
    talk, own = Talk(db, "so"), set(WORDS["only_own"]) - {"bog"}
    for lang, listed in WORDS["stop"].items():
        for word in listed:
            threads.note(db, talk.talk.id, stopped_at=None)
            assert talk.hears(front, word) == talk.stopped == (word not in own), (lang, word)


def test_a_word_within_a_sentence_is_not_heard(db: Connection, front: Front) -> None:
    talk = Talk(db)
    for text in ("ik wil stop zeggen", "moet ik stoppen met werken", "wis en zeker", "op welke pagina staat dat"):
        assert not talk.hears(front, text), text
    assert (talk.said, talk.stopped) == ([], False)


def test_start_is_an_ordinary_word_while_nobody_asked_for_silence(db: Connection, front: Front) -> None:
    assert not Talk(db).hears(front, "start")


def test_delete_goes_to_the_worker_who_has_the_word(db: Connection, front: Front) -> None:
    talk = Talk(db, control="worker")
    assert not talk.hears(front, "wis")
    assert talk.hears(front, "stop")


def test_stop_is_a_choice_where_it_was_just_offered_under_another_name(db: Connection, front: Front) -> None:
    talk = Talk(db)
    talk.office.speech.typed = lambda _text, _offered: "questions.stop"
    assert not talk.hears(front, "parar")
    assert talk.hears(front, "stop")


# --- silence


@pytest.mark.parametrize("text", ["stop", "ok", "Dank u wel!", "ja", "nee", "👍", "gracias", "شكرا"])
def test_what_asks_for_nothing_gets_no_answer_after_stop(db: Connection, front: Front, text: str) -> None:
    talk = Talk(db)
    talk.stop()
    assert talk.hears(front, text)
    assert (talk.said, talk.stopped) == ([], True)


@pytest.mark.parametrize("asks", [{"text": "wij hebben geen huis"}, {"choice": "person"}, {"text": "bel mij op 112"}])
def test_what_asks_for_something_ends_the_silence_and_goes_on(
    db: Connection, front: Front, asks: dict[str, str]
) -> None:
    talk = Talk(db)
    talk.stop()
    assert not talk.hears(front, **asks)
    assert not talk.stopped


@pytest.mark.parametrize("kind", ["voice", "call", "media", "location", "contact", "unreadable"])
def test_whoever_asks_without_words_after_stop_hears_that_it_was_not_understood(
    db: Connection, front: Front, kind: str
) -> None:
    talk = Talk(db)
    talk.stop()
    assert talk.hears(front, kind=kind)
    assert (talk.said, talk.stopped) == ([f"whatsapp.{kind}"], False)


def test_a_sticker_after_stop_gets_no_answer(db: Connection, front: Front) -> None:
    talk = Talk(db)
    talk.stop()
    assert talk.hears(front, kind="sticker")
    assert (talk.said, talk.stopped) == ([], True)


def test_stop_takes_along_everything_that_waits(db: Connection, front: Front) -> None:
    talk = Talk(db)
    for state in ("ready", "held", "leased"):
        words(db, talk.talk.id, state, "worker")
        db.execute(outbox.update().where(outbox.c.attempts == 0).values(state=state, attempts=1))
    words(db, talk.talk.id)
    sendings.make(db, talk.talk.id, "1", sendings.rows(db, talk.talk.id), {"type": "text", "text": {"body": "x"}})
    talk.hears(front, "stop")
    assert {row.state for row in db.execute(outbox.select())} == {"suppressed"}
    assert [(row.state, row.payload) for row in db.execute(sendings_table.select())] == [("suppressed", {})]


# --- in a house


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a status looks often."""
    monkeypatch.setattr(sender, "_DOUBT", 0.05)


@pytest.mark.slow
async def test_after_stop_nothing_of_a_worker_or_of_us_goes_out_that_waited(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    case = await in_the_queue(phone_house, ana)
    phone_house.graph.trouble("131056")
    await phone_house.worker_writes(case, "Eerste.")
    await refused(phone_house)
    await phone_house.worker_writes(case, "Tweede.")
    await ana.says("توقف")
    await heard(phone_house)
    await phone_house.worker_writes(case, "Derde.")
    await waits_over(phone_house)
    await ana.receives()
    await all_settled(phone_house)
    assert [told(ana, text) for text in ("Eerste.", "Tweede.", "Derde.")] == [0, 0, 0]
    assert last(phone_house, threads_table)["stopped_at"] is not None


@pytest.mark.usefixtures("hasty")
@pytest.mark.slow
async def test_what_was_in_hand_at_stop_is_not_tried_again(
    phone_house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await greeted(phone_house)
    phone_house.graph.trouble("502")
    await ana.sends("audio")
    await phone_house.settled(sendings_table, lambda rows: rows[-1]["state"] == "trying" and rows[-1]["attempts"] == 1)
    await phone_house.graph.until(lambda graph: not graph.troubles)
    await ana.says("stop")
    await heard(phone_house)
    monkeypatch.setattr(sendings_in, "UNCLEAR", timedelta(0))
    await ana.receives()
    rows = await all_settled(phone_house)
    assert len(ana.screen) == 2
    assert [row["state"] for row in rows] == ["read", "dead", "read"]


@pytest.mark.slow
async def test_wanting_no_messages_told_to_meta_is_silence_without_a_word(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    case = await in_the_queue(phone_house, ana)
    seen = len(ana.screen)
    await ana.prefers(stop=True)
    await phone_house.settled(threads_table, lambda rows: rows[0]["stopped_at"] is not None)
    await phone_house.worker_writes(case, "Dag, ik ben Wil.")
    await phone_house.settled(outbox, lambda rows: rows[-1]["state"] == "suppressed")
    assert len(ana.screen) == seen
    await ana.says("bent u daar nog?")
    await phone_house.settled(threads_table, lambda rows: rows[0]["stopped_at"] is None)
    await phone_house.worker_writes(case, "Ja.")
    await ana.until(lambda screen: "Ja." in screen[-1].text)


@pytest.mark.slow
async def test_the_command_silence_stops_everything_to_a_telephone_number(
    phone_house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = phone_house.person(phone="31612345678", bsuid="")
    case = await in_the_queue(phone_house, ana)
    assert await command(phone_house, monkeypatch, "silence", "voorbeeldstad", "+31 6 99999999") == 2
    assert await command(phone_house, monkeypatch, "silence", "voorbeeldstad", "+31 6 1234 5678") == 0
    await phone_house.worker_writes(case, "Dag, ik ben Wil.")
    await phone_house.settled(outbox, lambda rows: rows[-1]["state"] == "suppressed")


# --- delete


@pytest.mark.slow
async def test_after_delete_nothing_of_the_talk_stands_anywhere(phone_house: PhoneHouse) -> None:
    ana = await greeted(phone_house, phone="31612345678")
    await ana.says("pagina")
    await ana.until(lambda screen: screen[-1].link is not None)
    assert phone_house.rows(doors)
    wamid = await ana.says("wij slapen bij de familie Geheim")
    await ana.until(lambda screen: len(screen) == 3)
    await ana.edits(wamid, "wij slapen bij de familie Anders")
    await ana.until(lambda screen: len(screen) == 4)
    await all_settled(phone_house)
    await ana.says("wis")
    await ana.until(lambda screen: "delete.yes" in {tap.id for tap in screen[-1].choices})
    await ana.taps("delete.yes")
    await ana.until(lambda screen: len(screen) == 6)
    await all_settled(phone_house)
    await phone_house.settled(webhooks, lambda rows: all(row["state"] == "done" for row in rows))
    for table in metadata.sorted_tables:
        everything = str(phone_house.rows(table))
        for word in ("Geheim", "Anders", "hallo", "pagina", "ask.place", "31612345678"):
            assert word not in everything, (table.name, word)
    assert phone_house.rows(doors) == []
    assert [row["key"] for row in phone_house.rows(messages)] == ["conversation.deleted"]
    assert all((row["body"], row["state"]) == ("", "done") for row in phone_house.rows(inbox))
    (thread,) = phone_house.rows(threads_table)
    assert (thread["numbered"], thread["told"], thread["notify"]) == ([], [], None)
    await ana.says("hallo")
    await ana.until(lambda screen: len(screen) == 7)
    assert len(phone_house.rows(threads_table)) == 1


@pytest.mark.usefixtures("hasty")
@pytest.mark.slow
async def test_what_was_in_hand_when_everything_was_deleted_is_not_tried_again(
    phone_house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await greeted(phone_house)
    await ana.says("wis")
    await ana.until(lambda screen: "delete.yes" in {tap.id for tap in screen[-1].choices})
    await all_settled(phone_house)
    phone_house.graph.trouble("502")
    await ana.sends("audio")
    await phone_house.graph.until(lambda graph: not graph.troubles)
    await ana.taps("delete.yes")
    await phone_house.settled(messages, lambda rows: [row["key"] for row in rows] == ["conversation.deleted"])
    monkeypatch.setattr(sendings_in, "UNCLEAR", timedelta(0))
    await ana.until(lambda screen: len(screen) == 3)
    rows = await all_settled(phone_house)
    assert [row["state"] for row in rows] == ["read", "read", "dead", "read"]
    assert all(row["payload"] == {} for row in rows)
    assert not ana.screen[-1].choices or "delete.yes" not in {tap.id for tap in ana.screen[-1].choices}
