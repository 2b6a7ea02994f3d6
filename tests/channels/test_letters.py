"""A first letter says only what the family told, is whole in three forms, and goes to nobody else."""

from __future__ import annotations

import io
import re
import zlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.dialogue.desk import letter_payload, show_letter
from actions.dialogue.knowledge import knowledge
from actions.dialogue.talk import Talk
from actions.eligibility.next_question import possible_answers
from actions.eligibility.situation import UNSURE, Situation, question_names
from actions.letters import GIVEN, Letter, letter
from actions.municipalities import Municipality
from channels import letters as paper
from channels.cli import main
from channels.envelope import letter_blocks
from tests import ours
from tests.conftest import DAY

KNOWS = knowledge()
CONTENT = KNOWS.content
LETTERS = CONTENT.letters
SPEECH = ours.speech()
LANGUAGES = list(SPEECH.words.languages)
SENTENCE = {
    "bezwaar": "De redenen stuur ik later. Ik vraag om een termijn daarvoor.",
    "melding": CONTENT.cards["report"].dutch[0],
    "ingebrekestelling": "U hebt niet op tijd beslist. Ik stel u in gebreke. Ik vraag u binnen twee weken te",
}
ODD = [
    "<script>alert(1)</script>",
    "#panic() *b* _i_ $x$ @ref <label> `raw` \\ // /* [x] = kop",
    "{naam} {{x}}",
    "العربية",
    "😀👨‍👩‍👧",
    'aan "haling" & \' teken',
    "\u202eomgekeerd\u0000\r\n\t\u2028",
    "x" * 5000,
]


def made(name: str, today: date = DAY, given: dict[str, str] | None = None, **told: Any) -> Letter:
    return letter(name, LETTERS[name], Situation.from_dict(told), CONTENT.law, today, given=given)


def whole(one: Letter) -> str:
    return "\n".join(line for block in letter_blocks(one.written()) for line in block)


def notes(one: Letter) -> list[str]:
    return [note.say for note in one.notes]


def situations() -> st.SearchStrategy[Situation]:
    names = sorted(question_names())
    one = {name: st.sampled_from([None, *possible_answers(name, DAY)]) for name in names}
    some = st.lists(st.sampled_from(names), max_size=15, unique=True)
    return some.flatmap(lambda chosen: st.builds(Situation, **{name: one[name] for name in chosen}))


# --- what stands in it


@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_has_the_sentence_of_the_desk_whatever_was_told(name: str) -> None:
    assert SENTENCE[name] in whole(made(name))


@pytest.mark.parametrize("name", LETTERS)
def test_a_family_that_told_nothing_gets_a_letter_with_blanks_to_fill_in_and_no_day(name: str) -> None:
    text = whole(made(name))
    assert "[naam]" in text
    assert "[adres" in text
    assert "[handtekening]" in text
    assert "[plaats], [datum van vandaag]" in text
    assert not re.search(r"\b20\d\d\b", text)
    assert "kinderen" not in text
    assert "vannacht" not in text


@settings(deadline=None)
@given(s=situations(), name=st.sampled_from(sorted(LETTERS)))
def test_no_letter_has_a_hole_an_empty_line_or_anything_nobody_told(s: Situation, name: str) -> None:
    one = letter(name, LETTERS[name], s, CONTENT.law, DAY)
    text = whole(one)
    assert not re.search(r"[{}]|None|UNSURE|unsure|GM\d", text)
    assert all(line.strip() for block in letter_blocks(one.written()) for line in block)
    assert "[naam]" in text
    tonight = s.sleeping_tonight in ("street", "car", "family_unsafe")
    assert ("vannacht" in text) == (tonight and name == "melding")
    if "kinderen" in text:
        assert s.children is True or s.children_count not in (None, UNSURE, 0)
        assert s.child_lives not in ("nl_without_me", "elsewhere")
    assert not re.search(r"\b\d{8,}\b|BSN", text)
    told = {day for day in (s.letter_date, s.melding_date) if isinstance(day, date) and day <= DAY}
    days = set(re.findall(r"\b\d{1,2} [a-z]+ (20\d\d)\b", text)) - {"2025" if s.refusal_reason == "binding" else ""}
    assert days <= {str(day.year) for day in told}
    assert one.deadline is None or (name == "bezwaar" and s.letter_kind == "refusal")
    assert set(one.grounds) <= set(CONTENT.law.facts)
    for lang in ("nl", "ar"):
        said = SPEECH.render(letter_payload(one, ["person"]), lang, DAY)
        assert text.split("\n") == [line for line in said.text.split("\n") if line in text.split("\n") and line]
        assert said.letter == one.written()
        assert len(said.text) <= 4096


