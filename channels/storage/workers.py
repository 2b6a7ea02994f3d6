"""Workers: who may sit at a desk, for which organisations, and what proves who they are."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from channels.settings import now
from channels.storage.tables import desk_sessions, memberships, workers

HELPERS = ("agent", "lead")  # who works with cases
ROLES = (*HELPERS, "admin", "auditor")
INVITED_FOR = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Worker:
    """One person. `state`: invited, active or off; `orgs`: slug → role; `languages`: what they speak with families."""

    id: int
    email: str
    name: str
    lang: str
    languages: tuple[str, ...]
    state: str
    orgs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proofs:
    """What only login may see. `recovery` holds hashes; `totp_step` is the last one used."""

    password_hash: str | None
    totp_secret: str | None
    totp_step: int
    recovery: tuple[str, ...]


def hashed(secret: str) -> str:
    """What is stored of a random secret. Only for secrets that nobody can guess: no salt, one round."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def tidy(email: str) -> str:
    """The one way in which an address is written here."""
    return email.strip().lower()


def invite(connection: Connection, email: str, name: str, orgs: Mapping[str, str], lang: str = "nl") -> str:
    """A one-time token, valid for 72 hours. Who is known already starts anew: without password, code or sessions.

    `orgs` is added to what a known worker has. May the caller do that? That is for the caller to know.
    """
    token, address = secrets.token_urlsafe(32), tidy(email)
    fresh: dict[str, Any] = {
        "state": "invited",
        "password_hash": None,
        "totp_secret": None,
        "totp_step": -1,
        "recovery": [],
        "invite_hash": hashed(token),
        "invite_until": now() + INVITED_FOR,
    }
    number = connection.execute(select(workers.c.id).where(workers.c.email == address).with_for_update()).scalar()
    if number is None:
        number = _add(connection, address, name, lang, fresh)
    else:
        connection.execute(update(workers).where(workers.c.id == number).values(**fresh))
        # gone and not only locked: a session of before must not wake up with the new password
        connection.execute(delete(desk_sessions).where(desk_sessions.c.worker == number))
    for org, role in orgs.items():
        set_role(connection, number, org, role)
    return token


def create(connection: Connection, email: str, name: str, orgs: Mapping[str, str], lang: str = "nl") -> int:
    """A worker who logs in with the organisation's own accounts, and so has no password here."""
    number = _add(connection, tidy(email), name, lang, {"state": "active", "totp_step": -1, "recovery": []})
    for org, role in orgs.items():
        set_role(connection, number, org, role)
    return number


def _add(connection: Connection, email: str, name: str, lang: str, more: Mapping[str, Any]) -> int:
    values = {"email": email, "name": name, "lang": lang, "languages": [], "created_at": now(), **more}
    number: int = connection.execute(insert(workers).values(**values).returning(workers.c.id)).scalar_one()
    return number


def by_invite(connection: Connection, token: str) -> Worker | None:
    """Whom this token invites, while it is valid."""
    return _one(connection, *_invited(token))


def keep_secret(connection: Connection, token: str, secret: str) -> str | None:
    """Keep `secret` for the codes of an invited worker, unless one was kept before. The answer is the one that counts.

    None when the invitation is not valid.
    """
    connection.execute(
        update(workers).where(*_invited(token), workers.c.totp_secret.is_(None)).values(totp_secret=secret)
    )
    return connection.execute(select(workers.c.totp_secret).where(*_invited(token))).scalar()


def activate(
    connection: Connection, token: str, password_hash: str, totp_step: int, recovery: Collection[str]
) -> int | None:
    """Use up an invitation; the answer is the worker's number, or None when it is not valid (any more).

    `totp_step`: of the code that was shown as proof, so that it cannot serve twice; `recovery`: hashes.
    """
    statement = update(workers).where(*_invited(token), workers.c.totp_secret.is_not(None))
    return connection.execute(
        statement.values(
            state="active",
            password_hash=password_hash,
            totp_step=totp_step,
            recovery=list(recovery),
            invite_hash=None,
            invite_until=None,
        ).returning(workers.c.id)
    ).scalar()


