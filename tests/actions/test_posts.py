"""Every post has a country, a time zone that exists, and a source with its day; nothing about it is made up."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.posts import Post, load_posts
from actions.yaml_files import BrokenData, load
from tests import ours

ROOT = Path(__file__).parents[2]
POSTS, SOURCES = ours.content().posts, ours.content().law.sources
COUNTRIES = {entry["code"] for entry in load((ROOT / "data/nlu/lookup/countries.yml").read_text(encoding="utf-8"))}
ASKED_FOR = {
    "paramaribo", "willemstad", "oranjestad", "philipsburg", "accra", "rabat", "bogota", "santo_domingo", "lima",
    "brasilia", "sao_paulo", "ankara", "istanbul", "amman", "addis_ababa", "nairobi", "london", "manila", "bangkok",
}  # fmt: skip


def places(code: str) -> list[str]:
    return [post.place for post in POSTS.for_country(code)]


def test_the_posts_that_were_asked_for_are_there() -> None:
    assert set(POSTS) >= ASKED_FOR
    assert len(POSTS) >= 16


@pytest.mark.parametrize("slug", POSTS)
def test_every_post_is_told_with_a_source_a_day_and_what_must_still_be_checked(slug: str) -> None:
    post = POSTS[slug]
    assert post.place in post.name
    assert post.source in SOURCES
    assert post.verify
    assert set(post.countries) <= COUNTRIES
    assert len(slug) <= 20
    assert not any(sign.isdigit() for sign in post.name)
    assert post.url.startswith(("https://www.nederlandwereldwijd.nl/", "https://www.vnacs.nl/"))
    assert (post.kind == "representation") == ("caribbean" in post.routes)


@pytest.mark.parametrize("slug", POSTS)
def test_every_post_has_its_own_time(slug: str) -> None:
    zone = ZoneInfo(POSTS[slug].time_zone)
    assert datetime(2026, 11, 22, 12, tzinfo=zone).utcoffset() is not None


@pytest.mark.parametrize(
    ("slug", "hours"),
    [("paramaribo", -3), ("willemstad", -4), ("accra", 0), ("rabat", 1), ("bogota", -5), ("ankara", 3), ("manila", 8)],
)
def test_noon_in_utc_is_another_hour_at_the_post(slug: str, hours: int) -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(POSTS[slug].time_zone))
    assert noon.hour == 12 + hours


@pytest.mark.parametrize(
    ("code", "where"),
    [
        ("SR", ["Paramaribo"]),
        ("GY", ["Paramaribo"]),
        ("CW", ["Willemstad"]),
        ("SX", ["Philipsburg"]),
        ("TR", ["Ankara", "Istanbul"]),
        ("SY", ["Ankara"]),
        ("ER", ["Caïro", "Nairobi"]),
        ("HT", ["Santo Domingo"]),
        ("BR", ["São Paulo", "Brasília"]),
        ("CV", ["Dakar"]),
        ("NL", []),
        ("XX", []),
    ],
)
def test_a_country_leads_to_its_posts_best_first(code: str, where: list[str]) -> None:
    assert places(code) == where


@given(code=st.sampled_from(sorted(COUNTRIES)))
def test_a_post_is_given_for_exactly_the_countries_it_names(code: str) -> None:
    assert set(places(code)) == {post.place for post in POSTS.values() if code in post.countries}
    consular = [post.consular for post in POSTS.for_country(code)]
    assert consular == sorted(consular, reverse=True)


GOOD = """name: "Nederlandse ambassade in Nergens"
kind: embassy
place: Nergens
countries: [SR]
time_zone: America/Paramaribo
routes: [chavez]
url: https://www.nederlandwereldwijd.nl
source: nederlandwereldwijd
dated: "2026"
certainty: unverified
sign: NER
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of what the reader reads, that may be broken."""
    for part in ("law", "posts"):
        shutil.copytree(ROOT / "data" / part, tmp_path / part)
    return tmp_path


def faults(data: Path) -> tuple[str, ...]:
    with pytest.raises(BrokenData) as told:
        load_posts(data)
    return told.value.errors


def test_one_more_post_is_read(data: Path) -> None:
    (data / "posts/nowhere.yml").write_text(GOOD, encoding="utf-8")
    nowhere = load_posts(data)["nowhere"]
    assert isinstance(nowhere, Post)
    assert (nowhere.languages, nowhere.verify, nowhere.consular) == ((), (), True)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("America/Paramaribo", "America/Nergens", 5),
        ("America/Paramaribo", "../etc/passwd", 5),
        ("America/Paramaribo", '""', 5),
        ("America/Paramaribo", "America", 5),
        ("[SR]", "[Suriname]", 4),
        ("[SR]", "[]", 4),
        ("[SR]", "[SR, SR]", 4),
        ("[chavez]", "[holiday]", 6),
        ("[chavez]", "[]", 6),
        ("kind: embassy", "kind: kiosk", 2),
        ("source: nederlandwereldwijd", "source: nobody", 8),
        ("https://", "http://", 7),
        ("certainty: unverified", "certainty: surely", 10),
        ('dated: "2026"\n', "", 1),
        ("place: Nergens", "plaats: Nergens", 3),
        ("sign: NER", "sign: Nergens", 11),
        ("sign: NER", "sign: ACC", 11),
        ("sign: NER\n", "", 1),
        ("sign: NER", "entry: perhaps", 11),
    ],
)
def test_a_post_that_cannot_be_used_is_refused_with_its_line(data: Path, old: str, new: str, line: int) -> None:
    path = data / "posts/nowhere.yml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    assert old in GOOD
    assert any(fault.startswith(f"{path}:{line}: ") for fault in faults(data))


def test_no_two_posts_have_the_same_sign_and_each_leads_back_to_its_post() -> None:
    assert {POSTS.signed(post.sign) for post in POSTS.values()} == set(POSTS)
    assert POSTS.signed("ZZZ") is None


@pytest.mark.parametrize("slug", POSTS)
def test_every_post_has_three_subjects_that_exist_to_begin_with(slug: str) -> None:
    intents = load((ROOT / "data/intents.yml").read_text(encoding="utf-8"))
    subjects = POSTS[slug].subjects()
    assert len(set(subjects)) == 3
    assert all(intents[subject]["kind"] == "topic" for subject in subjects)
    assert POSTS[slug].subjects("school") == ("school", *subjects[:2])
    assert POSTS[slug].subjects(subjects[2])[0] == subjects[2]
    assert len(set(POSTS[slug].subjects(subjects[2]))) == 3


@pytest.mark.parametrize(
    ("slug", "first"),
    [
        ("paramaribo", "visa_facilitating"),
        ("willemstad", "residence_dutch_or_caribbean"),
        ("london", "residence_ex_refugee"),
        ("berlin", "residence_eu"),
    ],
)
def test_the_first_subject_is_that_of_the_first_route(slug: str, first: str) -> None:
    assert POSTS[slug].subjects()[0] == first


def test_a_post_that_is_switched_off_is_still_known_and_no_longer_open(data: Path) -> None:
    (data / "posts/nowhere.yml").write_text(GOOD + "entry: false\n", encoding="utf-8")
    posts = load_posts(data)
    assert posts["nowhere"].countries == ("SR",)
    assert posts.open("nowhere") is None
    assert posts.open("paramaribo") is posts["paramaribo"]
    assert posts.open("nothing") is posts.open(None) is posts.open(["paramaribo"]) is None


def test_everything_that_is_wrong_is_told_at_once(data: Path) -> None:
    (data / "posts/nowhere.yml").write_text(GOOD.replace("America/Paramaribo", "America/Nergens"), encoding="utf-8")
    (data / "posts/other.yml").write_text("name: a\n", encoding="utf-8")
    assert {Path(fault.split(":")[0]).name for fault in faults(data)} == {"nowhere.yml", "other.yml"}


def test_without_the_list_of_sources_nothing_is_read(data: Path) -> None:
    (data / "law/sources.yml").unlink()
    assert faults(data)[0].startswith(f"{data / 'law/sources.yml'}:1: the file cannot be read")