def test_an_objection_names_the_day_of_the_decision_the_gemeente_and_the_last_day() -> None:
    told = {"letter_from": "gemeente", "letter_kind": "refusal", "letter_date": "2026-11-03", "town": "Utrecht"}
    one = made("bezwaar", **told)
    assert "uw besluit van 3 november 2026, kenmerk [nummer]" in whole(one)
    assert "Aan het college van burgemeester en wethouders van Utrecht" in one.to
    assert one.deadline == date(2026, 12, 15)
    assert notes(one)[0] == "letter.deadline"
    assert one.notes[0].values == {"day": date(2026, 12, 15)}


@pytest.mark.parametrize(("days", "late"), [(42, False), (43, True)])
def test_from_the_day_after_the_last_day_the_letter_asks_why_it_is_late(days: int, late: bool) -> None:
    day = (DAY - timedelta(days=days)).isoformat()
    one = made("bezwaar", letter_from="gemeente", letter_kind="refusal", letter_date=day)
    assert ("komt later dan de termijn" in whole(one)) == late
    assert notes(one)[0] == ("letter.deadline_late" if late else "letter.deadline")


def test_at_the_ind_the_last_day_comes_sooner_and_the_letter_goes_to_the_ind() -> None:
    one = made("bezwaar", letter_from="ind", letter_kind="refusal", letter_date="2026-11-03", town="Utrecht")
    assert one.deadline == date(2026, 12, 1)
    assert one.to[0] == "Aan de Immigratie- en Naturalisatiedienst (IND)"
    assert "Utrecht" not in whole(one)


@pytest.mark.parametrize(
    "told",
    [
        {"letter_from": "court", "letter_kind": "refusal", "letter_date": "2026-11-03"},
        {"letter_from": "gemeente", "letter_kind": "objection_decided", "letter_date": "2026-11-03"},
    ],
)
def test_who_must_go_to_a_court_is_told_that_this_is_not_the_letter(told: dict[str, Any]) -> None:
    one = made("bezwaar", **told)
    assert notes(one)[0] == "letter.other_route"
    assert one.deadline is None
    assert "3 november" not in whole(one)


def test_a_refusal_by_word_of_mouth_needs_paper_first() -> None:
    assert notes(made("bezwaar", asked_gemeente="refused_oral"))[:2] == [
        "letter.oral_refusal",
        "letter.deadline_unknown",
    ]


def test_a_day_that_still_has_to_come_is_left_blank() -> None:
    assert "[datum]" in whole(made("bezwaar", letter_kind="refusal", letter_from="gemeente", letter_date="2027-01-01"))
    assert "[datum]" in whole(made("ingebrekestelling", melding_date="2027-01-01"))


def test_a_report_speaks_of_tonight_and_of_children_only_when_both_were_told() -> None:
    both = whole(made("melding", sleeping_tonight="car", children=True))
    assert CONTENT.cards["emergency_tonight"].dutch[0] in both
    assert CONTENT.cards["child_interest"].dutch[0] in both
    alone = whole(made("melding", sleeping_tonight="car"))
    assert "Ik heb vannacht geen veilige slaapplek." in alone
    assert "wachten" not in alone, "nobody waits for a supporter while there is no bed"
    away = whole(made("melding", sleeping_tonight="car", children=True, child_lives="elsewhere"))
    assert "kinderen" not in away
    calm = whole(made("melding", children=True))
    assert CONTENT.cards["client_support"].dutch[0] in calm
    assert "vannacht" not in calm


