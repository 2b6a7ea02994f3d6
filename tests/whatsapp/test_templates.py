"""The templates: one per language with words of today, under a code that Meta has, compared with what it has."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from actions.yaml_files import BrokenData
from channels.settings import ROOT
from channels.whatsapp.graph import Graph
from channels.whatsapp.numbers import Number
from channels.whatsapp.templates import Difference, Templates, What, compare, existing, load_templates, submit
from channels.words import Words, load_languages
from tests.whatsapp.graph_server.server import NUMBER, WABA, GraphServer

KEYS = ("template.answer_waiting", "template.one_question", "template.button")
LANGUAGES = load_languages(ROOT / "locales")
TOKEN = "access-token"
OURS = Number(slug="voorbeeld", name="Voorbeeld", phone_number_id=NUMBER, account_id=WABA, token_env="T")


def words(*without: tuple[str, str]) -> Words:
    """Every language has words for every key, but for these (language, key)."""
    translated = {
        lang: {key: f"{key} {lang}"[-20:] for key in KEYS if (lang, key) not in without}
        for lang in LANGUAGES
        if lang != "nl"
    }
    return Words({key: f"{key} nl"[-20:] for key in KEYS}, LANGUAGES, translated)


def shipped(*without: tuple[str, str]) -> Templates:
    return load_templates(ROOT / "data", words(*without))


def as_meta_tells(templates: Templates, **otherwise: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": str(number),
            "name": one.name,
            "language": one.code,
            "category": one.category,
            "status": "APPROVED",
            "rejected_reason": "NONE",
            "components": list(reversed(one.components)),
            **otherwise,
        }
        for number, one in enumerate(templates.definitions(), 1)
    ]


@pytest.fixture
async def meta() -> AsyncIterator[GraphServer]:
    server = GraphServer(token=TOKEN)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def graph(meta: GraphServer) -> AsyncIterator[Graph]:
    async with aiohttp.ClientSession() as session:
        yield Graph(session, meta.url, "v26.0")


def test_every_language_has_its_own_place_at_meta_under_a_code_that_meta_knows() -> None:
    found = shipped()
    places = [(one.name, one.code) for one in found.definitions()]
    assert len(set(places)) == len(places) == 2 * len(LANGUAGES)
    assert not found.untranslated
    assert {one.category for one in found.definitions()} == {"UTILITY"}
    assert all(len(one.components[1]["buttons"]) == 1 for one in found.definitions())


@pytest.mark.parametrize(
    ("lang", "place"),
    [
        ("nl", ("thuiswijzer_answer_waiting", "nl")),
        ("pt", ("thuiswijzer_answer_waiting", "pt_BR")),
        ("pap", ("thuiswijzer_answer_waiting_pap", "es")),
        ("so", ("thuiswijzer_answer_waiting_so", "en")),
        ("ti", ("thuiswijzer_answer_waiting_ti", "en")),
    ],
)
def test_a_language_that_meta_does_not_know_is_sent_under_its_own_name(lang: str, place: tuple[str, str]) -> None:
    assert shipped().for_language("answer_waiting", lang) == place


@pytest.mark.parametrize("key", ["template.one_question", "template.button"])
def test_a_language_without_words_of_today_is_never_submitted_and_gets_the_dutch_one(key: str) -> None:
    found = shipped(("ti", key))
    assert ("one_question", "ti") in found.untranslated
    assert ("one_question", "ti") not in found.by_key
    assert found.for_language("one_question", "ti") == ("thuiswijzer_one_question", "nl")
    assert ("one_question", "so") in found.by_key


def test_a_translation_that_is_too_long_for_meta_is_told_with_its_language() -> None:
    long = words()
    long = replace(long, translated={**long.translated, "ti": {**long.translated["ti"], "template.button": "x" * 21}})
    with pytest.raises(BrokenData) as broken:
        load_templates(ROOT / "data", long)
    assert len(broken.value.errors) == 2
    assert all("'ti'" in error for error in broken.value.errors)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ti: {code: en, suffix: _ti}", "ti: {code: ti, suffix: _ti}"),  # no code of Meta's
        ("ti: {code: en, suffix: _ti}", "ti: {code: en}"),  # the place of English
        ("  ti: {code: en, suffix: _ti}\n", ""),
        ("ti: {code: en, suffix: _ti}", "xx: {code: en, suffix: _ti}"),
        ("body: template.one_question", "body: template.no_such_key"),
        ("category: UTILITY", "category: MARKETING"),
    ],
)
def test_a_mistake_in_the_file_is_refused(tmp_path: Path, before: str, after: str) -> None:
    shutil.copytree(ROOT / "data" / "whatsapp", tmp_path / "whatsapp")
    path = tmp_path / "whatsapp" / "templates.yml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(BrokenData) as broken:
        load_templates(tmp_path, words())
    assert all(error.startswith(f"{path}:") for error in broken.value.errors)


def test_what_meta_has_in_another_order_is_the_same() -> None:
    assert compare(shipped().definitions(), as_meta_tells(shipped())) == []


@pytest.mark.parametrize(
    ("otherwise", "what", "told", "can_submit"),
    [
        ({"components": [{"type": "BODY", "text": "Iets anders"}]}, What.TEXT, "", True),
        ({"components": None}, What.TEXT, "", True),
        ({"category": "MARKETING"}, What.CATEGORY, "MARKETING", False),
        ({"status": "PENDING"}, What.WAITING, "PENDING", False),
        ({"status": "IN_APPEAL"}, What.WAITING, "IN_APPEAL", False),
        (
            {"status": "REJECTED", "rejected_reason": "TAG_CONTENT_MISMATCH"},
            What.REJECTED,
            "TAG_CONTENT_MISMATCH",
            False,
        ),
        ({"status": "REJECTED"}, What.REJECTED, "REJECTED", False),
        ({"status": "PAUSED"}, What.PAUSED, "PAUSED", False),
        ({"status": "DISABLED"}, What.UNUSABLE, "DISABLED", False),
        ({"status": "SOMETHING_NEW"}, What.UNUSABLE, "SOMETHING_NEW", False),
    ],
)
def test_every_way_in_which_meta_can_have_something_else_is_told(
    otherwise: dict[str, Any], what: What, told: str, can_submit: bool
) -> None:
    found = compare(shipped().definitions(), as_meta_tells(shipped(), **otherwise))
    assert {(one.what, one.told, one.can_submit) for one in found} == {(what, told, can_submit)}
    assert [one.template for one in found] == shipped().definitions()


def test_what_meta_lacks_is_missing_and_what_is_not_ours_is_left_alone() -> None:
    found = compare(shipped().definitions(), [{"name": "hello_world", "language": "en_US", "status": "APPROVED"}])
    assert {(one.what, one.id) for one in found} == {(What.MISSING, "")}
    assert len(found) == len(shipped().definitions())


async def test_all_templates_are_read_page_by_page(graph: Graph, meta: GraphServer) -> None:
    for number in range(250):
        meta.template(f"one_{number}", "nl", "Dag")
    assert len({one["name"] for one in await existing(graph, OURS, TOKEN)}) == 250


async def test_what_was_missing_stands_at_meta_after_submitting(graph: Graph, meta: GraphServer) -> None:
    templates = shipped().definitions()
    for difference in compare(templates, await existing(graph, OURS, TOKEN)):
        assert (await submit(graph, OURS, TOKEN, difference)).startswith("PENDING")
    after = compare(templates, await existing(graph, OURS, TOKEN))
    assert {one.what for one in after} == {What.WAITING}
    meta.templates[WABA].verdict = "APPROVED"
    for one in meta.templates[WABA].all:
        one.status = "APPROVED"
    assert compare(templates, await existing(graph, OURS, TOKEN)) == []


async def test_another_text_is_put_right_in_the_template_that_stands_there(graph: Graph, meta: GraphServer) -> None:
    template = shipped().by_key["answer_waiting", "nl"]
    old = meta.template(template.name, "nl", "Een oude tekst", template.button)
    (difference,) = compare([template], await existing(graph, OURS, TOKEN))
    assert difference == Difference(template, What.TEXT, id=old.id)
    await submit(graph, OURS, TOKEN, difference)
    assert [one.id for one in meta.templates[WABA].all] == [old.id]
    assert {one.what for one in compare([template], await existing(graph, OURS, TOKEN))} == {What.WAITING}
