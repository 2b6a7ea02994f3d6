"""Numbers that must not travel: BSN, bank accounts, numbers of papers; and telephone numbers, which are asked about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import phonenumbers
from stdnum import iban
from stdnum.nl import bsn

Kind = Literal["bsn", "iban", "document", "phone"]
_SEP = r"[ .,_/\\\-\u2010-\u2014\u200c\u200d]?"  # what people write between digits
_DIGITS = re.compile(rf"(?<![\d+])\d(?:{_SEP}\d){{7,8}}(?!\d)")
_IBAN = re.compile(rf"\b[A-Z]{{2}}{_SEP}\d{{2}}", re.IGNORECASE)
_IBAN_SIGNS = (15, 34)
# Dutch passports and cards (two letters, six signs, a digit; with spaces only in capitals, or any sentence would be
# one), those of other countries (one to three letters and six to nine digits, or as in France), the reading line of a
# passport, the V-number of the IND
_PAPERS = re.compile(
    r"(?i:\b(?=[A-Z0-9]*\d)[A-NP-Z]{2}[A-NP-Z0-9]{6}\d\b)"
    rf"|\b[A-NP-Z]{{2}}(?=(?:[A-NP-Z]{{0,2}}{_SEP}\d){{4}})(?:{_SEP}[A-NP-Z0-9]){{6}}{_SEP}\d\b"
    r"|(?i:\b[A-Z]{1,3}\d{6,9}\b|\b\d{2}[A-Z]{2}\d{5}\b)"
    r"|(?i:(?=[A-Z0-9<]*<<)[A-Z0-9<]{10,})"
    rf"|(?i:\bV[- .]?(?:nummer|number|nr|no)?(?:\W{{0,3}}is)?\W{{0,3}}\d(?:{_SEP}\d){{9}}\b)",
)
_BSN_DIGITS = 9
_LEFT_OUT = "…"


@dataclass(frozen=True, slots=True)
class Found:
    """A number in a text: what it seems to be, and where."""

    kind: Kind
    start: int
    end: int


def found(text: str) -> list[Found]:
    """The numbers in a text that somebody must be asked about, in order; each place once, as the worst."""
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)  # digits of every script
    kept: list[Found] = []
    while hits := _first_sight(plain):  # one number can hide the next
        kept += hits
        for hit in hits:
            plain = plain[: hit.start] + _LEFT_OUT * (hit.end - hit.start) + plain[hit.end :]
    return sorted(kept, key=lambda hit: hit.start)


def _first_sight(plain: str) -> list[Found]:
    phones = [
        Found("phone", match.start, match.end)
        for match in phonenumbers.PhoneNumberMatcher(plain, "NL", leniency=phonenumbers.Leniency.VALID)
    ]
    papers = [Found("document", *m.span()) for m in _PAPERS.finditer(plain)]
    # nine of the ten digits of a telephone number are no BSN, and of a V-number neither
    longer = [*(hit for hit in phones if len(_digits(plain[hit.start : hit.end])) > _BSN_DIGITS), *papers]
    numbers = (Found("bsn", *m.span()) for m in _DIGITS.finditer(plain) if bsn.is_valid(_digits(m[0])))
    hits = [*_ibans(plain), *papers, *(hit for hit in numbers if not any(_within(hit, one) for one in longer)), *phones]
    kept: list[Found] = []
    for hit in hits:
        if not any(hit.start < other.end and other.start < hit.end for other in kept):
            kept.append(hit)
    return kept


def _ibans(plain: str) -> Iterator[Found]:
    """Whatever is written behind an account number does not hide it."""
    for match in _IBAN.finditer(plain):
        near = range(match.start(), min(len(plain), match.start() + 2 * _IBAN_SIGNS[1]))
        ends = [end for end in near if plain[end].isalnum()][: _IBAN_SIGNS[1]]
        for end in reversed(ends[_IBAN_SIGNS[0] - 1 :]):
            signs = "".join(sign for sign in plain[match.start() : end + 1] if sign.isalnum())
            if iban.is_valid(signs):
                yield Found("iban", match.start(), end + 1)
                break


def _within(hit: Found, other: Found) -> bool:
    return other.start <= hit.start and hit.end <= other.end


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def without(text: str, kinds: frozenset[Kind] | None = None) -> str:
    """The text with these numbers left out (None: all of them)."""
    for hit in reversed(found(text)):
        if kinds is None or hit.kind in kinds:
            text = text[: hit.start] + _LEFT_OUT + text[hit.end :]
    return text