def accept(connection: Connection, worker: int) -> None:
    """An invited worker came in with the organisation's own account: the invitation has served."""
    connection.execute(
        update(workers)
        .where(workers.c.id == worker, workers.c.state == "invited")
        .values(state="active", totp_secret=None, invite_hash=None, invite_until=None)
    )


def get(connection: Connection, worker: int) -> Worker | None:
    """One worker by number."""
    return _one(connection, workers.c.id == worker)


def by_email(connection: Connection, email: str) -> tuple[Worker, Proofs] | None:
    """One worker, with what login compares."""
    found = _one(connection, workers.c.email == tidy(email))
    if found is None:
        return None
    c = workers.c
    row = connection.execute(
        select(c.password_hash, c.totp_secret, c.totp_step, c.recovery).where(c.id == found.id)
    ).one()
    return found, Proofs(row.password_hash, row.totp_secret, row.totp_step, tuple(row.recovery))


def secret_of_invited(connection: Connection, token: str) -> str | None:
    """What the codes of an invited worker are made of; None before it was shown, or without an invitation."""
    return connection.execute(select(workers.c.totp_secret).where(*_invited(token))).scalar()


def all_of(connection: Connection, orgs: Collection[str]) -> list[Worker]:
    """Everybody of these organisations, by name. What they are elsewhere does not come along."""
    member = select(memberships.c.worker).where(memberships.c.org.in_(orgs))
    rows = connection.execute(select(workers).where(workers.c.id.in_(member)).order_by(workers.c.name, workers.c.id))
    roles = connection.execute(select(memberships).where(memberships.c.org.in_(orgs)).order_by(memberships.c.org))
    of: dict[int, dict[str, str]] = {}
    for row in roles:
        of.setdefault(row.worker, {})[row.org] = row.role
    return [_worker(row, of.get(row.id, {})) for row in rows]


def set_state(connection: Connection, worker: int, state: str) -> None:
    """From now on active or off. Sessions are for the caller to end."""
    connection.execute(update(workers).where(workers.c.id == worker).values(state=state))


def set_role(connection: Connection, worker: int, org: str, role: str | None) -> None:
    """What this worker is in an organisation from now on; None: nothing any more."""
    mine = (memberships.c.worker == worker, memberships.c.org == org)
    connection.execute(delete(memberships).where(*mine))
    if role is not None:
        connection.execute(insert(memberships).values(worker=worker, org=org, role=role))


def set_profile(connection: Connection, worker: int, lang: str, languages: Collection[str]) -> None:
    """The language of the desk, and those that the worker speaks with families."""
    connection.execute(update(workers).where(workers.c.id == worker).values(lang=lang, languages=list(languages)))


def set_password(connection: Connection, worker: int, password_hash: str) -> None:
    """The same password, hashed as is usual now."""
    connection.execute(update(workers).where(workers.c.id == worker).values(password_hash=password_hash))


def use_totp_step(connection: Connection, worker: int, step: int) -> bool:
    """Use up a step, and all before it; False when that was done already, also by somebody at the same moment."""
    used = connection.execute(
        update(workers).where(workers.c.id == worker, workers.c.totp_step < step).values(totp_step=step)
    )
    return used.rowcount == 1


def use_recovery(connection: Connection, worker: int, code_hash: str) -> bool:
    """Use up one recovery code; False when there is none such (any more)."""
    kept = connection.execute(select(workers.c.recovery).where(workers.c.id == worker).with_for_update()).scalar()
    if not kept or code_hash not in kept:
        return False
    left = [one for one in kept if one != code_hash]
    connection.execute(update(workers).where(workers.c.id == worker).values(recovery=left))
    return True


def _invited(token: str) -> tuple[Any, ...]:
    c = workers.c
    return c.invite_hash == hashed(token), c.invite_until > now(), c.state == "invited"


def _one(connection: Connection, *where: Any) -> Worker | None:
    row = connection.execute(select(workers).where(*where)).first()
    if row is None:
        return None
    roles = select(memberships.c.org, memberships.c.role).where(memberships.c.worker == row.id)
    found = connection.execute(roles.order_by(memberships.c.org))
    return _worker(row, {row.org: row.role for row in found})


def _worker(row: Any, orgs: Mapping[str, str]) -> Worker:
    return Worker(row.id, row.email, row.name, row.lang, tuple(row.languages), row.state, orgs)
