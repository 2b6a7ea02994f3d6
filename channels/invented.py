"""An invented desk for a demonstration: workers who can log in, and six families, each somewhere else on its way."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyotp
from sqlalchemy import Connection

from actions.dialogue.knowledge import Knowledge, read_knowledge
from channels import assessing
from channels.desk import passwords, totp
from channels.handoff import clockwork, danger, family, working
from channels.handoff.casework import Office
from channels.handoff.here import Here
from channels.handoff.organisations import load_organisations
from channels.handoff.working import Worker
from channels.settings import DUTCH_TIME, ROOT, Settings, at, now
from channels.speech import Speech
from channels.storage import cases, conversations, messages, workers
from channels.storage.cases import Case
from channels.storage.migrate import upgrade
from channels.storage.store import make_engine
from channels.words import load_words

_STAFF: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("Wil Voorbeeld", "agent", "voorbeeldstad", ("nl", "en")),
    ("Noor Voorbeeld", "lead", "voorbeeldstad", ("nl", "so")),
    ("Sam Hulphuis", "agent", "hulphuis", ("nl", "es", "ti")),
    ("Bo Beheer", "admin", "voorbeeldstad", ()),
    ("Toos Toezicht", "auditor", "voorbeeldstad", ()),
)


@dataclass(frozen=True, slots=True)
class Account:
    """One worker, and what logs in. `org`: what the organisation is called."""

    id: int
    name: str
    email: str
    role: str
    org: str
    password: str
    secret: str
    recovery: tuple[str, ...]

    @property
    def worker(self) -> Worker:
        """As case work knows it."""
        return Worker(self.id, self.name)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the stories happen in. `start`: the moment at which somebody starts to look."""

    connection: Connection
    office: Office
    knows: Knowledge
    settings: Settings
    staff: Mapping[str, Account]
    start: datetime

    @contextmanager
    def ago(self, **much: float) -> Iterator[None]:
        """Some time before the start."""
        with at(self.start - timedelta(**much)):
            yield

    def here(self, talk: str) -> Here:
        """The talk as it is now."""
        found = conversations.get(self.connection, talk)
        assert found is not None  # noqa: S101 - made by the story that asks
        return Here(self.connection, self.office, found)

    def case(self, talk: str) -> Case:
        """The newest case of a talk."""
        return cases.all_of(self.connection, talk)[0]

    def opens(self, lang: str) -> str:
        """A talk begins."""
        return conversations.create(self.connection, "webchat", secrets.token_hex(32), lang, True, {})

    def asks(self, lang: str, name: str, topic: str, **other: Any) -> str:
        """A family of data/families, with `other` answers here and there, asks for a person. Gives its talk."""
        told = assessing.read_family(ROOT / "data" / "families" / f"{name}.yml")
        for question, answer in other.items():
            told = dataclasses.replace(told, situation=told.situation.with_answer(question, answer))
        talk = self.opens(lang)
        packet = assessing.handed_over(told, self.knows, self.settings.today(), topic)
        if not family.ask_for_person(self.here(talk), packet):
            raise ValueError(f"No desk of the demonstration takes {topic}.")
        return talk

    def taps(self, talk: str, *choices: str) -> None:
        """The family chooses, one thing after the other."""
        for choice in choices:
            self._said(talk, choice, "")

    def writes(self, talk: str, text: str) -> None:
        """The family writes in its own words."""
        self._said(talk, "", text)

    def _said(self, talk: str, choice: str, text: str) -> None:
        here = self.here(talk)
        offered = messages.offered(self.connection, talk)
        said = self.office.speech.heard(text, choice, here.talk.lang, offered)
        messages.append(self.connection, talk, "family", said.key, said.to_dict(), None)
        family.handled(here, text, choice)


def build(settings: Settings) -> list[Account]:
    """An empty database becomes the demonstration. Gives who can log in."""
    knows = read_knowledge(settings.data)
    speech = Speech(knows.content, load_words(knows.content, settings.locales))
    office = Office(load_organisations(settings.desks, knows.content), speech, settings.today)
    upgrade(settings.database_url)
    engine = make_engine(settings.database_url)
    start = now()
    with engine.begin() as connection:
        with at(start - timedelta(days=6)):
            staff = {one[0]: _joined(connection, office, *one) for one in _STAFF}
        scene = Scene(connection, office, knows, settings, staff, start)
        for story in STORIES:
            story(scene)
    engine.dispose()
    return list(staff.values())


def _joined(
    connection: Connection, office: Office, name: str, role: str, org: str, languages: tuple[str, ...]
) -> Account:
    email = f"{name.partition(' ')[0].lower()}@{org}.example"
    password, *recovery = totp.recovery_codes()
    secret = pyotp.random_base32()
    token = workers.invite(connection, email, name, {org: role})
    workers.keep_secret(connection, token, secret)
    hashes = [workers.hashed(totp.plain_recovery(code)) for code in recovery]
    number = workers.activate(connection, token, passwords.hashed(password), -1, hashes)
    assert number is not None  # noqa: S101 - invited in this very transaction
    workers.set_profile(connection, number, "nl", languages)
    return Account(number, name, email, role, office.name(org), password, secret, tuple(recovery))


