"""Every gemeente can be found by the name people give it, and what it does in its own way has a source and a day."""

from __future__ import annotations

import shutil
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.municipalities import LocalRule, Municipality, load_municipalities
from actions.yaml_files import BrokenData, load
from tests import ours

ROOT = Path(__file__).parents[2]
LAW, ALL = ours.content().law, ours.content().municipalities
TODAY = date(2026, 11, 22)
LISTED = load((ROOT / "data/municipalities/list.yml").read_text(encoding="utf-8"))
TOWNS = load((ROOT / "data/nlu/lookup/towns.yml").read_text(encoding="utf-8"))
PROFILED = [one for one in ALL.listed if one.doors or one.offers or one.norms or one.notes]
ASKED_FOR = [
    "Amsterdam", "Rotterdam", "Den Haag", "Utrecht", "Groningen", "Leiden", "Tilburg", "Haarlem",
    "Haarlemmermeer", "Almere", "Eindhoven", "Arnhem", "Nijmegen", "Diemen", "Zwolle",
]  # fmt: skip


def shown(text: str) -> list[str]:
    return [one.name for one in ALL.find(text).options]


# --- the list


def test_the_list_is_the_division_of_342_gemeenten() -> None:
    assert len(ALL.listed) == 342
    assert ALL.division == date(2025, 1, 1)
    assert len({one.name for one in ALL.listed}) == 342


def test_a_gemeente_has_its_code_and_a_code_nobody_has_gives_nothing() -> None:
    amsterdam = ALL.get("GM0363")
    assert amsterdam
    assert amsterdam.name == "Amsterdam"
    assert [one.name for one in ALL.listed if one.code == "GM1992"] == ["Voorne aan Zee"]
    assert ALL.get("GM9999") is None
    assert ALL.get("GM0457") is None


def test_every_gemeente_is_found_by_its_own_name() -> None:
    for one in ALL.listed:
        for name in filter(None, (one.name, one.official, f"gemeente {one.name}", one.name.upper())):
            found = ALL.find(name)
            assert (found.kind, found.options, found.sure) == ("exact", (one,), one)


def test_every_name_of_the_town_lookup_leads_to_its_gemeente_or_to_a_question() -> None:
    for town, name in ((one, name) for one in TOWNS for name in one["names"]):
        found = ALL.find(name)
        assert found.options, name
        if found.kind in ("exact", "alias"):
            assert found.sure == found.options[0]
            assert found.sure.code == town["code"], name
        else:
            assert found.sure is None


def test_a_gemeente_of_the_past_gives_a_question_with_the_gemeenten_of_today() -> None:
    for past in LISTED["former"].values():
        found = ALL.find(past["name"])
        assert (found.kind, found.former, found.sure) == ("merged", past["name"], None)
        assert [one.code for one in found.options] == past["into"]
        assert date(2000, 1, 1) <= past["ended"] <= date(2023, 1, 1)


@pytest.mark.parametrize(
    ("text", "kind", "options"),
    [
        ("weesp", "merged", ["Amsterdam"]),
        ("Haaren", "merged", ["Oisterwijk", "Vught", "Boxtel", "Tilburg"]),
        ("haren", "merged", ["Groningen"]),
        ("Menaldumadeel", "merged", ["Waadhoeke"]),
        ("Brielle", "merged", ["Voorne aan Zee"]),
        ("De Friese Meren", "merged", ["De Fryske Marren"]),
        ("'s-Gravenhage", "exact", ["Den Haag"]),
        ("Hengelo", "exact", ["Hengelo"]),
        ("SUDWEST FRYSLAN", "exact", ["Súdwest-Fryslân"]),
        ("Bijlmer", "alias", ["Amsterdam"]),
        ("روتردام", "alias", ["Rotterdam"]),
        ("Bergen", "ambiguous", ["Bergen (Limburg)", "Bergen (Noord-Holland)"]),
        ("Zeeland", "unknown", []),
        ("nergenshuizen", "unknown", []),
        ("", "unknown", []),
        ("…!", "unknown", []),
    ],
)
def test_what_people_write_leads_to_one_gemeente_to_a_question_or_to_nothing(
    text: str, kind: str, options: list[str]
) -> None:
    assert (ALL.find(text).kind, shown(text)) == (kind, options)


