"""What the Graph API would refuse is noticed here first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.settings import ROOT
from channels.whatsapp.limits import LIMITS, broken, length, misaddressed
from channels.whatsapp.shaping import template

FIXTURES = ROOT.parent / "shared" / "fixtures" / "whatsapp" / "outbound"
OURS = ("text", "interactive", "template")


def text(letters: int) -> dict[str, Any]:
    return {"type": "text", "text": {"preview_url": False, "body": "x" * letters}}


def interactive(kind: str, action: dict[str, Any], body: str = "Vraag?", **more: Any) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": body}, "action": action, **more}}


def buttons(*shown: tuple[str, str], **more: Any) -> dict[str, Any]:
    made = [{"type": "reply", "reply": {"id": name, "title": title}} for name, title in shown]
    return interactive("button", {"buttons": made}, **more)


def rows(*shown: tuple[str, str], label: str = "Kies", **row: str) -> dict[str, Any]:
    made = [{"id": name, "title": title, **row} for name, title in shown]
    return interactive("list", {"button": label, "sections": [{"rows": made}]})


def sections(*titles: str | None) -> dict[str, Any]:
    made = [
        {"rows": [{"id": f"r{at}", "title": "Ja"}], **({"title": title} if title is not None else {})}
        for at, title in enumerate(titles)
    ]
    return interactive("list", {"button": "Kies", "sections": made})


def link(label: str, url: str = "https://example.org/p") -> dict[str, Any]:
    return interactive("cta_url", {"name": "cta_url", "parameters": {"display_text": label, "url": url}})


def several(number: int) -> list[tuple[str, str]]:
    return [(f"id{at}", f"Keuze {at}") for at in range(number)]


AT_THE_LIMIT = {
    "text": lambda more: text(4096 + more),
    "body": lambda more: buttons(("a", "Ja"), body="x" * (1024 + more)),
    "header": lambda more: buttons(("a", "Ja"), header={"type": "text", "text": "x" * (60 + more)}),
    "footer": lambda more: buttons(("a", "Ja"), footer={"text": "x" * (60 + more)}),
    "buttons": lambda more: buttons(*several(3 + more)),
    "button title": lambda more: buttons(("a", "x" * (20 + more))),
    "button id": lambda more: buttons(("x" * (256 + more), "Ja")),
    "rows": lambda more: rows(*several(10 + more)),
    "row title": lambda more: rows(("a", "x" * (24 + more))),
    "row id": lambda more: rows(("x" * (200 + more), "Ja")),
    "row description": lambda more: rows(("a", "Ja"), description="x" * (72 + more)),
    "list button": lambda more: rows(("a", "Ja"), label="x" * (20 + more)),
    "section title": lambda more: sections("Eerst", "x" * (24 + more)),
    "sections": lambda more: sections(*(f"Deel {at}" for at in range(10 + more))),
    "link label": lambda more: link("x" * (20 + more)),
    "template name": lambda more: template("x" * (512 + more), "nl", None),
}


@pytest.mark.parametrize("what", AT_THE_LIMIT)
def test_what_is_just_short_enough_passes_and_one_more_is_refused(what: str) -> None:
    assert broken(AT_THE_LIMIT[what](0)) == []
    assert broken(AT_THE_LIMIT[what](1)) != []


def test_the_numbers_are_those_that_the_house_wrote_down() -> None:
    assert (LIMITS.text, LIMITS.body, LIMITS.header, LIMITS.footer) == (4096, 1024, 60, 60)
    assert (LIMITS.buttons, LIMITS.button_title, LIMITS.button_id) == (3, 20, 256)
    assert (LIMITS.rows, LIMITS.row_title, LIMITS.row_description, LIMITS.row_id) == (10, 24, 72, 200)
    assert (LIMITS.list_button, LIMITS.link_label, LIMITS.callback_data) == (20, 20, 512)


def test_an_emoji_counts_for_two_so_that_no_way_of_counting_can_refuse_it() -> None:
    assert length("Ja 🏠") == 5
    assert broken(buttons(("a", "🏠" * 10))) == []
    assert broken(buttons(("a", "🏠" * 11))) != []


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"type": "image", "image": {"id": "1"}}, id="a kind that we do not send"),
        pytest.param(text(0), id="an empty text"),
        pytest.param({"type": "text", "text": {"body": " \n "}}, id="white space"),
        pytest.param({"type": "text", "text": "plain"}, id="a text without a body"),
        pytest.param(buttons(), id="no button"),
        pytest.param(buttons(("a", "Ja"), ("a", "Nee")), id="one id twice"),
        pytest.param(buttons(("a", "Ja"), ("b", "Ja")), id="one button title twice"),
        pytest.param(buttons((" a", "Ja")), id="an id that begins with a space"),
        pytest.param(buttons(("a", "")), id="a button without a title"),
        pytest.param(rows(("a", "Ja"), ("a", "Nee")), id="one row id twice"),
        pytest.param(rows(), id="an empty list"),
        pytest.param(sections("Eerst", None), id="two sections, one without a title"),
        pytest.param(interactive("flow", {}), id="another interactive kind"),
        pytest.param(link("Open 🏠"), id="an emoji on a link"),
        pytest.param(rows(("a", "Ja"), label="Kies 🏠"), id="an emoji on the button of a list"),
        pytest.param(link("Open", "example.org"), id="an address that is not whole"),
        pytest.param(template("", "nl", None), id="a template without a name"),
        pytest.param(template("answer", "", None), id="a template without a language"),
        pytest.param(template("answer", "nl", ""), id="a template button without a payload"),
        pytest.param({"status": "read"}, id="read, but what?"),
        pytest.param({"status": "read", "message_id": "wamid.1", "typing_indicator": {}}, id="typing without a type"),
    ],
)
def test_what_the_api_would_refuse_is_told_in_words(payload: dict[str, Any]) -> None:
    found = broken(payload)
    assert found
    assert all(": " in fault for fault in found)


@pytest.mark.parametrize(
    "payload",
    [
        template("answer_waiting", "nl", "open"),
        {"status": "read", "message_id": "wamid.1"},
        {"status": "read", "message_id": "wamid.1", "typing_indicator": {"type": "text"}},
        link("Open de pagina"),
    ],
)
def test_what_we_send_passes(payload: dict[str, Any]) -> None:
    assert broken(payload) == []


TO = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "31600000001"}


@pytest.mark.parametrize(
    ("changed", "fine"),
    [
        ({}, True),
        ({"to": None, "recipient": "NL.INVENTED1"}, True),
        ({"biz_opaque_callback_data": "x" * 512}, True),
        ({"biz_opaque_callback_data": "x" * 513}, False),
        ({"messaging_product": None}, False),
        ({"recipient_type": "group"}, False),
        ({"to": None}, False),
        ({"to": ""}, False),
        ({"to": 31600000001}, False),
    ],
)
def test_a_message_needs_a_product_and_somebody_to_go_to(changed: dict[str, Any], fine: bool) -> None:
    assert (misaddressed({**TO, **changed}) == []) is fine


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "body", "interactive", "action", "buttons", "sections", "rows", "template"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(content=JSON, kind=st.sampled_from(OURS), inner=st.sampled_from(["button", "list", "cta_url", "x"]))
@pytest.mark.slow
def test_nothing_that_is_json_can_make_the_check_itself_fail(content: Any, kind: str, inner: str) -> None:
    found = {**content, "type": inner} if isinstance(content, dict) else content
    payload = {"type": kind, kind: found}
    assert isinstance(broken(payload), list)
    assert isinstance(misaddressed(payload), list)


def outbound() -> list[Path]:
    return sorted(FIXTURES.glob("*.json"))


@pytest.mark.skipif(not outbound(), reason="the fixtures of other projects are not in ../shared/fixtures")
def test_what_other_projects_send_passes_where_we_send_it_too_and_is_unknown_elsewhere() -> None:
    payloads = [json.loads(path.read_text(encoding="utf-8")) for path in outbound()]
    messages = [payload for payload in payloads if "type" in payload]
    ours = [payload for payload in messages if payload["type"] in OURS]
    assert len(ours) >= 8
    assert [fault for payload in ours for fault in broken(payload)] == []
    assert [fault for payload in messages for fault in misaddressed(payload)] == []
    assert all(broken(payload) for payload in payloads if payload not in ours and payload.get("status") != "read")