# --- the stories, the oldest first


def _closed(scene: Scene) -> None:
    """Dutch; helped last week, and three days later it had worked."""
    wil = scene.staff["Wil Voorbeeld"].worker
    with scene.ago(days=5):
        talk = scene.asks("nl", "06_host_conflict", "self_reliance")
        scene.taps(talk, "handoff.yes")
    with scene.ago(days=4, hours=23.8):
        working.take(scene.connection, scene.office, scene.case(talk), wil)
        hello = {"say": "phrase.greet.hello", "with": {"worker": wil.name, "organisation": _org(scene, talk)}}
        working.write(scene.connection, scene.office, scene.case(talk), wil, phrases=[hello])
        scene.writes(talk, "Fijn. Ik heb de brief van de gemeente nu ook.")
    with scene.ago(days=4, hours=23.3):
        step = {"say": "phrase.appointment.bring_someone"}
        working.close(scene.connection, scene.office, scene.case(talk), wil, "appointment_made", [step])
    with scene.ago(days=1, hours=23):
        clockwork.run(scene.connection, scene.office)
    with scene.ago(days=1, hours=21):
        scene.taps(talk, "handoff.worked")


def _left(scene: Scene) -> None:
    """Arabic; wrote last evening, did not want to wait, and has a promise."""
    local = scene.start.astimezone(DUTCH_TIME)
    evening = (local - timedelta(days=1)).replace(hour=21, minute=40)
    with at(evening.astimezone(scene.start.tzinfo)):
        talk = scene.asks("ar", "03_home_closed", "emergency_tonight", country="SY")
        scene.taps(talk, "handoff.add")
        scene.writes(talk, "عندي طفل مريض ويحتاج إلى دواء")
        scene.taps(talk, "handoff.yes", "handoff.leave")


def _callback(scene: Scene) -> None:
    """English; at the other organisation, about debts; a moment was agreed, and how to reach the family."""
    with scene.ago(hours=2):
        day = scene.settings.today() + timedelta(days=5)
        talk = scene.asks("en", "01_arrears_eviction", "debts", eviction_date=day)
        scene.taps(talk, "handoff.reach", "handoff.reach.evening", "handoff.yes", "handoff.plan")
        offered = messages.offered(scene.connection, talk)[0]
        scene.taps(talk, [one["id"] for one in offered if one["id"].startswith("handoff.slot.")][-1])


def _active(scene: Scene) -> None:
    """Tigrinya; in conversation with a worker, whose question waits for the family."""
    wil = scene.staff["Wil Voorbeeld"].worker
    with scene.ago(minutes=50):
        talk = scene.asks("ti", "10_chavez_here_refused", "shelter_access", country="ER", own_age=29)
        scene.taps(talk, "handoff.yes")
    with scene.ago(minutes=45):
        working.take(scene.connection, scene.office, scene.case(talk), wil)
        hello = {"say": "phrase.greet.hello", "with": {"worker": wil.name, "organisation": _org(scene, talk)}}
        working.write(scene.connection, scene.office, scene.case(talk), wil, phrases=[hello])
    with scene.ago(minutes=38):
        scene.writes(talk, "የቐንየለይ። ሎሚ ናብ ምምሕዳር ከተማ ከይደ ነይረ።")
    with scene.ago(minutes=35):
        asked = [{"say": "phrase.situation.answer_on_paper"}, {"say": "phrase.gemeente.on_paper"}]
        working.write(scene.connection, scene.office, scene.case(talk), wil, phrases=asked)


def _danger(scene: Scene) -> None:
    """Somali; the emergency button. Nothing was shared, everybody at the desk is told."""
    with scene.ago(minutes=9):
        talk = scene.opens("so")
        here = scene.here(talk)
        here.say({"say": "crisis.menu"})
        danger.alarm_person(here, "emergency_button")


def _queued(scene: Scene) -> None:
    """Spanish; waits now, with one line in its own words and one left out."""
    with scene.ago(minutes=4):
        talk = scene.asks("es", "08_returned_without_home", "shelter_access")
        scene.taps(talk, "handoff.edit", "handoff.line.5", "handoff.remove", "handoff.add")
        scene.writes(talk, "Tenemos también un perro pequeño")
        scene.taps(talk, "handoff.yes")


def _org(scene: Scene, talk: str) -> str:
    return scene.office.name(scene.case(talk).org)


STORIES: tuple[Callable[[Scene], None], ...] = (_closed, _left, _callback, _active, _danger, _queued)