def test_a_report_speaks_of_the_bond_only_after_a_refusal_for_it() -> None:
    sentence = CONTENT.cards["no_binding"].dutch[0]
    assert sentence in whole(made("melding", asked_gemeente="refused_oral", refusal_reason="binding"))
    assert sentence not in whole(made("melding", asked_gemeente="reported", refusal_reason="binding"))


@pytest.mark.parametrize(("days", "note"), [(42, "letter.too_early"), (43, "letter.apply_first")])
def test_a_notice_of_default_warns_while_the_investigation_may_still_run(days: int, note: str) -> None:
    one = made("ingebrekestelling", melding_date=(DAY - timedelta(days=days)).isoformat())
    assert notes(one)[:2] == [note, "step.letter_check_decision_term"]
    assert one.notes[0].values["day"] == DAY - timedelta(days=days) + timedelta(weeks=6)
    assert "Het gaat om mijn melding voor maatschappelijke opvang" in whole(one)


def test_a_notice_to_another_authority_says_nothing_of_a_report_to_the_gemeente() -> None:
    text = whole(
        made("ingebrekestelling", letter_from="svb_or_tax", letter_kind="no_answer", melding_date="2026-09-01")
    )
    assert "september" not in text
    assert "maatschappelijke opvang" not in text
    assert "college" not in text


def test_every_letter_comes_with_free_help_a_copy_and_the_blanks_explained() -> None:
    for name in LETTERS:
        assert {"letter.first", "letter.blanks", "letter.copy", "contact.client_support"} <= set(notes(made(name)))


def test_a_code_of_a_gemeente_becomes_its_name_or_a_blank() -> None:
    s = Situation.from_dict({"town": "GM0363"})
    blank = letter("melding", LETTERS["melding"], s, CONTENT.law, DAY)
    assert "van [naam van de gemeente]" in blank.to[0]
    amsterdam = Municipality("GM0363", "Amsterdam")
    named = letter("melding", LETTERS["melding"], s, CONTENT.law, DAY, municipality=amsterdam)
    assert named.to[0].endswith("van Amsterdam")


def test_what_somebody_wrote_down_for_the_letter_stands_in_it() -> None:
    given = {"name": "A. Jansen", "address": "Dorpsstraat 1", "reference": "Z-2026/123456789", "gemeente": "Ede"}
    one = made("bezwaar", given=given, asked_gemeente="refused_written")
    assert one.sender == ("A. Jansen", "Dorpsstraat 1")
    assert "kenmerk Z-2026/123456789" in one.subject
    assert one.to[0].endswith("van Ede")
    assert one.closing[2] == "A. Jansen"


@pytest.mark.parametrize("key", ["name", "address", "gemeente"])
@pytest.mark.parametrize("number", ["123456782", "1234.56.782", "BSN 123 456 782"])
def test_a_bsn_is_refused(key: str, number: str) -> None:
    with pytest.raises(ValueError, match="BSN"):
        made("bezwaar", given={key: number})


def test_something_that_a_letter_has_no_place_for_is_refused() -> None:
    with pytest.raises(ValueError, match="use name, address, reference, gemeente"):
        made("bezwaar", given={"bsn": "1"})


# --- on paper


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("kind", paper.KINDS)
def test_odd_signs_are_only_ever_text(kind: str, odd: str) -> None:
    one = made("bezwaar", given=dict.fromkeys(GIVEN, odd), asked_gemeente="refused_written")
    written = one.written()
    assert all("\n" not in line and len(line) <= 400 for block in letter_blocks(written) for line in block)
    document = paper.KINDS[kind][1](written)
    assert len(document) > 300
    if kind == "docx":
        read = [p.text for p in docx.Document(io.BytesIO(document)).paragraphs]
        assert one.subject in read
        assert "\n".join(one.sender) in read


