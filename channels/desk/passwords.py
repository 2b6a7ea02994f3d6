"""Passwords of workers: which are refused, and how they are kept (argon2id)."""

from __future__ import annotations

import re
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200
# what is left of a common password when digits and signs are taken away: Welkom2026!! is "welkom"
_COMMON = frozenset(
    (
        *("abcdefghijkl", "admin", "administrator", "ajax", "amsterdam", "asdfghjkl", "asdfghjklqwerty", "changeme"),
        *("dragon", "feyenoord", "geheim", "herfst", "iloveyou", "lente", "letmein", "login", "master", "monkey"),
        *("nederland", "passw", "password", "passwort", "princess", "qwerty", "qwertyuiop", "qwertyuiopasdf"),
        *("rotterdam", "secret", "sunshine", "test", "thuiswijzer", "trustno", "trustnoone", "wachtwoord", "welcome"),
        *("welkom", "winter", "zomer"),
    )
)
_hasher = PasswordHasher()


def refusal(password: str, email: str) -> str | None:
    """Why this password will not do, as the key of an error; None when it will."""
    if len(password) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    plain = password.strip().lower()
    if plain == email.strip().lower():
        return "password_email"
    letters = re.sub(r"[\W\d_]+", "", plain)
    half = letters[: len(letters) // 2]
    repeated = half if letters == half * 2 else letters
    if len(set(plain)) < 5 or not letters or repeated in _COMMON:
        return "password_common"
    return None


def hashed(password: str) -> str:
    """What is kept. Takes tens of milliseconds and 64 MiB: call it in a thread."""
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password. Without one to compare with it takes just as long. Call it in a thread."""
    stand_in = _nobodys()  # made before the choice, so that the first caller waits for it either way
    try:
        return _hasher.verify(kept or stand_in, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether it was kept in a way that is no longer usual."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")
