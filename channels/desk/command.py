"""The command line of the desk: the first way in, and whether the audit is whole."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING, Any

from channels.settings import Settings

if TYPE_CHECKING:  # the command line builds its parser without loading a database
    from channels.storage.store import Store


def add_to(commands: Any) -> None:
    """Add `desk invite` and `audit verify` to the subparsers of the command line."""
    desk = commands.add_parser("desk", help="accounts of the worker desk").add_subparsers(required=True, metavar="WHAT")
    invite = desk.add_parser("invite", help="a link with which one worker can set a password, once, within 72 hours")
    for name in ("email", "name", "org"):
        invite.add_argument(f"--{name}", required=True)
    invite.add_argument("--role", required=True, help="agent, lead, admin or auditor")
    invite.set_defaults(run=_invite)
    whole = commands.add_parser("audit", help="the record of who did what").add_subparsers(
        required=True, metavar="WHAT"
    )
    verify = whole.add_parser("verify", help="whether no row was changed, removed or moved")
    verify.set_defaults(run=_verify)


def _invite(options: argparse.Namespace) -> int:
    from channels.desk.sitting import DESK

    settings = Settings.from_env()
    token = asyncio.run(invite(settings, options.email, options.name, options.org, options.role))
    link = f"http://{settings.host}:{settings.gateway_port}{DESK}/join#{token}"
    sys.stdout.write(f"{link}\nGive this link to {options.email} only; it works once, within 72 hours.\n")
    return 0


def _verify(_options: argparse.Namespace) -> int:
    broken = asyncio.run(verify(Settings.from_env()))
    if broken is None:
        sys.stdout.write("the audit is whole\n")
        return 0
    sys.stdout.write(f"the audit is not whole: row {broken} was changed, or a row before it was removed or moved.\n")
    return 1


async def invite(settings: Settings, email: str, name: str, org: str, role: str) -> str:
    """A one-time token. Raises ValueError. Who had an account starts anew: this is also the way back in."""
    from channels.desk.people import address_in
    from channels.storage import audit, workers

    if role not in workers.ROLES:
        raise ValueError(f"'{role}' is no role; use one of {', '.join(workers.ROLES)}.")
    if (address := address_in(email)) is None:
        raise ValueError(f"'{email}' is no e-mail address.")
    if not 1 <= len(name.strip()) <= 80:
        raise ValueError("A name has 1 to 80 characters.")
    if not 1 <= len(org) <= 40:
        raise ValueError("An organisation is named by its slug, of 1 to 40 characters.")

    def work(connection: Any) -> str:
        token = workers.invite(connection, address, name.strip(), {org: role})
        if invited := workers.by_invite(connection, token):
            audit.append(
                connection, audit.Actor("system", "cli"), "worker.invited", str(invited.id), org, {"role": role}
            )
        return token

    store = _open(settings)
    try:
        return await store.write(work)
    finally:
        store.close()


async def verify(settings: Settings) -> int | None:
    """The number of the first row that does not fit; None when the audit is whole."""
    from channels.storage import audit

    store = _open(settings)
    try:
        return await store.read(audit.broken_at)
    finally:
        store.close()


def _open(settings: Settings) -> Store:
    from channels.storage.migrate import upgrade
    from channels.storage.store import Store

    upgrade(settings.database_url)
    return Store(settings.database_url)