def test_the_plain_text_is_the_letter_line_by_line() -> None:
    one = made("melding", sleeping_tonight="street", children=True)
    lines = [line for line in paper.text(one.written()).decode().split("\n") if line]
    assert "\n".join(lines) == whole(one)


def test_the_document_has_headings_a_title_its_language_and_no_author() -> None:
    one = made("melding", sleeping_tonight="street", children=True)
    document = docx.Document(io.BytesIO(paper.word(one.written())))
    assert document.core_properties.title == one.title
    assert document.core_properties.language == "nl-NL"
    assert document.core_properties.author == ""
    headings = [(p.style.name, p.text) for p in document.paragraphs if p.style and p.style.name.startswith("Heading")]
    assert headings == [("Heading 1", one.title), ("Heading 2", one.subject)]
    text = "\n".join(p.text for p in document.paragraphs)
    assert all(line in text for block in letter_blocks(one.written()) for line in block)


@pytest.mark.parametrize("name", LETTERS)
def test_the_pdf_calls_itself_accessible_and_has_its_title_language_tags_and_headings(name: str) -> None:
    one = made(name)
    document = paper.pdf(one.written())
    assert document.startswith(b"%PDF-1.7")
    assert b"/Lang(nl-NL)" in document
    assert b"/MarkInfo<</Marked true" in document
    assert b"/DisplayDocTitle true" in document
    assert b"<pdfuaid:part>1</pdfuaid:part>" in document
    assert f"/Title({one.title}".encode().split(b"(")[1] in document.replace(b"\\(", b"(")
    readable = document + b"".join(_streams(document))
    for tag in (b"/S/H1", b"/S/H2", b"/S/P"):
        assert tag in readable
    assert document.count(b"/Type/Page/") == 1, "one page"


def _streams(document: bytes) -> list[bytes]:
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", document, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return found


def test_a_sign_that_no_font_has_costs_the_name_pdf_ua_and_nothing_else() -> None:
    document = paper.pdf(made("melding", given={"name": "😀"}).written())
    assert b"pdfuaid" not in document
    assert b"/MarkInfo<</Marked true" in document
    assert b"/Lang(nl-NL)" in document


def test_the_page_can_be_looked_at() -> None:
    assert paper.picture(made("melding").written()).startswith(b"\x89PNG")


# --- in a talk


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", LETTERS)
def test_a_family_reads_the_dutch_letter_and_what_it_says_in_its_own_language(name: str, lang: str) -> None:
    said = SPEECH.render(show_letter(Talk(), name, KNOWS, DAY), lang, DAY)
    for key in ("letter.intro", f"letter.{name}.meaning"):
        assert SPEECH.line(key, lang) in said.text.split("\n")
    assert SENTENCE[name] in said.text
    assert said.letter
    assert said.letter["name"] == name
    assert said.sources
    assert "person" in [choice.id for choice in said.choices]


@pytest.fixture
async def talk(house: Any) -> Any:
    """A house whose bot answers with a card and a letter, and the token of a family that has seen both."""
    payloads = [show_letter(Talk(), "bezwaar", KNOWS, DAY), {"card": "report", "choices": ["person"]}]
    house.bot.answer = lambda _message: payloads
    token = await house.open()
    await house.send(token, "one", text="mijn brief")
    await house.until_key(token, "desk.report.meaning")
    return token


async def fetch(house: Any, path: str, token: str) -> Any:
    return await house.client.get(f"/webchat/v1/letters/{path}", headers={"Authorization": f"Bearer {token}"})


async def test_a_letter_is_fetched_in_three_forms_as_it_was_shown(house: Any, talk: str) -> None:
    seen = await house.messages(talk)
    shown = next(message for message in seen if message.get("letter"))
    for kind, (mime, make) in paper.KINDS.items():
        response = await fetch(house, f"{shown['seq']}.{kind}", talk)
        assert response.status == 200
        assert response.headers["Content-Type"] == mime
        assert response.headers["Content-Disposition"] == f'attachment; filename="bezwaar.{kind}"'
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        body = await response.read()
        if kind == "txt":
            assert body == make(shown["letter"])
    card = next(message for message in seen if message.get("card"))
    assert card["card"]["dutch"] == list(CONTENT.cards["report"].dutch)


