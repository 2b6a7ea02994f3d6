"""What reviewers run: all content under a lens, what the bot understands, open cases, coverage per language."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp

from actions.content import Content, load_content
from actions.crisis import BrokenCrisisWords
from actions.crisis import load as load_crisis
from actions.dialogue.journeys import JOURNEYS, READS
from actions.eligibility.situation import question_kind, question_names, question_options
from actions.plan.items import Catalogue, load_plan, words_of
from actions.yaml_files import BrokenData
from channels.embassy.clerks import load_clerks
from channels.handoff import machine
from channels.handoff.lines import NOT_FOR_A_WORKER
from channels.language import load_guesser
from channels.parity import BUTTON, faults, is_button
from channels.rasa_client import BotUnavailable, RasaClient
from channels.settings import ROOT, Settings, rasa_token
from channels.storage import cases
from channels.storage.migrate import upgrade
from channels.storage.store import Store
from channels.webchat.sites import load_sites
from channels.whatsapp.numbers import load_numbers
from channels.whatsapp.private import load_private
from channels.whatsapp.templates import load_templates
from channels.whatsapp.typed import load_typed
from channels.words import Words, load_words

_LITERAL = re.compile(r"""["']([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+|[a-z][a-z0-9_]*)["']""")
_COUNTED = {r"\w+", "answer", "ask", "choice", "contact", "label", "why"}  # `_wanted` names all of these, or none


async def understand(settings: Settings, text: str, lang: str) -> dict[str, Any]:
    """Intent, top three, entities and language of a text. Raises ValueError when no bot is running."""
    languages = load_words(load_content(settings.data), settings.locales).languages
    guess = load_guesser(settings.data, languages).guess(text)
    token = settings.rasa_token or rasa_token(settings.run)
    async with aiohttp.ClientSession() as session:
        rasa = RasaClient(session, settings.rasa_url, token, settings.rasa_timeout)
        try:
            parsed = await rasa.understand(text.lstrip("/ "), {"language": lang, "today": settings.today().isoformat()})
        except BotUnavailable:
            raise ValueError(f"No bot answers at {settings.rasa_url}. Start it with: make run") from None
    top = [{"intent": name, "confidence": round(sure, 4)} for name, sure in parsed.ranking[:3]]
    entities = [{"entity": found["entity"], "value": found["value"]} for found in parsed.entities]
    return {
        "intent": parsed.intent,
        "top": top,
        "entities": entities,
        "language": guess.lang if guess else lang or None,
    }


async def open_cases(settings: Settings) -> list[dict[str, Any]]:
    """Open cases, the most urgent first."""
    upgrade(settings.database_url)
    store = Store(settings.database_url)
    try:
        return await store.read(lambda connection: cases.listed(connection, None, machine.WAITING))
    finally:
        store.close()


def coverage(settings: Settings) -> list[dict[str, Any]]:
    """Per language: how many texts are current, and how many examples the bot learns from."""
    words = load_words(load_content(settings.data), settings.locales)
    rows = []
    for code, language in words.languages.items():
        done = len(words.dutch) if code == "nl" else len(words.translated.get(code, {}))
        examples = sum(
            path.read_text("utf-8").count("\n      - ") for path in (settings.data / "nlu" / code).glob("*.yml")
        )
        percent = round(100 * done / len(words.dutch), 1)
        rows.append(
            {"code": code, "name": language.name, "state": language.state, "translated": done}
            | {"keys": len(words.dutch), "percent": percent, "examples": examples}
        )
    return rows


def check(settings: Settings, today: date) -> list[str]:
    """Everything that is wrong with the content on this day, as sentences with file and line."""
    danger: list[str] = []
    try:
        load_crisis(settings.data / "crisis")
    except BrokenCrisisWords as broken:
        danger += broken.errors
    try:
        content = load_content(settings.data)
        catalogue = load_plan(settings.data, content)
        words = load_words(content, settings.locales)
        load_numbers(settings.numbers, content, words.languages)
        load_sites(settings.sites, settings.data, content, words.languages)
        load_clerks(settings.data, content)
        load_typed(settings.data / "whatsapp" / "words.yml")
        load_private(settings.data, content)
        load_templates(settings.data, words)
    except BrokenData as broken:
        return [*danger, *broken.errors]
    errors = [*danger, *_late(content, today), *_missing(content, catalogue), *_dead(content, catalogue)]
    errors += _long(content)
    errors += [*language_faults(content, words), *faults(content, words, settings.locales)]
    return errors


def _at(content: Content, key: str) -> str:
    path, line = content.places.get(key, (Path("data"), 1))
    return f"{path}:{line}"


def language_faults(content: Content, words: Words) -> list[str]:
    """Languages that a gemeente switches off and that are none, or the one everything falls back on."""
    known = [code for code in words.languages if code != "nl"]
    return [
        f"data/municipalities: {gemeente.name} switches off '{code}'; write one of {', '.join(known)}"
        for gemeente in content.municipalities.listed
        for code in gemeente.languages_off
        if code not in known
    ]


def _late(content: Content, today: date) -> list[str]:
    late = [fact for fact in content.law.facts.values() if fact.review_by < today]
    return [
        f"data/rights: '{f.id}' should have been reviewed by {f.review_by}; read its sources and set new dates"
        for f in late
    ]


def _long(content: Content) -> list[str]:
    return [
        f"{_at(content, key)}: '{key}' is {len(message.text)} characters; a button takes {BUTTON}"
        for key, message in content.messages.items()
        if is_button(key) and len(message.text) > BUTTON
    ]


def _wanted(content: Content, catalogue: Catalogue) -> dict[str, str]:
    """Key → why it must exist."""
    wanted: dict[str, str] = {}
    for name in question_names():
        wanted |= {f"{part}.{name}": "every question needs it" for part in ("ask", "why", "label")}
        if question_kind(name) in ("choice", "many"):
            wanted |= {f"choice.{name}.{option}": "every option needs a label" for option in question_options(name)}
    for intent, described in content.intents.items():
        if described.kind == "topic":
            wanted[f"choice.topic.{intent}"] = "every subject can be offered"
            if intent != "human_worker":
                wanted[f"answer.{intent}"] = "every subject has an answer"
    wanted |= {f"choice.check.{journey}": "every check can be offered" for journey in JOURNEYS}
    for name in catalogue.items:
        wanted |= dict.fromkeys(words_of(name), "every item of the plan needs it")
    wanted |= {
        f"right.{right}": "a worker reads it above the trace" for right in READS if right not in NOT_FOR_A_WORKER
    }
    wanted |= {f"contact.{slug}": "every organisation has its line" for slug in content.organisations}
    for literal in _literals():
        if literal.startswith(("step.", "conversation.", "system.", "certainty.", "input.")):
            wanted[literal] = "the code says it"
    return wanted


def _missing(content: Content, catalogue: Catalogue) -> list[str]:
    messages, facts = content.messages, content.law.facts
    errors = [
        f"data/messages: '{key}' has no words; {why}"
        for key, why in _wanted(content, catalogue).items()
        if key not in messages
    ]
    for key, message in messages.items():
        errors += [
            f"{_at(content, key)}: '{key}' rests on '{fact}', which does not stand in data/rights"
            for fact in message.grounds
            if fact not in facts
        ]
        errors += [
            f"{_at(content, key)}: '{key}' offers '{choice}', which has no label 'choice.{choice}'"
            for choice in message.choices
            if f"choice.{choice}" not in messages
        ]
    return errors


def _dead(content: Content, catalogue: Catalogue) -> list[str]:
    literals, patterns, wanted = _literals(), _patterns(), _wanted(content, catalogue)
    of_keys = [shape for shape in patterns if shape.pattern.partition("\\.")[0] not in _COUNTED]
    offered = {f"choice.{choice}" for message in content.messages.values() for choice in message.choices}
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "channels" / "webchat" / "static").rglob("*.[jh]*"))
    pages += "".join(path.read_text("utf-8") for path in (ROOT / "channels").glob("*/templates/*"))
    errors = []
    for key in content.messages:
        _, _, rest = key.partition(".")
        alive = key in wanted or key in literals or key in offered or rest in literals
        variant = key.rpartition(".")[2]
        # the phrasebook of the desk offers every sentence there is
        alive = alive or variant in literals or key in pages or key.startswith("phrase.")
        made, shapes = (variant, patterns) if key.startswith("finding.") else (key, of_keys)
        alive = alive or any(shape.fullmatch(made) for shape in shapes)
        if not alive:
            errors.append(f"{_at(content, key)}: nothing ever says '{key}'; remove it")
    return errors


def _code() -> list[str]:
    files = [*(ROOT / "actions").rglob("*.py"), *(ROOT / "channels").rglob("*.py")]
    return [path.read_text("utf-8") for path in files]


def _literals() -> set[str]:
    return {found for text in _code() for found in _LITERAL.findall(text)}


def _patterns() -> list[re.Pattern[str]]:
    """Keys that the code puts together: every f-string that looks like a key, its holes standing for anything."""
    found = {piece for text in _code() for piece in re.findall(r'''f"([a-z_.]*\{[^"]*?\}[a-z_.]*)"''', text)}
    shapes = {re.sub(r"\{[^}]*\}", "\0", piece) for piece in found}
    worth = [shape for shape in shapes if shape.replace("\0", "")]
    return [re.compile(re.escape(shape).replace("\0", r"\w+")) for shape in worth]
