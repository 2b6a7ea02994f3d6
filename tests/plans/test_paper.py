"""The plan as a PDF: accessible, small, with its fonts inside, and readable from the right side."""

from __future__ import annotations

import io
import re
import unicodedata
from typing import Any

import pytest
from pypdf import PdfReader

from channels.plans import page, paper
from tests.embassy.reading_order import read_aloud
from tests.plans.conftest import PlanHouse
from tests.plans.sheets import opened, telling

LONGEST = "09_chavez_abroad"


def letters(text: str) -> str:
    """Letters and digits in their plain form: a form of an Arabic letter is that letter."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isalnum())


def fonts(reader: PdfReader) -> list[Any]:
    """Every font, as what describes it."""
    found = []
    for one in reader.pages:
        for font in (one.get("/Resources") or {}).get("/Font", {}).values():
            parts = font.get_object().get("/DescendantFonts") or [font]
            found += [part.get_object()["/FontDescriptor"].get_object() for part in parts]
    return found


@pytest.mark.parametrize("lang", ["nl", "ar", "ti"])
def test_the_paper_of_the_longest_plan_is_tagged_small_and_carries_its_fonts(lang: str) -> None:
    made = paper.pdf(opened(LONGEST, {"passports": True}), telling(lang))
    assert len(made) <= 400_000
    reader = PdfReader(io.BytesIO(made))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert root["/Lang"] == lang
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    found = fonts(reader)
    assert found
    assert all(any(f"/FontFile{kind}" in font for kind in ("", "2", "3")) for font in found)


@pytest.mark.parametrize("lang", ["nl", "ar", "ti"])
@pytest.mark.slow
def test_who_listens_hears_every_point_whole_and_the_dutch_as_it_is(lang: str) -> None:
    reader = PdfReader(io.BytesIO(paper.pdf(opened(LONGEST), telling(lang))))
    heard, told = letters(read_aloud(reader)), page.shown(opened(LONGEST), telling(lang))
    items = [item for group in told["groups"] for item in group["items"]]
    expected = [item[part]["text"] for item in items for part in ("label", "text", "who", "keep")]
    expected += [item["facts"][0]["text"]["text"] for item in items]
    expected += [line for card in told["cards"] for line in card["dutch"]]
    assert [sentence for sentence in expected if letters(sentence) not in heard] == []


def test_signs_that_could_be_markup_stay_signs() -> None:
    told = opened(LONGEST)
    told.sheet["items"][0]["link"] = "https://voorbeeld.example/#let x = [*_$`\\"
    assert paper.pdf(told, telling()).startswith(b"%PDF")


@pytest.mark.slow
async def test_the_file_comes_with_the_link_in_the_language_that_is_asked(home: PlanHouse) -> None:
    path = await home.link(await home.open())
    async with home.client.get(f"{path}.pdf?l=ar") as response:
        assert response.status == 200
        assert response.content_type == "application/pdf"
        assert response.headers["Cache-Control"] == "no-store"
        assert re.search(rb"/Lang ?\(ar\)", await response.read())
