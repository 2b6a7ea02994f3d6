"""The family decides line by line; a desk sees exactly what was approved, and after a no or a stop nothing at all."""

import json
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st

from channels.desk import cards
from channels.handoff import clockwork, danger, numbers, working
from channels.handoff.lines import mark, words_of
from channels.storage import audit, cases, consents
from channels.storage import tables as t
from tests.handoff.conftest import MONDAY
from tests.handoff.office import Bench, all_words, bench, real_packet
from tests.handoff.test_handover import keys

SHOWN = ["handoff.preview", "handoff.ask"]
SECRET = "blauwe tent achter het station"


def lines(family: Bench) -> list[dict[str, Any]]:
    return list(family.case().packet["lines"])


def number_of(family: Bench, kind: str) -> int:
    return next(number for number, line in enumerate(lines(family), 1) if line["kind"] == kind)


def shown_to_desks(family: Bench, *orgs: str) -> str:
    """All that the workers of these organisations could read, as one text."""
    told: list[Any] = []
    for org in orgs or tuple(family.organisations):
        for show in cards.LISTED:
            told += cards.inbox(family.connection, family.office, frozenset({org}), show, 0)
        for case in family.cases():
            if case.org == org and case.state != "consent":
                told.append(cards.card(family.connection, family.office, case, 0, content=True))
    kept = sa.select(t.audit.c.action, t.audit.c.detail, t.audit.c.org)
    told += [dict(row._mapping) for row in family.connection.execute(kept) if row.org in orgs or not orgs]
    return json.dumps(told, ensure_ascii=False, default=str)


def reads(family: Bench, line: dict[str, Any]) -> set[str]:
    """A line as the family and as a worker would read it."""
    speech, lang = family.office.speech, family.here.talk.lang
    return {words_of(line, speech, lang), words_of(line, speech, "nl")}


def real_answers() -> list[dict[str, Any]]:
    """The lines with the answers of the family, in order; in the test packet they follow need and urgency."""
    found = ({"kind": "answer", "field": name, "value": value} for name, value in real_packet()["situation"].items())
    return list(found)


def asked(lang: str = "nl") -> Bench:
    """A family that told much, and now reads what would be shared."""
    family = bench(MONDAY, lang, all_words())
    family.asks(real_packet())
    return family


# --- line by line