@pytest.mark.parametrize(
    "path", ["1.pdf", "{card}.txt", "{letter}.exe", "99999.pdf", "0.pdf", "-1.txt", "x.pdf", "١.txt"]
)
async def test_what_is_no_letter_is_not_found_and_says_so(house: Any, talk: str, path: str) -> None:
    seen = await house.messages(talk)
    seqs = {name: next(m["seq"] for m in seen if m.get(name)) for name in ("card", "letter")}
    response = await fetch(house, path.format(**seqs), talk)
    assert response.status == 404
    told = await response.json()
    assert told == {"error": "letter", "message": SPEECH.line("error.letter", "nl")}


async def test_another_family_cannot_fetch_it_and_after_deleting_nobody_can(house: Any, talk: str) -> None:
    seq = next(message["seq"] for message in await house.messages(talk) if message.get("letter"))
    other = await house.open()
    assert (await fetch(house, f"{seq}.txt", other)).status == 404
    assert (await house.client.get(f"/webchat/v1/letters/{seq}.txt")).status == 401
    house.bot.answer = lambda _message: [{"delete": True}]
    await house.send(talk, "two", text="alles wissen")
    await house.until_key(talk, "conversation.deleted")
    assert (await fetch(house, f"{seq}.txt", talk)).status == 404


# --- from the command line


def family(folder: Path, text: str) -> str:
    path = folder / "family.yml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("kind", paper.KINDS)
@pytest.mark.slow
def test_the_command_line_writes_a_letter_in_the_form_of_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    out = tmp_path / f"brief.{kind}"
    told = (
        "situation: {letter_from: gemeente, letter_kind: refusal, letter_date: 2026-11-03}\nletter: {name: A. Jansen}\n"
    )
    arguments = ["letter", family(tmp_path, told), "--kind", "bezwaar", "--out", str(out), "--today", "2026-11-22"]
    assert main(arguments) == 0
    assert out.stat().st_size > 300
    assert "15 december 2026" in capsys.readouterr().out
    if kind == "txt":
        assert "A. Jansen" in out.read_text("utf-8")


WRONG = [
    ("an ending that is no form", "children: true\n", "bezwaar", "brief.odt", "must end in .txt, .docx, .pdf"),
    ("a letter that does not exist", "children: true\n", "brief", "brief.txt", "is not a letter; use one of bezwaar"),
    ("an answer that cannot be", "children: maybe\n", "bezwaar", "brief.txt", "'children' takes true, false"),
    ("a BSN", "letter: {name: 123456782}\n", "bezwaar", "brief.txt", "BSN"),
    ("words where a list is", "letter: [a]\n", "bezwaar", "brief.txt", "'letter' must hold words"),
    ("a folder that is not there", "children: true\n", "bezwaar", "no/brief.txt", "cannot be written"),
    ("no answers", "situation: [a]\n", "bezwaar", "brief.txt", "'situation' must hold answers"),
]


@pytest.mark.parametrize(("told", "kind", "out", "says"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
@pytest.mark.slow
def test_the_command_line_says_in_one_sentence_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], told: str, kind: str, out: str, says: str
) -> None:
    assert main(["letter", family(tmp_path, told), "--kind", kind, "--out", str(tmp_path / out)]) == 2
    assert says in capsys.readouterr().out
    assert not (tmp_path / out).exists()


@pytest.mark.slow
def test_a_day_on_which_the_law_is_not_known_is_said_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["letter", family(tmp_path, "children: true\n"), "--kind", "bezwaar", "--out", str(tmp_path / "b.txt")]
    assert main([*arguments, "--today", "2001-01-01"]) == 2
    assert "is not known on 2001-01-01" in capsys.readouterr().out