@settings(deadline=None)
@given(one=st.sampled_from(ALL.listed), data=st.data())
def test_capitals_accents_spaces_and_signs_never_change_who_is_found(one: Municipality, data: st.DataObject) -> None:
    written = "".join(sign.upper() if data.draw(st.booleans()) else sign.lower() for sign in one.name)
    if data.draw(st.booleans()):
        bare = unicodedata.normalize("NFKD", written)
        written = "".join(sign for sign in bare if not unicodedata.combining(sign))
    written = written.replace("-", data.draw(st.sampled_from(["-", " ", "", " - "])))
    assert ALL.find(data.draw(st.sampled_from(["", " ", "  "])) + written + " ").options == (one,)


@settings(deadline=None)
@given(text=st.text(max_size=40))
def test_no_answer_whatever_is_a_crash(text: str) -> None:
    found = ALL.find(text)
    assert (found.kind == "unknown") == (not found.options)


# --- profiles


def test_the_gemeenten_that_were_asked_for_have_a_profile() -> None:
    assert {one.name for one in PROFILED} == set(ASKED_FOR)


@pytest.mark.parametrize("one", PROFILED, ids=lambda one: one.name)
def test_every_door_has_a_source_a_date_and_asks_to_call_first_unless_it_is_sure(one: Municipality) -> None:
    for door in one.doors:
        assert door.source in LAW.sources
        assert door.dated.strip()
        assert door.call_first or door.certainty in ("law", "policy")
        assert not (door.certainty == "unverified" and not door.call_first)
    for offer in one.offers:
        assert offer.fact in LAW.facts


@pytest.mark.parametrize("one", PROFILED, ids=lambda one: one.name)
def test_only_numbers_that_a_source_gives_stand_at_the_main_door(one: Municipality) -> None:
    assert [door.phone for door in one.doors_for("main")] == {"Utrecht": ["14 030"], "Eindhoven": ["14 040"]}.get(
        one.name, []
    )


def test_the_doors_of_amsterdam_can_be_asked_by_kind() -> None:
    amsterdam = ALL.get("GM0363")
    assert amsterdam
    assert [door.kind for door in amsterdam.doors_for("family_shelter", "neighbourhood_team")] == [
        "family_shelter",
        "neighbourhood_team",
    ]
    assert amsterdam.doors_for("debt") == ()
    assert [door.address for door in amsterdam.doors_for("family_shelter")] == ["Jan van Galenstraat 323, ingang B"]


# --- local rules


@pytest.mark.parametrize(
    ("code", "norm", "value", "starts"),
    [
        ("GM0363", "noodopvang.registration_years", 4, date(2025, 9, 10)),
        ("GM0363", "noodopvang.lawful_stay_years", 4, date(2025, 9, 10)),
        ("GM0363", "noodopvang.contribution_eur_month", 40000, date(2025, 9, 10)),
        ("GM0363", "noodopvang.plan_months", 3, date(2025, 9, 10)),
        ("GM0363", "noodopvang.min_outside_sites", 3, date(2025, 9, 10)),
        ("GM0363", "urgency.registration_years", 4, date(2025, 9, 10)),
        ("GM0384", "noodopvang.max_months", 3, date(2020, 1, 1)),
        ("GM0384", "noodopvang.extension_months", 3, date(2020, 1, 1)),
        ("GM0344", "noodopvang.max_months", 3, date(2019, 1, 1)),
        ("GM0546", "urgency.registration_years", 3, date(2019, 1, 1)),
    ],
)
def test_a_local_rule_is_unknown_the_day_before_and_known_on_its_day(
    code: str, norm: str, value: int, starts: date
) -> None:
    one = ALL.get(code)
    assert one
    assert one.norm(norm, starts - timedelta(days=1)) is None
    for day in (starts, TODAY):
        rule = one.norm(norm, day)
        assert rule
        assert (rule.value, rule.starts) == (value, starts)
        assert rule.fact in LAW.facts
        assert rule.source in LAW.sources


def test_every_local_rule_stands_under_an_open_norm_and_every_open_norm_is_used() -> None:
    assert {norm for one in ALL.listed for norm in one.norms} == set(ALL.open_norms)
    assert {norm.national for norm in ALL.open_norms.values()} <= {None, *LAW.values}


def test_where_nothing_local_is_known_there_is_no_rule() -> None:
    almere = ALL.get("GM0034")
    assert almere
    assert almere.norm("noodopvang.registration_years", TODAY) is None
    assert Municipality("GM0001", "Nergens").norm("noodopvang.max_months", TODAY) is None


DAYS = st.dates(date(2000, 1, 1), date(2060, 1, 1))


