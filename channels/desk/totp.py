"""The second proof: six digits that change every half minute, and ten codes on paper for when the phone is lost."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError

ISSUER = "Thuiswijzer"
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on paper


def new_secret() -> str:
    """160 random bits in base32."""
    return pyotp.random_base32()


def uri(secret: str, email: str) -> str:
    """What an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The half minute that this code belongs to: now, the one before or the next. None for any other code."""
    digits = code.replace(" ", "")
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(digits, for_time=at, valid_window=1)
    except OTPVerificationError:
        return None


def recovery_codes() -> list[str]:
    """Ten codes of 79 bits, in groups of four."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)
    ]


def plain_recovery(code: str) -> str:
    """The code as it is hashed, however it was copied from paper."""
    return re.sub(r"[\s-]+", "", code).lower()
