"""The command line of WhatsApp: whether everything is in order, and the templates that Meta must know."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from typing import TYPE_CHECKING, Any

from channels.settings import DUTCH_TIME, Settings, now

if TYPE_CHECKING:  # the command line builds its parser without loading a database or a client
    from sqlalchemy import Connection

    from channels.whatsapp.doctor import Books
    from channels.whatsapp.graph import Graph
    from channels.whatsapp.numbers import Number
    from channels.whatsapp.templates import Templates


def add_to(commands: Any) -> None:
    """Add `whatsapp` with all that can be done about our numbers to the subparsers of the command line."""
    whatsapp = commands.add_parser("whatsapp", help="our WhatsApp numbers").add_subparsers(
        required=True, metavar="WHAT"
    )
    whatsapp.add_parser("doctor", help="what is wrong, where, and what to do").set_defaults(run=_doctor)
    templates = whatsapp.add_parser("templates", help="where the templates that Meta has differ from ours")
    templates.add_argument("--submit", action="store_true", help="give Meta those that it lacks or has otherwise")
    templates.set_defaults(run=_templates)
    resume = whatsapp.add_parser("resume", help="let a number that was stopped send again, with all that waited")
    resume.add_argument("number", help="the name of its file")
    resume.set_defaults(run=_resume)
    whatsapp.add_parser("reread", help="read once more what was not understood").set_defaults(run=_reread)
    silence = whatsapp.add_parser("silence", help="write nothing more to somebody who asked so elsewhere")
    silence.add_argument("number", help="the name of the file of the number it is about")
    silence.add_argument("phone", help="their telephone number, with the country's code")
    silence.set_defaults(run=_silence)


def _resume(options: argparse.Namespace) -> int:
    from channels.storage import number_states

    number = _named(Settings.from_env(), options.number)
    asyncio.run(_write(lambda connection: number_states.resume(connection, number.phone_number_id)))
    sys.stdout.write(f"{number.slug} sends again; what waited goes out now.\n")
    return 0


def _reread(_options: argparse.Namespace) -> int:
    from channels.storage import webhooks

    count = asyncio.run(_write(webhooks.read_again))
    sys.stdout.write(f"{count} webhooks are read again.\n")
    return 0


def _silence(options: argparse.Namespace) -> int:
    from channels.whatsapp.events import Who
    from channels.whatsapp.people import silenced

    number = _named(Settings.from_env(), options.number)
    who = Who(phone="".join(filter(str.isdigit, options.phone)))
    found = asyncio.run(_write(lambda connection: silenced(connection, number.phone_number_id, who)))
    if not found:
        raise ValueError(
            "Nobody wrote to us from this number, or Meta never told it; the family can write STOP itself."
        )
    sys.stdout.write("Nothing more is written to this person until it writes itself.\n")
    return 0


def _named(settings: Settings, slug: str) -> Number:
    numbers, _ = _loaded(settings)
    if found := next((number for number in numbers if number.slug == slug), None):
        return found
    raise ValueError(f"There is no number '{slug}'; there is {', '.join(one.slug for one in numbers) or 'none'}.")


async def _write(work: Callable[[Connection], Any]) -> Any:
    from channels.storage.migrate import upgrade
    from channels.storage.store import Store

    url = Settings.from_env().database_url
    upgrade(url)
    store = Store(url)
    try:
        return await store.write(work)
    finally:
        store.close()


def _doctor(_options: argparse.Namespace) -> int:
    from channels.whatsapp.doctor import exit_code, written

    lines = asyncio.run(_examine(Settings.from_env()))
    sys.stdout.write(written(lines))
    return exit_code(lines)


def _templates(options: argparse.Namespace) -> int:
    lines, well = asyncio.run(_align(Settings.from_env(), submit=options.submit))
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if well else 1


async def _examine(settings: Settings) -> list[Any]:
    import aiohttp

    from channels.storage import webhooks
    from channels.storage.migrate import upgrade
    from channels.storage.store import Store
    from channels.whatsapp.doctor import doctor
    from channels.whatsapp.graph import Graph
    from channels.whatsapp.numbers import Secrets

    numbers, templates = _loaded(settings)
    secrets = Secrets.from_env(os.environ)
    upgrade(settings.database_url)
    store = Store(settings.database_url)
    try:
        books = await store.read(lambda connection: _books(connection, numbers))
        unknown = await store.read(webhooks.counts)
    finally:
        store.close()
    async with aiohttp.ClientSession() as session:
        graph = Graph(session, secrets.graph_url, secrets.graph_version)
        return await doctor(numbers, secrets, graph, templates=templates, env=os.environ, books=books, unknown=unknown)


async def _align(settings: Settings, *, submit: bool) -> tuple[list[str], bool]:
    """What differs per account, and whether nothing needs a person."""
    import aiohttp

    from channels.whatsapp.graph import Graph, Refused, Unclear, Unreachable
    from channels.whatsapp.numbers import Secrets, token_of

    numbers, templates = _loaded(settings)
    secrets = Secrets.from_env(os.environ)
    lines = [f"not translated, so never submitted: {key} in {lang}" for key, lang in templates.untranslated]
    well = True
    async with aiohttp.ClientSession() as session:
        graph = Graph(session, secrets.graph_url, secrets.graph_version)
        for number in {number.account_id: number for number in numbers}.values():
            lines.append(f"account {number.account_id} ({number.slug})")
            token = token_of(number, os.environ)
            try:
                async for line, good in _account(graph, number, token, templates, submit=submit):
                    lines.append(f"  {line}")
                    well = well and good
            except (Refused, Unclear, Unreachable) as error:
                lines.append(f"  {_said(error)}")
                well = False
    return lines, well


async def _account(
    graph: Graph, number: Number, token: str, templates: Templates, *, submit: bool
) -> AsyncIterator[tuple[str, bool]]:
    """One line per template that differs, and whether that is well now. Raises what Graph raises."""
    from channels.whatsapp.graph import Refused
    from channels.whatsapp.templates import What, compare, existing
    from channels.whatsapp.templates import submit as hand_in

    differences = compare(templates.definitions(), await existing(graph, number, token))
    for one in differences:
        line, well = f"{one.what}: {one.template.name} in {one.template.lang} {one.told}".rstrip(), False
        if submit and one.can_submit:
            try:
                line, well = f"{line} → submitted: {await hand_in(graph, number, token, one)}", True
            except Refused as error:  # the others may be taken all the same
                line = f"{line} → {_said(error)}"
        yield line, well or one.what is What.WAITING
    if not differences:
        yield "all templates are approved", True


def _said(error: Exception) -> str:
    return f"{error}: {getattr(error, 'details', '')}".rstrip(": ")


def _loaded(settings: Settings) -> tuple[list[Number], Templates]:
    from actions.content import load_content
    from channels.whatsapp.numbers import load_numbers
    from channels.whatsapp.templates import load_templates
    from channels.words import load_words

    content = load_content(settings.data)
    words = load_words(content, settings.locales)
    numbers = load_numbers(settings.numbers, content, words.languages)
    return list(numbers.values()), load_templates(settings.data, words)


def _books(connection: Connection, numbers: Iterable[Number]) -> dict[str, Books]:
    from channels.storage import number_states
    from channels.whatsapp.doctor import Books

    month, books = f"{now().astimezone(DUTCH_TIME):%Y-%m}", {}
    for number in numbers:
        state = number_states.of(connection, number.phone_number_id)
        stopped = (state.reason or "by hand") if state.stopped_at else ""
        books[number.phone_number_id] = Books(stopped, state.sent if state.month == month else 0)
    return books
