"""A letter on paper: plain text, a document to go on writing in (DOCX), or an accessible PDF (PDF/UA-1).

In: what `actions.letters.Letter.written` gives, as it is stored with the message. Out: bytes. No law, no words of ours.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from channels import typesetting
from channels.envelope import letter_blocks

_TEMPLATE = Path(__file__).with_name("letter.typ")
Written = Mapping[str, Any]


def text(letter: Written) -> bytes:
    """Plain text, UTF-8."""
    return ("\n\n".join("\n".join(block) for block in letter_blocks(letter)) + "\n").encode()


def word(letter: Written) -> bytes:
    """DOCX, with the language, the title and real headings; nobody's name as its author."""
    document = docx.Document()
    _set_up(document, letter["title"])
    for name in ("sender", "to"):
        _lines(document, letter[name])
    _lines(document, [letter["day"]])
    document.add_heading(letter["title"], level=1)
    document.add_heading(letter["subject"], level=2)
    for paragraph in letter["paragraphs"]:
        document.add_paragraph(paragraph)
    for line in letter["closing"]:
        document.add_paragraph(line)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _set_up(document: Document, title: str) -> None:
    about = document.core_properties
    about.title, about.language, about.author, about.comments = title, "nl-NL", "", ""
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)
    document.styles["Normal"].font.size = Pt(12)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "nl-NL")


def _lines(document: Document, lines: list[str]) -> None:
    paragraph = document.add_paragraph()
    for number, line in enumerate(lines):
        run = paragraph.add_run(line)
        if number < len(lines) - 1:
            run.add_break()


def pdf(letter: Written) -> bytes:
    """PDF/UA-1: tagged, with title, language and headings; see `typesetting.pdf` for signs that no font has."""
    return typesetting.pdf(_TEMPLATE, letter)


def picture(letter: Written) -> bytes:
    """The first page as a picture (PNG), to look at."""
    return typesetting.pictures(_TEMPLATE, letter, 96.0)[0]


KINDS: dict[str, tuple[str, Callable[[Written], bytes]]] = {
    "txt": ("text/plain; charset=utf-8", text),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", word),
    "pdf": ("application/pdf", pdf),
}