@hypothesis.given(st.data(), st.sampled_from(["nl", "es", "ar"]))
@hypothesis.settings(deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
@pytest.mark.slow
def test_whatever_a_family_leaves_out_stands_nowhere_at_any_desk(data: st.DataObject, lang: str) -> None:
    family = asked(lang)
    all_lines = lines(family)
    left_out = data.draw(st.sets(st.sampled_from([line["id"] for line in all_lines])))
    for gone in left_out:
        place = [line["id"] for line in lines(family)].index(gone) + 1
        family.hears(choice=f"handoff.line.{place}")
        assert family.hears(choice="handoff.remove") == SHOWN
    told = family.hears(choice="handoff.yes")
    if len(left_out) == len(all_lines):
        assert (told, family.case().state) == (["handoff.empty"], "consent")
        return
    family.acts(working.take)
    card = cards.card(family.connection, family.office, family.case(), 0, content=True)
    kept = [line for line in all_lines if line["id"] not in left_out]
    assert [line["id"] for line in card["lines"]] == [line["id"] for line in kept]
    assert [line["dutch"] for line in card["lines"]] == [words_of(one, family.office.speech, "nl") for one in kept]
    everything, read = shown_to_desks(family), "\n".join(text for one in kept for text in reads(family, one))
    for line in all_lines:
        if line["id"] in left_out and line["kind"] not in ("urgency", "language"):  # what sorts the inbox
            for text in reads(family, line):
                assert text in read or json.dumps(text, ensure_ascii=False)[1:-1] not in everything
    shared = {line.get("receipt") for line in kept}
    assert {finding["receipt"] for finding in card["trace"]} <= shared
    assert {*card["deadlines"]} <= {line.get("day") for line in kept}
    if not any(line["kind"] == "need" for line in kept):
        assert card["topic_title"] == ""
    if not any(line["kind"] == "open" for line in kept):
        assert all(finding["missing"] == [] for finding in card["trace"])


def test_every_line_can_be_kept_as_it_is_and_nothing_typed_later_slips_into_it() -> None:
    family = asked()
    before = lines(family)
    for number in range(1, len(before) + 1):
        assert family.hears(choice=f"handoff.line.{number}") == ["handoff.edit_line"]
        assert family.hears(choice="handoff.keep") == SHOWN
    assert family.hears(choice="handoff.add") == ["handoff.write_more"]
    assert family.hears(choice="handoff.keep") == SHOWN
    assert family.hears("dit is voor de computer") == []
    assert lines(family) == before


def test_every_line_can_be_said_in_other_words_and_what_it_said_before_is_gone() -> None:
    family = asked("es")
    before = lines(family)
    for number, _line in enumerate(before, 1):
        family.hears(choice=f"handoff.line.{number}")
        assert family.hears(choice="handoff.rewrite") == ["handoff.write_line"]
        assert family.hears(f"onze eigen woorden {'abcdefghijklmnopqrstuvwxyz'[number % 26]}") == SHOWN
    family.hears(choice="handoff.yes")
    everything = shown_to_desks(family)
    card = cards.card(family.connection, family.office, family.case(), 0, content=True)
    assert all(line["own"] for line in card["lines"])
    assert (card["trace"], card["deadlines"], card["topic_title"]) == ([], [], "")
    for line in before:
        if line["kind"] not in ("urgency", "language"):
            assert not any(json.dumps(text, ensure_ascii=False)[1:-1] in everything for text in reads(family, line))
    stored = json.dumps(family.case().packet, ensure_ascii=False)
    assert not any(str(line["value"]) in stored for line in before if isinstance(line.get("value"), str))


def test_a_line_that_was_typed_can_be_left_out_again() -> None:
    family = asked()
    family.hears(choice="handoff.add")
    assert family.hears(SECRET) == SHOWN
    family.hears(choice=f"handoff.line.{len(lines(family))}")
    family.hears(choice="handoff.remove")
    family.hears(choice="handoff.yes")
    assert SECRET not in shown_to_desks(family)


def test_buttons_of_an_older_screen_change_nothing_by_accident() -> None:
    family = asked()
    before = lines(family)
    for stale in ("remove", "rewrite", "again", "with", "without"):
        assert family.hears(choice=f"handoff.{stale}") == ["handoff.gone"], stale
    for nonsense in ("line.0", "line.99", "line.99999999999", "more.", "more.x", "line.", "nothing", "", "slot.1"):
        assert family.hears(choice=f"handoff.{nonsense}"), nonsense
        assert family.case().state == "consent"
    assert lines(family) == before


@pytest.mark.slow
def test_at_most_forty_lines_of_three_hundred_letters_are_written() -> None:
    family = asked()
    for number in range(45):
        family.hears(choice="handoff.add")
        told = family.hears(f"regel {'abcdefghij'[number % 10]}")
    assert told == ["handoff.no_more_lines"]
    assert len(lines(family)) == 40
    assert family.hears("x" * 301) == ["handoff.too_long"]


@pytest.mark.slow
async def test_a_worker_sees_exactly_the_approved_lines_on_card_inbox_stream_audit_and_in_the_talk(
    desk_house: Any,
) -> None:
    worker, auditor = await desk_house.seat("Wil"), await desk_house.seat("Ada", role="auditor")
    desk_house.bot.answer = lambda _: [{"handoff": real_packet()}]
    token = await desk_house.open("es")
    await desk_house.types(token, f"vivimos en una {SECRET}")
    for choice in ("handoff.add", "handoff.line.3"):
        await desk_house.choose(token, choice)
        await desk_house.choose(token, "handoff.remove" if "line" in choice else "handoff.keep")
    await desk_house.choose(token, "handoff.add")
    await desk_house.types(token, "tenemos un perro")
    case = (await desk_house.all_cases())[-1]
    code, kept = case["code"], [line["kind"] for line in case["packet"]["lines"]]
    gone = words_of(real_answers()[0], all_words(), "nl")
    assert code not in json.dumps(await worker.get("/cases"))
    await desk_house.choose(token, "handoff.yes")
    await worker.act(code, "take")
    card = (await worker.get(f"/cases/{code}"))[1]
    assert "tenemos un perro" in json.dumps(card)
    stream = await worker.events(until=f'"{code}"')
    told = [card, await worker.get("/cases"), await worker.get(f"/cases/{code}/messages"), stream]
    told.append(await auditor.get("/audit"))
    everything = json.dumps(told, ensure_ascii=False)
    assert SECRET not in everything
    assert [line["kind"] for line in card["lines"]] == kept
    assert gone not in everything
    assert "tenemos un perro" not in json.dumps(told[1:], ensure_ascii=False)


# --- what is kept of a yes


async def test_a_consent_is_kept_with_the_hash_of_what_was_shown_the_language_the_channel_and_the_moment(
    desk_house: Any,
) -> None:
    for lang in ("nl", "ti", "ar"):
        token = await desk_house.open(lang)
        shown = (await desk_house.choose(token, "person"))[0]
        await desk_house.choose(token, "handoff.yes")
        case = (await desk_house.all_cases())[-1]
        (kept,) = await desk_house.store.read(lambda c, number=case["id"]: consents.of_case(c, number))
        assert kept["text_hash"] == mark("voorbeeldstad", lang, shown["text"])
        assert (kept["lang"], kept["channel"], kept["org"]) == (lang, "webchat", "voorbeeldstad")
        assert kept["items"] == [line["id"] for line in case["packet"]["lines"]]
        assert kept["given_at"].tzinfo
        assert (kept["withdrawn_at"], kept["receipt"][:3]) == (None, "OK-")


def test_what_changed_after_it_was_shown_is_shown_again_and_not_shared() -> None:
    family = asked()
    case = family.case()
    other = {**case.packet, "lines": case.packet["lines"][:2]}
    assert cases.keep_packet(family.connection, case, other)
    assert family.hears(choice="handoff.yes") == ["handoff.changed_since", *SHOWN]
    assert family.case().state == "consent"
    assert consents.of_case(family.connection, case.id) == []
    assert family.hears(choice="handoff.yes")[0] == "handoff.queued"


async def test_a_language_chosen_between_reading_and_yes_means_reading_it_again_in_that_language(
    desk_house: Any,
) -> None:
    worker, token = await desk_house.seat("Wil"), await desk_house.open("nl")
    await desk_house.choose(token, "person")
    await desk_house.choose(token, "lang:tr")
    told = await desk_house.choose(token, "handoff.yes")
    assert keys(told) == ["handoff.changed_since", *SHOWN]
    assert {message["lang"] for message in told} == {"tr"}
    assert (await worker.get("/cases"))[1]["cases"] == []
    await desk_house.choose(token, "handoff.yes")
    ((row,), case) = ((await worker.get("/cases"))[1]["cases"], (await desk_house.all_cases())[-1])
    assert row["lang"] == "tr"
    (kept,) = await desk_house.store.read(lambda c: consents.of_case(c, case["id"]))
    assert kept["lang"] == "tr"


def test_a_second_yes_shares_nothing_twice() -> None:
    family = asked()
    family.hears(choice="handoff.yes")
    assert family.hears(choice="handoff.yes") == ["handoff.gone"]
    assert len(consents.of_case(family.connection, family.case().id)) == 1


# --- numbers

CAUGHT = {
    "bsn": [
        *("111222333", "111 222 333", "111.222.333", "111-222-333", "1 1 1 2 2 2 3 3 3", "١١١٢٢٢٣٣٣", "۱۱۱ ۲۲۲ ۳۳۳"),
        *("１１１２２２３３３", "BSN:111222333", "111\u200d222\u200d333", "kamer 5 111222333"),
    ],
    "iban": [
        *("NL91ABNA0417164300", "NL91 ABNA 0417 1643 00", "nl91abna0417164300", "NL91.ABNA.0417.1643.00"),
        *("NL91 ABNA 0417 1643 00 alstublieft", "NL٩١ ABNA ٠٤١٧ ١٦٤٣ ٠٠", "DE89 3704 0044 0532 0130 00 graag snel"),
    ],
    "document": [
        *("SPECI2014", "speci2014", "NW 123 456 7", "NW-1234567", "AAA123456", "U12345678", "12AB34567"),
        *("V-nummer 1234567890", "vnummer 123 456 7890", "V-nummer is 123.456.7890", "V ١٢٣٤٥٦٧٨٩٠"),
        *("P<NLDDE<BRUIJN<<WILLEKE<LISELOTTE<<<<<<<<<<<", "SPECI20142NLD6503101F2403096999999990<<<<<84"),
    ],
    "phone": ["06 12345678", "06-12345678", "06.12.34.56.78", "٠٦١٢٣٤٥٦٧٨", "+31 6 12345678", "0031612345678"],
}


@pytest.mark.parametrize(("kind", "typed"), [(kind, one) for kind, texts in CAUGHT.items() for one in texts])
def test_a_number_that_must_not_travel_is_asked_about_and_left_out(kind: str, typed: str) -> None:
    family = asked()
    family.hears(choice="handoff.add")
    assert family.hears(f"wij schrijven {typed} hier") == [f"handoff.found.{kind}"]
    assert family.hears(choice="handoff.without") == SHOWN
    family.hears(choice="handoff.yes")
    told = cards.card(family.connection, family.office, family.case(), 0, content=True)["lines"][-1]["text"]
    assert numbers.found(told) == []
    assert "wij schrijven" in told
    stored = json.dumps([family.case().packet, family.case().facts], ensure_ascii=False)
    assert typed not in stored


@pytest.mark.parametrize(
    "typed",
    [
        *("op 1-03-2026", "wij zijn met 4 kinderen", "sinds 12-03-2026 op straat", "Kade 12, 1013AB", "IN DE STAD 5"),
        *("€ 1.234.567,89", "om 14:30 uur", "baby van 3 maanden", "in 2024 en 2025"),
    ],
)
def test_what_is_no_such_number_is_written_down_without_a_question(typed: str) -> None:
    family = asked()
    family.hears(choice="handoff.add")
    assert family.hears(typed) == SHOWN


@hypothesis.given(
    st.lists(
        st.sampled_from([*(one for texts in CAUGHT.values() for one in texts), "en", "wij", "nr.", "4", "\u200d", ":"]),
        max_size=8,
    ),
    st.sampled_from([" ", ", ", " / "]),
)
@hypothesis.settings(deadline=None)
def test_what_is_left_after_leaving_numbers_out_holds_none(parts: list[str], glue: str) -> None:
    left = numbers.without(glue.join(parts))
    assert numbers.found(left) == []


def test_a_telephone_number_travels_only_when_the_family_says_so() -> None:
    family = asked()
    family.hears(choice="handoff.add")
    family.hears("bel 06 12345678")
    assert family.hears(choice="handoff.with") == SHOWN
    family.hears(choice="handoff.add")
    family.hears("of 06 87654321, bsn 111222333")
    assert family.hears(choice="handoff.with") == SHOWN  # also then never the BSN
    family.hears(choice="handoff.yes")
    everything = shown_to_desks(family)
    assert "06 12345678" in everything
    assert "111222333" not in everything


def test_a_telephone_number_to_be_called_on_stands_in_the_line_about_contact_until_the_family_chooses_otherwise() -> (
    None
):
    family = asked()
    family.hears(choice="handoff.reach")
    family.hears(choice="handoff.reach.call")
    assert family.hears("06 11122233, na 19:00 uur") == SHOWN
    family.hears(choice="handoff.reach.call")
    assert family.hears("06 12345678 of NL91ABNA0417164300") == ["handoff.found.iban"]
    assert family.hears(choice="handoff.without") == SHOWN
    assert "06 12345678" in str(lines(family))
    assert "ABNA" not in str(lines(family))
    family.hears(choice="handoff.reach.here")
    assert "06 12345678" not in str(lines(family))
    family.hears(choice=f"handoff.line.{number_of(family, 'reach')}")
    family.hears(choice="handoff.rewrite")
    assert family.hears("bel mijn zus") == SHOWN
    family.hears(choice="handoff.reach.evening")
    assert "bel mijn zus" not in str(lines(family))
    family.hears(choice="handoff.yes")
    assert "06 12345678" not in shown_to_desks(family)


# --- no, and stopping


@pytest.mark.slow
async def test_a_no_names_other_ways_and_leaves_nothing_behind(desk_house: Any) -> None:
    worker, token = await desk_house.seat("Wil"), await desk_house.open("nl")
    stream = worker.stream()
    await desk_house.choose(token, "person")
    await desk_house.choose(token, "handoff.add")
    await desk_house.types(token, f"{SECRET}, bsn 111222333")
    told = (await desk_house.choose(token, "handoff.no"))[0]
    assert told["key"] == "handoff.refused"
    assert told["sources"]
    assert [choice["id"] for choice in told["choices"]] == ["person", "other_question"]
    for show in ("open", "done"):
        assert (await worker.get(f"/cases?show={show}"))[1]["cases"] == []
    case = (await desk_house.all_cases())[-1]
    assert (await worker.get(f"/cases/{case['code']}"))[0] == 404
    assert (case["state"], case["packet"], SECRET in str(case)) == ("cancelled", {}, False)
    later = await desk_house.approved(await desk_house.open("nl"))
    assert case["code"] not in await stream(until=later)


@pytest.mark.parametrize("end", ["handoff.no", "time", "person"])
def test_what_was_only_read_and_never_approved_no_organisation_ever_hears_of(end: str) -> None:
    family = asked()
    family.passes(minutes=31) if end == "time" else family.hears(choice=end)
    old = family.cases()[-1]
    assert (old.state, old.org, old.packet) == ("cancelled", "", {})
    assert old.code not in shown_to_desks(family, *family.organisations)


@pytest.mark.parametrize(
    "state", ["queued", "left", "callback", "active", "resolved", "closed", "cancelled", "blocked"]
)
def test_a_family_can_stop_sharing_in_every_state_in_which_a_desk_sees_something(state: str) -> None:
    family = bench(MONDAY)
    family.asks()
    family.hears(choice="handoff.add")
    family.hears(SECRET)
    family.hears(choice="handoff.yes")
    family.brought_on(state)
    assert family.case().state == state
    opened = state in ("active", "resolved", "closed", "blocked")
    if opened:
        family.acts(lambda connection, _office, case, worker: working.note(connection, case, worker, SECRET))
    assert SECRET in shown_to_desks(family)
    assert family.hears(choice="handoff.stop_sharing") == ["handoff.stop_ask"]
    assert family.hears(choice="handoff.stop_no") == ["handoff.kept_sharing"]
    told = family.hears(choice="handoff.stop_yes")
    assert told == ["handoff.withdrawn_read" if opened else "handoff.withdrawn_unread"]
    everything = shown_to_desks(family)
    assert SECRET not in everything
    assert "Bel morgen" not in everything
    assert "shelter_access" not in everything
    assert family.case().state == "withdrawn"
    assert not consents.stands(family.connection, family.case().id)
    assert family.hears(choice="handoff.stop_yes") == ["handoff.nothing_shared"]


def test_opening_counts_as_reading_also_when_it_was_only_looked_at() -> None:
    family = asked()
    family.hears(choice="handoff.yes")
    case = family.case()
    cases.note_facts(family.connection, case, seen=True)
    family.hears("nog iets")  # notes another fact on the case as it was before
    assert family.hears(choice="handoff.stop_yes") == ["handoff.withdrawn_read"]


@pytest.mark.slow
async def test_erasing_empties_everything_that_a_desk_could_see(desk_house: Any) -> None:
    worker, token = await desk_house.seat("Wil"), await desk_house.open("nl")
    await desk_house.choose(token, "person")
    await desk_house.choose(token, "handoff.add")
    await desk_house.types(token, f"{SECRET}, bsn 111222333")  # a draft that is asked about
    await desk_house.choose(token, "handoff.without")
    await desk_house.choose(token, "handoff.yes")
    code = (await desk_house.all_cases())[-1]["code"]
    await worker.act(code, "take")
    await desk_house.types_to_worker(token, SECRET)
    await worker.act(code, "message", text=SECRET)
    await worker.act(code, "close", outcome="information", words=SECRET)
    await desk_house.until_key(token, "handoff.return_code")
    await desk_house.choose(token, "person")
    await desk_house.choose(token, "handoff.add")
    await desk_house.types(token, f"{SECRET}, bsn 111222333")
    desk_house.bot.answer = lambda _: [{"delete": True}]
    await desk_house.send(token, "wipe", text="wis alles")
    # what is written now is a line; the erasing goes through a tap
    await desk_house.choose(token, "handoff.keep")
    await desk_house.send(token, "wipe2", text="wis alles")
    await desk_house.until_key(token, "conversation.deleted")
    seen = [await worker.get("/cases?show=done"), await worker.get(f"/cases/{code}")]
    seen.append(await worker.get(f"/cases/{code}/messages"))
    assert SECRET not in json.dumps(seen, ensure_ascii=False)
    assert (await worker.post(f"/cases/{code}/note", text=SECRET))[0] == 409

    def everything(connection: sa.Connection) -> str:
        kept = (t.cases, t.messages, t.inbox, t.consents, t.notes, t.audit, t.outbox)
        return str([row for table in kept for row in connection.execute(sa.select(table)).all()])

    left = await desk_house.store.read(everything)
    assert SECRET not in left
    assert "111222333" not in left


# --- a second organisation


def test_a_second_organisation_needs_a_consent_of_its_own_and_sees_nothing_before() -> None:
    family = asked()
    family.hears(choice="handoff.yes")
    family.acts(working.take)
    first = family.case()
    family.brought_on("asked_transfer")
    child = family.case()
    assert child.code not in shown_to_desks(family, "huis")
    family.hears(choice="handoff.line.1")
    family.hears(choice="handoff.rewrite")
    family.hears(f"{SECRET} alleen voor huis")
    assert SECRET not in shown_to_desks(family, "stad")
    assert SECRET not in shown_to_desks(family, "huis")
    family.hears(choice="handoff.transfer_yes")
    assert SECRET in shown_to_desks(family, "huis")
    assert SECRET not in shown_to_desks(family, "stad")
    assert len(consents.of_case(family.connection, child.id)) == len(consents.of_case(family.connection, first.id)) == 1


def test_neither_organisation_reads_what_the_family_says_to_the_other() -> None:
    family = asked()
    family.hears(choice="handoff.yes")
    family.acts(working.take)
    first = family.case()
    family.hears("alleen voor de stad")
    family.brought_on("offered_transfer")
    family.hears("nog voor de stad")
    assert cases.get(family.connection, first.id).facts["ball"] == "worker"  # type: ignore[union-attr]
    family.acts(working.take, "Sam")
    family.hears("nu voor het huis")
    family.acts(working.write, "Sam", text="antwoord van Sam")
    for words in ("alleen voor de stad", "nog voor de stad"):
        assert words in shown_to_desks(family, "stad")
        assert words not in shown_to_desks(family, "huis")
    for words in ("nu voor het huis", "antwoord van Sam"):
        assert words in shown_to_desks(family, "huis")
        assert words not in shown_to_desks(family, "stad")


def test_a_no_to_the_second_organisation_changes_nothing_and_it_never_knew() -> None:
    family = asked()
    family.hears(choice="handoff.yes")
    family.brought_on("asked_transfer")
    child = family.case()
    assert family.hears(choice="handoff.transfer_no") == ["handoff.transfer_no_done"]
    assert [case.state for case in family.cases()] == ["cancelled", "active"]
    assert child.code not in shown_to_desks(family, "huis")


def test_what_a_family_says_to_the_computer_no_worker_reads() -> None:
    family = asked()
    family.hears("voor ik iets deelde")
    family.hears(choice="handoff.yes")
    family.hears("wachtend erbij")
    family.hears(choice="handoff.leave")
    family.hears("tegen de computer intussen")
    family.acts(working.take)
    family.hears("tegen Wil")
    family.acts(working.close, outcome="information", next_step=[], words="Bel morgen.")
    family.hears("na het einde")
    family.asks()
    family.hears(choice="handoff.add")
    family.hears("voor een nieuwe vraag")
    everything = shown_to_desks(family, "stad")
    assert "wachtend erbij" in everything
    assert "tegen Wil" in everything
    for words in ("voor ik iets deelde", "computer intussen", "na het einde", "voor een nieuwe vraag", "TR-"):
        assert words not in everything


def test_in_danger_nothing_is_shared_but_the_worker_who_takes_it_reads_what_is_said_from_then_on() -> None:
    family = bench(MONDAY)
    family.hears("voor het gevaar")
    case = danger.alarm_person(family.here, "violence")
    family.hears("tegen de computer")
    family.acts(working.take)
    family.hears("tegen Wil")
    everything = shown_to_desks(family)
    assert {line["kind"] for line in case.packet["lines"]} == {"need", "urgency", "language", "reach"}
    assert "tegen Wil" in everything
    assert "voor het gevaar" not in everything
    assert "tegen de computer" not in everything
    assert clockwork.run(family.connection, family.office) == 0
    assert audit.broken_at(family.connection) is None
