"""What somebody hears who has a tagged PDF read aloud: its text in the order of its structure, not of the page.

Follows the tags (ISO 32000-1, 14.7 and 14.8): every piece of text has a number, the structure says which comes when,
and a piece marked ReversedChars is painted from the far end. Only for PDFs that typst makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

Shown = tuple[float, bool, list[str]]  # how far from the left, whether painted from the far end, the text of each glyph


def read_aloud(reader: PdfReader) -> str:
    """All text that is tagged, pieces one after the other; what stands there for the eye only is left out."""
    numbers = {page.indirect_reference.idnum: page for page in reader.pages if page.indirect_reference}
    pieces = {number: dict(_pieces(page, reader)) for number, page in numbers.items()}
    root = reader.trailer["/Root"]["/StructTreeRoot"]
    return "".join(_joined(pieces[page].get(mark, [])) for page, mark in _marks(root, 0))


def _marks(node: Any, page: int) -> Iterator[tuple[int, int]]:
    """(number of the page's object, mark of the piece) in the order of the structure."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, int):
        yield page, int(node)
    elif isinstance(node, list):
        for child in node:
            yield from _marks(child, page)
    elif isinstance(node, dict):
        page = node.raw_get("/Pg").idnum if "/Pg" in node else page
        if "/MCID" in node:
            yield page, int(node["/MCID"])
        elif "/K" in node:
            yield from _marks(node["/K"], page)


def _joined(shown: list[Shown]) -> str:
    if any(reversed_ for _, reversed_, _ in shown):
        shown = sorted(shown, key=lambda show: -show[0])
    return "".join("".join(glyphs[::-1] if reversed_ else glyphs) for _, reversed_, glyphs in shown)


def _pieces(page: PageObject, reader: PdfReader) -> Iterator[tuple[int, list[Shown]]]:
    fonts = {name: _letters(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
    stack: list[Any] = []
    found: dict[int, list[Shown]] = {}
    letters: dict[int, str] = {}
    x = 0.0
    for operands, operator in ContentStream(page["/Contents"], reader).operations:
        if operator in (b"BDC", b"BMC"):
            properties = operands[1] if len(operands) > 1 else {}
            stack.append(properties.get("/MCID", operands[0]) if isinstance(properties, dict) else operands[0])
        elif operator == b"EMC":
            stack.pop()
        elif operator == b"Tf":
            letters = fonts[operands[0]]
        elif operator == b"Tm":
            x = float(operands[4])
        elif operator in (b"Tj", b"TJ"):
            parts = operands[0] if operator == b"TJ" else [operands[0]]
            glyphs = [letters.get(code, "") for part in parts for code in _codes(part)]
            number = next((mark for mark in reversed(stack) if isinstance(mark, int)), None)
            if number is not None:
                found.setdefault(number, []).append((x, "/ReversedChars" in stack, glyphs))
    yield from found.items()


def _codes(part: Any) -> Iterator[int]:
    if isinstance(part, str | bytes):
        raw = part if isinstance(part, bytes) else part.original_bytes
        yield from (int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2))


def _letters(font: Any) -> dict[int, str]:
    """Glyph → the letters it stands for, of a font's ToUnicode."""
    table = font["/ToUnicode"].get_data().decode("latin-1")
    pairs: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            pairs[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    return pairs
