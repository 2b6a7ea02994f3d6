"""Our numbers as files, and the secrets beside them: what is wrong is said at once, and no secret is ever shown."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from actions.content import Content
from actions.yaml_files import BrokenData
from channels.settings import ROOT, BadSetting
from channels.whatsapp.numbers import Number, Secrets, load_numbers, token_of
from tests import ours

GOOD = """\
name: Gemeente Voorbeeldstad
phone_number_id: "100000000000001"
account_id: "200000000000001"
phone: "31600000000"
token_env: WHATSAPP_TOKEN_VOORBEELD
entry: {gemeente: GM0363, post: accra}
"""
LANGUAGES = ("nl", "ti")
SECRET = "geheim-van-niemand"


@pytest.fixture(scope="module")
def content() -> Content:
    return ours.content()


def refused(folder: Path, content: Content, text: str) -> tuple[str, ...]:
    (folder / "voorbeeld.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenData) as broken:
        load_numbers(folder, content, LANGUAGES)
    return broken.value.errors


def test_a_number_is_known_by_the_id_that_meta_gives_it(tmp_path: Path, content: Content) -> None:
    (tmp_path / "voorbeeld.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "README.md").write_text("not a number", encoding="utf-8")
    (number,) = load_numbers(tmp_path, content, LANGUAGES).values()
    assert load_numbers(tmp_path, content)["100000000000001"] == number
    assert (number.slug, number.lang, number.free_per_month, number.ids_in) == ("voorbeeld", "nl", 1000, "recipient")
    assert number.entry == {"gemeente": "GM0363", "post": "accra"}


def test_without_any_file_there_is_no_number(content: Content) -> None:
    assert load_numbers(ROOT / "data" / "numbers", content) == {}


def test_the_example_in_the_readme_is_a_number(tmp_path: Path, content: Content) -> None:
    readme = (ROOT / "data" / "numbers" / "README.md").read_text(encoding="utf-8")
    (tmp_path / "voorbeeld.yml").write_text(readme.split("```")[1].removeprefix("yaml"), encoding="utf-8")
    assert load_numbers(tmp_path, content, LANGUAGES)


def test_every_error_of_every_file_is_told_at_once_with_file_and_line(tmp_path: Path, content: Content) -> None:
    (tmp_path / "a.yml").write_text(GOOD.replace("GM0363", "GM9999").replace("accra", "nergens"), encoding="utf-8")
    (tmp_path / "b.yml").write_text(GOOD + "lang: xx\nkleur: blauw\n", encoding="utf-8")
    (tmp_path / "c.yml").write_text(GOOD + "lang: xx\n", encoding="utf-8")
    with pytest.raises(BrokenData) as broken:
        load_numbers(tmp_path, content, LANGUAGES)
    places = [error.removeprefix(f"{tmp_path}/").split(": ")[0] for error in broken.value.errors]
    assert places == ["a.yml:6", "a.yml:6", "b.yml:8", "c.yml:7", "c.yml:2"]  # the last one: the id of a.yml again


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ('"100000000000001"', "100000000000001", 2),  # a number for YAML
        ('"200000000000001"', '"Voorbeeld"', 3),
        ('"31600000000"', '"+31 6 00000000"', 4),
        ('"31600000000"', '"0600000000"', 4),
        ("token_env: WHATSAPP_TOKEN_VOORBEELD\n", "", 1),
        ("token_env:", "token_file: /run/secrets/voorbeeld\ntoken_env:", 5),
        ("token_env: WHATSAPP_TOKEN_VOORBEELD", "token_file: voorbeeld.token", 5),
        ("entry: {gemeente: GM0363,", "entry: {topic: school,", 6),
        ("name:", "slug: anders\nname:", 1),
        ("name: Gemeente Voorbeeldstad\n", "", 1),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_line(
    tmp_path: Path, content: Content, before: str, after: str, line: int
) -> None:
    assert before in GOOD
    (error,) = refused(tmp_path, content, GOOD.replace(before, after))
    assert error.startswith(f"{tmp_path / 'voorbeeld.yml'}:{line}: ")


def test_the_access_token_comes_from_its_variable_or_its_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"\n{SECRET}\n", encoding="utf-8")
    assert token_of(number(token_env="HERE"), {"HERE": f" {SECRET}\n"}) == SECRET
    assert token_of(number(token_file=str(file)), {}) == SECRET


@pytest.mark.parametrize("env", [{}, {"HERE": "  "}, {"HERE": f"{SECRET} {SECRET}"}, {"HERE": f"{SECRET}\nX: y"}])
def test_a_token_that_is_not_there_or_is_no_token_is_named_and_never_shown(env: Mapping[str, str]) -> None:
    with pytest.raises(BadSetting, match="HERE") as bad:
        token_of(number(token_env="HERE"), env)
    assert SECRET not in str(bad.value)


@pytest.mark.parametrize("content_of", [None, b"", b" \n", b"\xff\xfe", f"{SECRET} {SECRET}".encode()])
def test_a_file_that_holds_no_secret_is_named_and_never_shown(tmp_path: Path, content_of: bytes | None) -> None:
    file = tmp_path / "secret"
    if content_of is not None:
        file.write_bytes(content_of)
    with pytest.raises(BadSetting, match="secret") as bad:
        token_of(number(token_file=str(file)), {})
    with pytest.raises(BadSetting, match="WHATSAPP_APP_SECRET") as as_bad:
        Secrets.from_env({"WHATSAPP_APP_SECRET_FILE": str(file)})
    assert SECRET not in f"{bad.value} {as_bad.value}"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_we_may_not_read_is_named(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET, encoding="utf-8")
    file.chmod(0)
    with pytest.raises(BadSetting, match="WHATSAPP_VERIFY_TOKEN_FILE"):
        Secrets.from_env({"WHATSAPP_VERIFY_TOKEN_FILE": str(file)})


def test_the_current_secret_comes_before_the_previous_one_and_none_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("vorig-geheim\n", encoding="utf-8")
    secrets = Secrets.from_env(
        {
            "WHATSAPP_APP_SECRET": SECRET,
            "WHATSAPP_APP_SECRET_PREVIOUS_FILE": str(file),
            "WHATSAPP_VERIFY_TOKEN": "woord",
        }
    )
    assert (secrets.app_secrets, secrets.verify_token) == ((SECRET, "vorig-geheim"), "woord")
    assert SECRET not in repr(secrets)
    assert "woord" not in repr(secrets)


def test_what_is_not_set_is_empty_and_meta_is_where_it_always_is() -> None:
    assert Secrets.from_env({}) == Secrets((), "", "https://graph.facebook.com", "v26.0")


@pytest.mark.parametrize(
    "env",
    [
        {"WHATSAPP_APP_SECRET_PREVIOUS": SECRET},
        {"WHATSAPP_APP_SECRET": SECRET, "WHATSAPP_APP_SECRET_FILE": "/nergens"},
        {"WHATSAPP_GRAPH_VERSION": "26"},
        {"WHATSAPP_GRAPH_URL": "graph.facebook.com"},
        {"WHATSAPP_GRAPH_URL": "http://graph.example"},
        {"WHATSAPP_GRAPH_URL": f"https://iemand:{SECRET}@graph.example"},
        {"WHATSAPP_GRAPH_URL": f"https://graph.example/?access_token={SECRET}"},
        {"WHATSAPP_GRAPH_URL": "http://127.0.0.1:http"},
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_never_shown(env: Mapping[str, str]) -> None:
    with pytest.raises(BadSetting, match="WHATSAPP_") as bad:
        Secrets.from_env(env)
    assert SECRET not in str(bad.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/", "http://localhost:9000", "http://[::1]:9000"])
def test_plain_http_stays_on_this_machine(url: str) -> None:
    assert Secrets.from_env({"WHATSAPP_GRAPH_URL": url}).graph_url == url.rstrip("/")


def number(**given: str) -> Number:
    return Number(slug="voorbeeld", name="V", phone_number_id="10000", account_id="20000", **given)  # type: ignore[arg-type]
