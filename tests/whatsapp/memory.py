"""A database in memory for one try, and a family in it; for everything that needs no gateway."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, update

from channels.settings import now
from channels.storage import conversations, messages, sendings, threads
from channels.storage.sendings import Sending
from channels.storage.store import make_engine
from channels.storage.tables import metadata, outbox
from channels.whatsapp.numbers import Number
from tests.whatsapp.payloads import BSUID, NUMBER

OURS = Number(slug="eerste", name="Eerste", phone_number_id=NUMBER, account_id="900000000000001", token_env="TOKEN")
OTHER = OURS.model_copy(update={"slug": "tweede", "phone_number_id": "100000000000002"})


@cache
def _engine() -> Engine:
    engine = make_engine("sqlite://")
    metadata.create_all(engine)
    return engine


@contextmanager
def empty() -> Iterator[Connection]:
    """A connection to a database with nothing in it; what is written is gone afterwards."""
    with _engine().connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def family(connection: Connection, name: str = "a", number: str = NUMBER) -> str:
    """The talk of somebody who just wrote."""
    talk = conversations.create(connection, "whatsapp", name, "nl", chosen=False, entry={})
    threads.begin(connection, talk, number, now())
    threads.learn(connection, talk, number, {"bsuid": BSUID + name}, now())
    threads.spoke(connection, talk, now())
    return talk


def words(connection: Connection, talk: str, text: str = "Dag", author: str = "system", **body: Any) -> None:
    """Something that is to be said."""
    whole = {"author": author, "key": "worker.text", "text": text, "choices": [], "lang": "nl", **body}
    whole["facts"] = {"worker": "Wil"}
    messages.send(connection, talk, "whatsapp", 0, whole, None)


def underway(connection: Connection, talk: str, text: str = "Dag") -> Sending:
    """A message that is on its way with these words."""
    words(connection, talk, text)
    return taken(connection, talk)


def taken(connection: Connection, talk: str) -> Sending:
    """Everything that is to be said, on its way in one message."""
    connection.execute(update(outbox).where(outbox.c.state == "ready").values(not_before=now()))
    rows = sendings.rows(connection, talk)
    sendings.make(connection, talk, NUMBER, rows, {"type": "text", "text": {"body": "Dag"}})
    return started(connection, talk)


def started(connection: Connection, talk: str) -> Sending:
    """The next message, in hand."""
    sending = sendings.first(connection, talk)
    assert sending
    assert sendings.start(connection, sending)
    return sending