@settings(deadline=None)
@given(starts=st.lists(DAYS, min_size=1, max_size=5, unique=True), day=DAYS)
def test_the_rule_in_force_is_the_last_that_began_whatever_the_order(starts: list[date], day: date) -> None:
    rules = tuple(LocalRule(index, start, "a.b") for index, start in enumerate(starts))
    found = Municipality("GM0001", "Nergens", {"n": rules}).norm("n", day)
    begun = [start for start in starts if start <= day]
    assert (found.starts if found else None) == max(begun, default=None)


@settings(deadline=None)
@given(start=DAYS, length=st.integers(0, 1000), after=st.integers(-1000, 2000))
def test_a_rule_holds_up_to_and_with_its_last_day(start: date, length: int, after: int) -> None:
    rule = LocalRule(1, start, "a.b", ends=start + timedelta(days=length))
    found = Municipality("GM0001", "Nergens", {"n": (rule,)}).norm("n", start + timedelta(days=after))
    assert (found is not None) == (0 <= after <= length)


# --- files that cannot be used

RULE = (
    "{norm: noodopvang.max_months, value: 3, starts: 2020-01-01, source: awb, fact: shelter.no_binding, certainty: law}"
)
PROFILE = f'code: GM0003\nname: "Nergens"\nrules:\n  - {RULE}\n'
GOOD = PROFILE.replace("GM0003", "GM0197").replace("Nergens", "Aalten")
DOOR = "doors:\n  - {kind: main, name: Loket, source: awb, dated: '2025', certainty: policy}\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of what the reader reads, that may be broken."""
    for part in ("law", "municipalities", "nlu/lookup"):
        shutil.copytree(ROOT / "data" / part, tmp_path / part)
    return tmp_path


def faults(data: Path) -> tuple[str, ...]:
    with pytest.raises(BrokenData) as told:
        load_municipalities(data, LAW)
    return told.value.errors


def test_a_copy_with_one_more_good_profile_is_whole(data: Path) -> None:
    (data / "municipalities/gm0197.yml").write_text(GOOD + DOOR, encoding="utf-8")
    aalten = load_municipalities(data, LAW).get("GM0197")
    assert aalten
    assert aalten.doors
    assert aalten.norm("noodopvang.max_months", TODAY)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (PROFILE, 1, "gemeente 'GM0003' does not exist"),
        (GOOD.replace("Aalten", "Aelten"), 2, "the list calls it Aalten"),
        (GOOD.replace("max_months", "no_such_norm"), 4, "open norm 'noodopvang.no_such_norm' does not exist"),
        (GOOD.replace("source: awb", "source: nobody"), 4, "source 'nobody' does not exist"),
        (GOOD.replace("shelter.no_binding", "shelter.nothing"), 4, "fact 'shelter.nothing' does not exist"),
        (GOOD.replace("value: 3", "value: three"), 4, "rules.0.value"),
        (GOOD.replace("source: awb, ", ""), 4, "source: is missing"),
        (GOOD + f"  - {RULE}\n", 5, "two rules start on 2020-01-01"),
        (GOOD + f"  - {RULE.replace('2020', '2019')}\n", 5, "put the oldest first"),
        (GOOD.replace("01-01,", "01-01, ends: 2019-12-31,"), 4, "before it starts"),
        (GOOD.replace("01-01,", "01-01, ends: 2021-01-01,") + f"  - {RULE.replace('2020', '2021')}\n", 5, "overlap"),
        (GOOD + DOOR.replace("source: awb, ", ""), 6, "source: is missing"),
        (GOOD + DOOR.replace("dated: '2025', ", ""), 6, "dated: is missing"),
        (GOOD + DOOR.replace("dated: '2025'", "dated: ''"), 6, "dated"),
        (GOOD + DOOR.replace("source: awb", "source: nobody"), 6, "source 'nobody' does not exist"),
        (GOOD + DOOR.replace("kind: main", "kind: window"), 6, "doors.0.kind"),
        (GOOD + DOOR.replace("certainty: policy", "certainty: surely"), 6, "doors.0.certainty"),
        (GOOD + "offers:\n  - {name: Iets, fact: a.b, source: awb, dated: '2025', certainty: law}\n", 6, "fact 'a.b'"),
        ("code: [\n", 2, "mend the YAML"),
    ],
)
def test_a_profile_that_cannot_be_used_is_refused_with_its_line(data: Path, text: str, line: int, says: str) -> None:
    path = data / ("municipalities/gm0003.yml" if "GM0003" in text else "municipalities/gm0197.yml")
    path.write_text(text, encoding="utf-8")
    (fault,) = faults(data)
    assert fault.startswith(f"{path}:{line}: ")
    assert says in fault


