"""Who breaks data files hears everything at once, with file and line; and every number of the law has its day."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from actions.content import load_content
from actions.law import DatedValue, Law, ValueUnknown
from actions.yaml_files import BrokenData
from channels.settings import ROOT
from channels.words import load_languages
from tests import ours
from tests.conftest import examples

FACT = (
    "- {id: test.fact, text: Tekst, applies_to: iedereen, sources: [{source: awb}], certainty: law, "
    "reviewed: 2026-01-01, review_by: 2026-06-01}\n"
)
VALUE = "test_value: {description: Iets, unit: days, source: awb, values: {2026-01-01: 7}}\n"


@dataclass(frozen=True, slots=True)
class Break:
    """Something that goes wrong in a file: what is added at its end (or its whole new content), and where it shows."""

    name: str
    file: str
    text: str | bytes
    whole: bool = False
    line: int | None = None  # None: the first line that was added

    def make(self, data: Path) -> str:
        """Break the copy; the answer is the place that must be named."""
        path = data / self.file
        before = b"" if self.whole else path.read_bytes()
        if not self.whole:
            before += b"" if before.endswith(b"\n") else b"\n"
        path.write_bytes(before + (self.text.encode() if isinstance(self.text, str) else self.text))
        return f"{path}:{self.line or before.count(bytes([10])) + 1}:"


BREAKS = [
    Break("no YAML", "messages/answers.yml", "test.x: {text: a]\n"),
    Break("a tab where YAML wants spaces", "messages/children.yml", "\ttest.x: a\n"),
    Break("a key twice in one record", "messages/choices.yml", "test.x: {text: a, text: b}\n"),
    Break("a key that does not exist", "messages/contacts.yml", "test.x: {text: a, tekst: b}\n"),
    Break("a key that is missing", "messages/crisis.yml", "test.x: {note: a}\n"),
    Break("no text", "messages/plan.yml", "test.x: {text: ''}\n"),
    Break("no record at all", "messages/preparation.yml", "test.x:\n"),
    Break("an empty file", "messages/web.yml", "# nothing\n", whole=True, line=1),
    Break("not UTF-8", "messages/eviction.yml", "test.x: {text: één}\n".encode("latin-1"), line=1),
    Break("a list where keys belong", "messages/objection.yml", "- text: a\n", whole=True, line=1),
    Break("keys where a list belongs", "rights/local.yml", "test.x: {text: a}\n", whole=True, line=1),
    Break("a bare word", "organisations/112.yml", "hallo\n", whole=True, line=1),
    Break("an unknown kind of organisation", "organisations/ind.yml", "certainty_: law\n"),
    Break("an unknown source of a fact", "rights/children.yml", FACT.replace("awb", "no_such_source")),
    Break("an unknown value of a fact", "rights/eviction.yml", FACT.replace("cert", "values: [no_such], cert")),
    Break("a certainty that does not exist", "rights/income.yml", FACT.replace("law", "surely")),
    Break("a day that does not exist", "rights/objection.yml", FACT.replace("06-01", "13-45")),
    Break("a word for a day", "rights/preparation.yml", FACT.replace("2026-06-01", "soon")),
    Break("reviewed after the next review", "rights/safety.yml", FACT.replace("2026-06-01", "2025-06-01")),
    Break("an id in capitals", "rights/shelter.yml", FACT.replace("test.fact", "Test")),
    Break("no source at all", "rights/urgency_binding.yml", FACT.replace("{source: awb}", "")),
    Break("an unknown source of a value", "law/values/income.yml", VALUE.replace("awb", "no_such_source")),
    Break("half a day as a number", "law/values/shelter.yml", VALUE.replace("7", "7.5")),
    Break("a value from a day that does not exist", "law/values/residence.yml", VALUE.replace("01-01", "02-30")),
    Break("an importance that does not exist", "intents.yml", "test: {kind: topic, file: a, importance: some}\n"),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of data/ that may be broken."""
    return copy_to(tmp_path / "data")


def copy_to(folder: Path) -> Path:
    shutil.copytree(ROOT / "data", folder, ignore=shutil.ignore_patterns("nlu", "crisis"))
    shutil.copytree(ROOT / "data" / "nlu" / "lookup", folder / "nlu" / "lookup")
    return folder


def errors_of(data: Path) -> tuple[str, ...]:
    with pytest.raises(BrokenData) as told:
        load_content(data)
    return told.value.errors


@pytest.mark.slow
def test_the_content_of_this_house_is_whole() -> None:
    assert load_content(ROOT / "data").law.version


@pytest.fixture(scope="module")
def everything_broken(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], tuple[str, ...]]:
    """All breaks made in one copy, each with the place that must be named; and what is said about them in one go."""
    data = copy_to(tmp_path_factory.mktemp("broken") / "data")
    places = {broken.name: broken.make(data) for broken in BREAKS}
    return places, errors_of(data)


