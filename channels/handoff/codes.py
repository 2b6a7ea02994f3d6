"""Codes that a family keeps: to come back with, and to show at a counter; and codes that a telephone can scan."""

from __future__ import annotations

import hashlib
import io
import re
import secrets

import segno

from channels.storage.cases import letters

_RETURN = re.compile(r"\bTR(?:[ -]?[A-Z2-9]{4}){3}\b")


def return_code() -> str:
    """A code to come back with, easy to write down: TR-XXXX-XXXX-XXXX, sixty bits of chance."""
    return "TR-" + "-".join(letters(4) for _ in range(3))


def counter_code() -> str:
    """Six digits to read out at a counter."""
    return f"{secrets.randbelow(10**6):06d}"


def qr_svg(text: str) -> str:
    """A QR code as an SVG element, without style or script."""
    file = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        file, kind="svg", scale=5, border=4, dark="#000", light="#fff", xmldecl=False, svgclass=None, lineclass=None
    )
    return file.getvalue().decode("ascii").strip()


def in_text(text: str) -> str | None:
    """The return code that somebody typed, with or without its lines and capitals; None when there is none."""
    found = _RETURN.search(text.upper())
    return found[0] if found else None


def hashed(code: str) -> str:
    """Under what a code is kept, however it was typed."""
    return hashlib.sha256(re.sub(r"[ -]", "", code.upper()).encode()).hexdigest()