def test_a_rule_may_begin_the_day_after_the_one_above_it_ended(data: Path) -> None:
    later = RULE.replace("2020", "2021").replace("value: 3", "value: 6")
    text = GOOD.replace("01-01,", "01-01, ends: 2020-12-31,") + f"  - {later}\n"
    (data / "municipalities/gm0197.yml").write_text(text, encoding="utf-8")
    aalten = load_municipalities(data, LAW).get("GM0197")
    assert aalten
    rules = [aalten.norm("noodopvang.max_months", day) for day in (date(2020, 12, 31), date(2021, 1, 1))]
    assert [rule.value for rule in rules if rule] == [3, 6]


def test_a_file_must_be_called_after_its_gemeente(data: Path) -> None:
    path = data / "municipalities/gm0200.yml"
    path.write_text(GOOD, encoding="utf-8")
    assert faults(data) == (f"{path}:1: the file must be called gm0197.yml",)


LIST, NORMS, TOWN_FILE = "municipalities/list.yml", "law/open_norms.yml", "nlu/lookup/towns.yml"
NORM = "test.norm: {description: Iets, unit: years, source: awb, national: null}\n"


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        (LIST, "  GM0009: {name: Iets, ended: 2020-01-01, into: [GM9998]}\n", "'GM0009' stands here twice"),
        (LIST, "  GM9999: {name: Iets, ended: 2020-01-01, into: [GM9998]}\n", "gemeente 'GM9998' does not exist"),
        (LIST, "  GM9999: {name: Iets, ended: 2020-01-01, into: []}\n", "into"),
        (LIST, "  GM9999: {name: Iets, ended: 2020-13-01, into: [GM0363]}\n", "is not a day"),
        (LIST, "  GM9999: {name: ÁALTEN, ended: 2020-01-01, into: [GM0363]}\n", "is a gemeente today"),
        (LIST, "  GM0363: {name: Iets, ended: 2020-01-01, into: [GM0363]}\n", "is a gemeente today"),
        (LIST, "  GM363: {name: Iets, ended: 2020-01-01, into: [GM0363]}\n", "former"),
        (NORMS, NORM.replace("awb", "nobody"), "source 'nobody' does not exist"),
        (NORMS, NORM.replace("null", "no_such_value"), "value 'no_such_value' does not exist"),
        (NORMS, NORM.replace(", national: null", ""), "national: is missing"),
        (TOWN_FILE, "- {code: GM9999, names: [Iets]}\n", "gemeente 'GM9999' does not exist"),
        (TOWN_FILE, "- {names: [Iets]}\n", "code: is missing"),
    ],
)
def test_a_line_that_does_not_fit_is_refused_where_it_stands(data: Path, file: str, text: str, says: str) -> None:
    path = data / file
    before = path.read_text(encoding="utf-8")
    path.write_text(before + text, encoding="utf-8")
    (fault,) = [fault for fault in faults(data) if says in fault]
    assert fault.startswith(f"{path}:{before.count(chr(10)) + 1}: ")


def test_a_list_that_names_one_gemeente_twice_or_an_unknown_source_is_refused(data: Path) -> None:
    path = data / LIST
    text = path.read_text(encoding="utf-8").replace("former:", '  GM9999: {name: "aalten"}\nformer:')
    path.write_text(text.replace("[rvig_tabel33", "[nobody"), encoding="utf-8")
    first, second = faults(data)
    assert "source 'nobody'" in first
    assert "aalten stands already under GM0197" in second


@pytest.mark.parametrize("file", [LIST, NORMS, TOWN_FILE])
def test_a_file_that_is_not_there_is_one_error_at_the_top(data: Path, file: str) -> None:
    (data / file).unlink()
    assert faults(data)[0].startswith(f"{data / file}:1: the file cannot be read")


def test_everything_that_is_wrong_is_told_at_once(data: Path) -> None:
    (data / "municipalities/gm0197.yml").write_text(GOOD.replace("awb", "nobody"), encoding="utf-8")
    (data / "municipalities/gm0200.yml").write_text("code: GM0200\n", encoding="utf-8")
    (data / NORMS).write_text((data / NORMS).read_text(encoding="utf-8") + NORM.replace("awb", "no"), encoding="utf-8")
    assert len(faults(data)) == 3


@pytest.mark.parametrize("file", [LIST, NORMS, "municipalities/gm0363.yml"])
def test_the_version_changes_with_every_change_of_a_file(data: Path, file: str) -> None:
    assert load_municipalities(data, LAW).version == ALL.version
    with (data / file).open("a", encoding="utf-8") as target:
        target.write("# a word more\n")
    assert load_municipalities(data, LAW).version != ALL.version
