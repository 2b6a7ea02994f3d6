"""Promises about the paper of a post: it can be read, scanned and read aloud, and is all there or not at all."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from actions.content import Content, load_content
from channels import cli, typesetting
from channels.embassy import clerks, printing
from channels.embassy.kit import Kit, qr
from channels.embassy.website import website
from channels.settings import ROOT
from channels.speech import Speech
from channels.words import load_languages, load_words
from tests.embassy.reading_order import read_aloud

TEMPLATES = ROOT / "channels" / "embassy"
CODE = "7F3K9QX"
DAY = date(2026, 11, 30)
PAGES = {"poster": (1, (210, 297)), "sheet": (2, (148, 210)), "cards": (1, (210, 297))}
LANGUAGES = list(load_languages(ROOT / "locales"))
UNSEEN = re.compile("[\u200e\u200f\u2066-\u2069]")  # isolates: they steer, and are no letters


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(ROOT / "data")


@pytest.fixture(scope="module")
def speech(content: Content) -> Speech:
    return Speech(content, load_words(content, ROOT / "locales"))


def kit_of(speech: Speech, slug: str = "paramaribo", **change: Any) -> Kit:
    url = "https://thuiswijzer.voorbeeld.example"
    return dataclasses.replace(Kit(speech, speech.content.posts[slug], url, DAY, "31600000001"), **change)


def letters(text: str) -> str:
    """Only what is read: no spaces, no signs that steer."""
    return UNSEEN.sub("", "".join(text.split()))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.slow
def test_every_format_is_an_accessible_pdf_that_keeps_its_pages(speech: Speech, lang: str) -> None:
    told = kit_of(speech).sheet(lang, CODE)
    for name, (pages, (width, height)) in PAGES.items():
        made = typesetting.pdf(TEMPLATES / f"{name}.typ", told)
        reader = PdfReader(io.BytesIO(made))
        root = reader.trailer["/Root"]
        assert len(reader.pages) == pages, name
        box = reader.pages[0].mediabox
        assert (round(box.width / 72 * 25.4), round(box.height / 72 * 25.4)) == (width, height)
        assert len(made) <= 400_000
        assert root["/MarkInfo"]["/Marked"]
        assert root["/StructTreeRoot"]["/K"]
        assert root["/Lang"] == lang
        assert b"pdfuaid" in root["/Metadata"].get_data()
        assert reader.metadata
        assert reader.metadata.title == told["name"]
        assert _all_embedded(reader)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.slow
def test_who_listens_hears_every_sentence_whole_and_in_order(speech: Speech, lang: str) -> None:
    told = kit_of(speech).sheet(lang, CODE)
    expected = [told[name]["text"] for name in ("title", "whom", "start", "know", "choice", "human", "danger")]
    expected += [words["text"] for words in (*told["steps"], *told["facts"], told["stored"], told["carries"])]
    expected += [told["address"], told["phone"]]
    heard = letters(read_aloud(PdfReader(io.BytesIO(typesetting.pdf(TEMPLATES / "sheet.typ", told)))))
    assert [sentence for sentence in expected if letters(sentence) not in heard] == []


@pytest.mark.parametrize("lang", ["nl", "ti"])
def test_words_can_be_copied_in_their_order(speech: Speech, lang: str) -> None:
    told = kit_of(speech).sheet(lang, CODE)
    reader = PdfReader(io.BytesIO(typesetting.pdf(TEMPLATES / "poster.typ", told)))
    copied = " ".join(reader.pages[0].extract_text().split()).replace("- ", "-")
    for words in told["facts"]:
        assert " ".join(words["text"].split()) in copied


@pytest.mark.parametrize("lang", ["ar", "ti", "nl"])
@pytest.mark.slow
def test_a_telephone_reads_every_code_as_it_is_printed(speech: Speech, lang: str) -> None:
    kit = kit_of(speech)
    told = kit.sheet(lang, CODE)
    for name, count in (("poster", 1), ("sheet", 1), ("cards", 10)):
        page = typesetting.pictures(TEMPLATES / f"{name}.typ", told, 150)[0]
        read = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)).convert("L"))
        assert [found.text for found in read] == [kit.address(CODE)] * count, name


def test_the_code_as_a_picture_opens_the_same_address(speech: Speech) -> None:
    address = kit_of(speech).address(CODE)
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(qr(address, "png"))).convert("L"))
    assert (read.text, read.ec_level) == (address, "Q")
    drawn = qr(address, "svg").decode()
    size, first = re.search(r'viewBox="0 0 (\d+) \1"', drawn), re.search(r'd="M(\d+) (\d+)\.5', drawn)
    assert size
    assert first
    assert first.groups() == ("4", "4"), "an edge of four modules stays white"
    assert "<script" not in drawn


@pytest.mark.slow
def test_a_long_address_stays_on_one_line_and_can_still_be_scanned(speech: Speech) -> None:
    kit = kit_of(speech, public_url=f"https://{'thuis.' * 9}gemeente-voorbeeldstad.example/hulp")
    told = kit.sheet("so", CODE)
    for name, (pages, _) in PAGES.items():
        pictures = typesetting.pictures(TEMPLATES / f"{name}.typ", told, 150)
        assert len(pictures) == pages
        assert {found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(pictures[0])))} == {
            kit.address(CODE)
        }


@pytest.mark.slow
def test_longer_words_shrink_until_they_fit(speech: Speech) -> None:
    told = kit_of(speech).sheet("nl", CODE)
    told["facts"] = [{"text": f"{fact['text']} {fact['text']}", "lang": "nl"} for fact in told["facts"]]
    for name, (pages, _) in PAGES.items():
        made = printing.pdf(name, told, "nl")
        assert len(PdfReader(io.BytesIO(made)).pages) == pages, name


def test_words_that_cannot_fit_are_told_and_not_cut(speech: Speech) -> None:
    told = kit_of(speech).sheet("nl", CODE)
    told["facts"] = told["facts"] * 12
    with pytest.raises(ValueError, match="do not fit"):
        printing.pdf("poster", told, "nl")


def test_every_post_prints_facts_that_are_law_or_practice_and_read_in_time(speech: Speech) -> None:
    for slug in speech.content.posts:
        kit = kit_of(speech, slug)
        assert 3 <= len(kit.facts()) <= 4, slug
        assert kit.sources(kit.facts()), slug


def test_a_fact_that_is_past_its_day_is_not_printed(speech: Speech) -> None:
    with pytest.raises(ValueError, match="read again"):
        kit_of(speech, day=date(2030, 1, 1)).sheet("nl", CODE)


def test_a_fact_in_doubt_is_not_printed(speech: Speech) -> None:
    doubtful = next(name for name, fact in speech.content.law.facts.items() if fact.certainty == "contested")
    with pytest.raises(ValueError, match="contested"):
        kit_of(speech).printable((doubtful,))


def test_words_without_a_translation_are_dutch_and_said_to_be(speech: Speech) -> None:
    bare = dataclasses.replace(speech.words, translated={**speech.words.translated, "so": {}})
    told = kit_of(Speech(speech.content, bare)).sheet("so", CODE)
    assert told["title"]["lang"] == "nl"
    assert told["notes"][0] == {"text": bare.dutch["system.not_translated"], "lang": "nl"}


def test_the_text_for_a_website_marks_what_is_dutch(speech: Speech) -> None:
    bare = Speech(speech.content, dataclasses.replace(speech.words, translated={**speech.words.translated, "tr": {}}))
    text = website(kit_of(bare), clerks.load_clerks(ROOT / "data", speech.content)["nl"], {"tr": CODE, "nl": CODE})
    turkish, dutch = text.split("## Nederlands", 1)
    for key in ("kit.title", "kit.own_choice", "kit.danger", "fact.shelter.national_access", "system.not_translated"):
        assert f'<span lang="nl" dir="ltr">{bare.words.dutch[key]}</span>' in turkish
    assert "<span" not in dutch
    assert text.count(kit_of(bare).address(CODE)) == 4, "for the website and for the portal, in two languages"


def test_the_page_for_clerks_says_the_same_in_both_languages(speech: Speech) -> None:
    pages = clerks.load_clerks(ROOT / "data", speech.content)
    assert list(pages) == ["nl", "en"]
    dutch, english = ([(len(part.lines), part.facts) for part in pages[lang].sections] for lang in pages)
    assert dutch == english
    told = clerks.pages(kit_of(speech), pages)
    reader = PdfReader(io.BytesIO(typesetting.pdf(TEMPLATES / "clerks.typ", told)))
    assert len(reader.pages) == 2
    heard = letters(read_aloud(reader))
    lines = [line for page in pages.values() for part in page.sections for line in part.lines]
    assert [line for line in lines if letters(line) not in heard] == []
    assert "safety.numbers" in {name for part in pages["nl"].sections for name in part.facts}


@pytest.fixture
def post_kit(content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Calls `thuiswijzer post kit` in a folder of its own, with content that was read once; gives the exit code."""
    monkeypatch.setattr("actions.content.load_content", lambda _data: content)
    monkeypatch.setenv("THUISWIJZER_RUN", str(tmp_path / "run"))
    monkeypatch.setenv("THUISWIJZER_PUBLIC_URL", "https://thuiswijzer.voorbeeld.example")
    monkeypatch.setenv("THUISWIJZER_TODAY", DAY.isoformat())
    monkeypatch.delenv("THUISWIJZER_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: cli.main(["post", "kit", *arguments])


@pytest.mark.slow
def test_a_kit_is_one_folder_whose_code_is_the_same_every_time(post_kit: Any, tmp_path: Path) -> None:
    assert post_kit("willemstad", "--lang", "pap", "--out", "one") == 0
    assert post_kit("willemstad", "--lang", "pap", "nl", "--out", "two") == 0
    one, two = ({path.name for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    every = {"website.md", "medewerkers.md", "medewerkers.pdf"}
    own = {f"{name}-pap.pdf" for name in printing.FORMATS.values()} | {"qr-pap.svg", "qr-pap.png"}
    assert one == every | own
    assert two == one | {name.replace("-pap.", "-nl.") for name in own}
    read = [
        {found.text for found in zxingcpp.read_barcodes(Image.open(tmp_path / name))}
        for name in ("one/qr-pap.png", "two/qr-pap.png", "two/qr-nl.png")
    ]
    assert read[0] == read[1] != read[2]
    assert all(link in (tmp_path / "two" / "website.md").read_text("utf-8") for links in read for link in links)
    assert {path.name for path in tmp_path.iterdir()} == {"run", "one", "two"}, "nothing else is left behind"


@pytest.mark.slow
def test_without_a_word_about_it_the_languages_are_those_of_the_post(post_kit: Any, tmp_path: Path) -> None:
    assert post_kit("paramaribo") == 0
    assert {path.stem.rpartition("-")[2] for path in (tmp_path / "kit-paramaribo").glob("qr-*")} == {"nl"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nergens",), "nergens"),
        (("paramaribo", "--lang", "xx"), "xx"),
        (("paramaribo", "--out", "no/such/kit"), "no/such/kit"),
        (("paramaribo", "--out", "run"), "run"),
    ],
)
def test_what_cannot_be_made_is_one_sentence_and_leaves_nothing(
    post_kit: Any, tmp_path: Path, arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine").touch()
    assert post_kit(*arguments) == 2
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert f"'{told}'" in lines[0]
    assert {path.name for path in tmp_path.iterdir()} == {"run"}
    assert (tmp_path / "run" / "mine").exists()


@pytest.mark.slow
def test_a_kit_that_breaks_halfway_leaves_nothing(
    post_kit: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(printing, "website", full)
    assert post_kit("paramaribo") == 2
    assert {path.name for path in tmp_path.iterdir()} == {"run"}


@pytest.mark.slow
def test_codes_that_only_this_machine_can_open_are_told(
    post_kit: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("THUISWIJZER_PUBLIC_URL")
    assert post_kit("paramaribo") == 0
    assert "THUISWIJZER_PUBLIC_URL" in capsys.readouterr().out


def _all_embedded(reader: PdfReader) -> bool:
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    parts = [part.get_object() for font in fonts for part in font["/DescendantFonts"]]
    return bool(parts) and all({"/FontFile2", "/FontFile3"} & set(part["/FontDescriptor"]) for part in parts)