@pytest.mark.parametrize("name", [broken.name for broken in BREAKS])
@pytest.mark.slow
def test_among_all_that_is_wrong_each_thing_is_named_at_once_with_its_file_and_line(
    everything_broken: tuple[dict[str, str], tuple[str, ...]], name: str
) -> None:
    places, errors = everything_broken
    assert any(error.startswith(places[name]) for error in errors)


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("messages/web.yml", "messages/plan.yml", "test.x: {text: a}\n"),
        ("rights/income.yml", "rights/safety.yml", FACT),
        ("law/values/income.yml", "law/values/shelter.yml", VALUE),
    ],
)
@pytest.mark.slow
def test_what_stands_in_two_files_is_refused_and_both_places_are_named(
    data: Path, first: str, second: str, text: str
) -> None:
    Break("", first, text).make(data)
    place = Break("", second, text).make(data)
    named = [error for error in errors_of(data) if error.startswith((place, str(data / first)))]
    assert len(named) == 1
    assert str(data / first) in named[0] or str(data / second) in named[0]


@pytest.mark.parametrize("name", ["intents.yml", "law/sources.yml"])
@pytest.mark.slow
def test_a_file_that_is_not_there_is_one_error_and_no_crash(data: Path, name: str) -> None:
    (data / name).unlink()
    assert [error.startswith(f"{data / name}:1:") for error in errors_of(data)] == [True]


@pytest.mark.slow
def test_a_record_that_contains_itself_is_an_error_and_no_crash(data: Path) -> None:
    Break("", "messages/web.yml", "test.x: &again {text: *again}\n").make(data)
    assert errors_of(data)[0].startswith(str(data / "messages/web.yml"))


def test_a_broken_list_of_languages_is_told_like_broken_content(tmp_path: Path) -> None:
    for text in (None, "", "- nl\n", "nl: {name: Nederlands, dir: up, state: live, reviewer: '', reviewed: null}\n"):
        if text is not None:
            (tmp_path / "languages.yml").write_text(text, encoding="utf-8")
        with pytest.raises(BrokenData) as told:
            load_languages(tmp_path)
        assert told.value.errors[0].startswith(f"{tmp_path / 'languages.yml'}:1:")


@pytest.mark.parametrize("folder", ["law/sources.yml", "law/values/income.yml", "rights/shelter.yml"])
@pytest.mark.slow
def test_the_version_of_the_law_changes_with_every_change_of_its_files(data: Path, folder: str) -> None:
    before = load_content(data).law.version
    with (data / folder).open("a", encoding="utf-8") as file:
        file.write("# a word more\n")
    assert load_content(data).law.version != before


@pytest.mark.slow
def test_a_changed_sentence_that_is_no_law_leaves_the_version_of_the_law_alone(data: Path) -> None:
    before = load_content(data).law.version
    Break("", "messages/web.yml", "test.x: {text: a}\n").make(data)
    assert load_content(data).law.version == before


DAYS = st.dates(date(2000, 1, 1), date(2060, 1, 1))
SERIES = st.dictionaries(DAYS, st.one_of(st.none(), st.integers(0, 10**7)), min_size=1, max_size=6)


def law_of(series: dict[date, int | str | None]) -> Law:
    value = DatedValue(description="Iets", unit="days", source="awb", values=series)
    return Law({}, {}, {"it": value}, "")


@settings(max_examples=examples(100), deadline=None)
@given(series=SERIES)
def test_the_day_before_the_first_date_is_unknown_and_never_guessed(series: dict[date, int | str | None]) -> None:
    with pytest.raises(ValueUnknown):
        law_of(series).number("it", min(series) - timedelta(days=1))


@settings(max_examples=examples(100), deadline=None)
@given(series=SERIES, data=st.data())
def test_on_its_day_a_value_begins_and_a_repeal_ends_it(
    series: dict[date, int | str | None], data: st.DataObject
) -> None:
    day = data.draw(st.sampled_from(sorted(series)))
    if series[day] is None:
        with pytest.raises(ValueUnknown):
            law_of(series).number("it", day)
    else:
        assert law_of(series).number("it", day) == series[day]


@settings(max_examples=examples(100), deadline=None)
@given(series=SERIES, day=DAYS)
def test_between_two_dates_the_older_one_holds_and_a_later_one_changes_nothing_before_it(
    series: dict[date, int | str | None], day: date
) -> None:
    starts = [start for start in series if start <= day]
    assume(starts and series[max(starts)] is not None)
    assert law_of(series).number("it", day) == series[max(starts)]
    later = {start: value for start, value in series.items() if start <= day}
    assert law_of(later).number("it", day) == series[max(starts)]


def test_a_value_that_nobody_wrote_or_that_is_no_number_is_unknown() -> None:
    law = law_of({date(2026, 1, 1): "words"})
    for name in ("it", "other"):
        with pytest.raises(ValueUnknown):
            law.number(name, date(2026, 6, 1))


def test_every_value_of_the_law_is_known_on_its_days_and_unknown_the_day_before() -> None:
    for name, value in ours.content().law.values.items():
        with pytest.raises(ValueUnknown):
            value.on(min(value.values) - timedelta(days=1), name)
        for start, worth in value.values.items():
            if worth is None:
                with pytest.raises(ValueUnknown):
                    value.on(start, name)
            else:
                assert value.on(start, name) == worth
