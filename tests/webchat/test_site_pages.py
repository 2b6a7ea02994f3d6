"""The chat on a website: who may hold it, how it looks there, and what a visitor reads where it does not answer."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from channels import app
from channels.storage import conversations
from channels.storage.store import Store
from channels.webchat import snippet
from tests.conftest import House, settings_for
from tests.fakes import ScriptedBot

STAD, TEST = "https://www.stad.example", "https://test.stad.example"
SITES = {
    "stad": f"name: Voorbeeldstad & Co\ngemeente: GM0344\norigins: ['{STAD}']\npreview_origins: ['{TEST}']\n"
    "languages: [ar, nl, so]\ntheme: utrecht\nlogo: stad.svg\nlogo_alt: Wapen\nexit: https://weg.example/\n"
    "privacy: https://www.stad.example/privacy\ngreeting: {nl: 'Dag <b>allen</b>'}\n",
    "los": "name: Los\n",
    "uit": f"name: Uit\norigins: ['{STAD}']\nactive: false\nlogo: stad.svg\n",
}
LOGO = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
FRAMED = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A gateway with three websites."""
    folder = tmp_path / "sites"
    folder.mkdir()
    for slug, text in SITES.items():
        (folder / f"{slug}.yml").write_text(text, encoding="utf-8")
    (folder / "stad.svg").write_text(LOGO, encoding="utf-8")
    bot = ScriptedBot()
    async with TestServer(bot.app()) as served:
        settings = settings_for(sqlite_url, str(served.make_url("")), tmp_path / "run")
        settings = _with_sites(settings, folder)
        client = TestClient(TestServer(await app.build(settings)), cookie_jar=aiohttp.DummyCookieJar())
        async with client:
            yield House(client, bot, settings)


def _with_sites(settings: Any, folder: Path) -> Any:
    from dataclasses import replace

    return replace(settings, sites=folder, public_url="https://thuis.example")


async def got(house: House, path: str, lang: str = "nl", **headers: str) -> tuple[int, str, Any]:
    """Status, text and headers; nothing here ever sets a cookie."""
    sent = {"Accept-Language": lang, **{name.replace("_", "-"): value for name, value in headers.items()}}
    response = await house.client.get(path, headers=sent, allow_redirects=False)
    assert "Set-Cookie" not in response.headers, path
    return response.status, await response.text(), response.headers


def holders(headers: Any) -> str:
    """Who may hold this page."""
    found = re.search(r"frame-ancestors ([^;]*)", headers["Content-Security-Policy"])
    assert found
    return found[1].strip()


# --- who may hold it


async def test_a_page_can_be_held_by_exactly_the_websites_of_its_file(house: House) -> None:
    status, _, headers = await got(house, "/w/stad")
    assert (status, holders(headers)) == (200, f"{STAD} {TEST}")
    status, _, headers = await got(house, "/w/los")
    assert (status, holders(headers)) == (200, "'none'")


async def test_a_page_may_do_nothing_that_the_general_page_may_not(house: House) -> None:
    _, _, general = await got(house, "/")
    _, _, headers = await got(house, "/w/stad")
    rules = re.split(r";\s*", headers["Content-Security-Policy"])
    assert {rule.split()[0]: rule for rule in rules}["default-src"] == "default-src 'none'"
    assert not any("unsafe" in rule or "*" in rule for rule in rules)
    for name in ("Referrer-Policy", "X-Content-Type-Options", "Permissions-Policy"):
        assert headers[name] == general[name]


async def test_a_website_that_may_not_hold_it_gets_a_page_that_explains_and_leads_on(house: House) -> None:
    status, text, headers = await got(house, "/w/stad", **FRAMED, Referer="https://namaak.example/pagina")
    assert (status, holders(headers)) == (403, "*")
    assert 'href="/w/stad?lang=nl"' in text
    assert "tel:112" in text
    assert "<script" not in text
    for allowed in (f"{STAD}/pagina", f"{TEST}/"):
        assert (await got(house, "/w/stad", **FRAMED, Referer=allowed))[0] == 200
    assert (await got(house, "/w/stad", **FRAMED, Referer="http://["))[0] == 403  # no address of anybody
    # where the browser tells nothing, it keeps the page out by itself
    status, _, headers = await got(house, "/w/stad", **FRAMED)
    assert (status, holders(headers)) == (200, f"{STAD} {TEST}")


async def test_only_our_own_pages_begin_a_conversation(house: House) -> None:
    for told in ("same-origin", "none"):
        response = await house.client.post("/webchat/v1/sessions", json={}, headers={"Sec-Fetch-Site": told})
        assert response.status == 201
    for told in ("cross-site", "same-site"):
        response = await house.client.post("/webchat/v1/sessions", data="{}", headers={"Sec-Fetch-Site": told})
        assert response.status == 403
        assert (await response.json())["error"] == "elsewhere"


# --- how it looks there


async def test_a_page_has_the_name_logo_colours_greeting_and_exit_of_its_site(house: House) -> None:
    _, text, _ = await got(house, "/w/stad")
    assert 'data-site="stad"' in text
    assert "Voorbeeldstad &amp; Co" in text
    assert "Dag &lt;b&gt;allen&lt;/b&gt;" in text
    assert 'href="/w/stad/theme.css"' in text
    assert 'src="/w/stad/logo" alt="Wapen"' in text
    assert 'data-exit="https://weg.example/"' in text
    assert 'href="https://www.stad.example/privacy"' in text
    assert re.findall(r'<option value="(\w+)"', text) == ["ar", "nl", "so"] or 'value="en"' not in text


async def test_where_a_site_has_no_greeting_in_this_language_a_standard_one_stands(house: House) -> None:
    _, arabic, _ = await got(house, "/w/stad", "ar")
    _, general, _ = await got(house, "/w/los")
    for text in (arabic, general):
        found = re.search(r'<p id="greeting"[^>]*>([^<]+)', text)
        assert found
        assert found[1].strip()
        assert "Dag" not in found[1]


async def test_a_page_speaks_a_language_that_its_site_offers(house: House) -> None:
    for asked, lang in (("ar", "ar"), ("en", "ar"), ("nl", "nl")):
        assert f'lang="{lang}"' in (await got(house, "/w/stad", asked))[1][:200]
    assert 'lang="so"' in (await got(house, "/w/stad?lang=so"))[1][:200]
    told = await (await house.client.get("/webchat/v1/words?site=stad&lang=en")).json()
    assert told["words"]["site.greeting"]
    assert "Voorbeeldstad" in told["words"]["site.privacy"]
    assert [one["code"] for one in told["languages"]] in (["ar", "nl", "so"], ["nl", "ar", "so"])
    assert told["lang"] != "en"


async def test_colours_and_logo_are_kept_by_the_browser_and_can_do_nothing(house: House) -> None:
    status, css, headers = await got(house, "/w/stad/theme.css")
    assert status == 200
    assert headers["Content-Type"].startswith("text/css")
    assert css.startswith(":root{--paper:")
    assert (await got(house, "/w/stad/theme.css", If_None_Match=headers["ETag"]))[0] == 304
    status, logo, headers = await got(house, "/w/stad/logo")
    assert (status, logo) == (200, LOGO)
    assert headers["Content-Type"].startswith("image/svg+xml")
    assert "sandbox" in headers["Content-Security-Policy"]
    for path in ("/w/los/logo", "/w/uit/logo", "/w/uit/theme.css", "/w/nergens/theme.css"):
        assert (await got(house, path))[0] == 404


async def test_other_colours_can_be_looked_at_only_on_our_own_pages(house: House) -> None:
    _, text, headers = await got(house, "/w/stad?theme=amsterdam")
    assert holders(headers) == "'self'"
    assert "theme.css?theme=amsterdam" in text
    own, other = [(await got(house, f"/w/stad/theme.css{query}"))[1] for query in ("", "?theme=amsterdam")]
    assert own != other
    for unknown in ("paars", "", "../../etc", "%3Cscript%3E"):
        _, text, headers = await got(house, f"/w/stad?theme={unknown}")
        assert "?theme=" not in text
        assert holders(headers) == f"{STAD} {TEST}"
        assert (await got(house, f"/w/stad/theme.css?theme={unknown}"))[1] == own


# --- where it does not answer


@pytest.mark.parametrize(("slug", "status"), [("nergens", 404), ("uit", 410), ("STAD", 404), ("%3Cb%3E", 404)])
@pytest.mark.parametrize("lang", ["nl", "ar"])
async def test_a_site_that_does_not_answer_leads_to_the_general_page_in_the_visitors_language(
    house: House, slug: str, status: int, lang: str
) -> None:
    told, text, headers = await got(house, f"/w/{slug}", lang)
    assert told == status
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in text
    assert f'href="/?lang={lang}" target="_top"' in text
    assert "tel:112" in text
    assert "<b>" not in text
    assert headers["X-Robots-Tag"].startswith("noindex")


# --- a conversation that begins there


async def test_a_conversation_knows_its_site_and_has_the_gemeente_of_that_site(house: House) -> None:
    store = Store(house.settings.database_url)

    async def entry(lang: str = "nl", **given: str) -> dict[str, Any]:
        body = {"lang": lang, "entry": given}
        response = await house.client.post("/webchat/v1/sessions", json=body)
        number = (await response.json())["conversation"]
        found = await store.read(lambda connection: conversations.get(connection, number))
        return dict(found.entry)

    try:
        assert await entry(site="stad", gemeente="GM0363") == {"site": "stad", "gemeente": "GM0344"}
        assert await entry(site="los", gemeente="GM0363") == {"site": "los", "gemeente": "GM0363"}
        for gone in ("uit", "nergens", "<b>"):
            assert "site" not in await entry(site=gone)
    finally:
        store.close()
    refused = await house.client.post("/webchat/v1/sessions", json={"lang": "en", "entry": {"site": "stad"}})
    assert refused.status == 400


# --- for a gemeente


async def test_the_page_for_gemeenten_shows_the_chosen_site_colours_language_and_width(house: House) -> None:
    status, text, headers = await got(house, "/for/gemeenten?site=stad&theme=rotterdam&lang=so&width=screen")
    assert status == 200
    assert 'src="/w/stad?theme=rotterdam&amp;lang=so"' in text
    assert 'class="frame screen"' in text
    assert "frame-src 'self'" in headers["Content-Security-Policy"]
    assert "Uit" not in re.findall(r"<option[^>]*>([^<]*)", text)
    _, text, _ = await got(house, "/for/gemeenten?site=nergens&theme=paars&lang=xx&width=9")
    assert 'class="frame phone"' in text
    assert "paars" not in text


async def test_the_lines_to_paste_name_the_very_bytes_that_are_served(house: House) -> None:
    _, text, _ = await got(house, "/for/gemeenten?site=stad")
    response = await house.client.get(snippet.LOADER)
    assert response.status == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert snippet.integrity(await response.read()).removeprefix("sha384-") in text
    assert f"https://thuis.example{snippet.LOADER}" in text
    assert "https://thuis.example/w/stad" in text


@pytest.mark.parametrize(
    "name",
    ["privacy", "dpia", "algoritmeregister", "verwerkersovereenkomst", "toegankelijkheidsverklaring", "schermlezers"],
)
async def test_every_document_is_a_page_and_a_file_and_leads_only_to_what_is_there(house: House, name: str) -> None:
    status, text, _ = await got(house, f"/for/gemeenten/{name}")
    assert status == 200
    assert "<script" not in text
    assert 'class="wide"' in text
    links = re.findall(r'<a href="([^"#]+)"', re.sub(r"<header>.*</header>", "", text, flags=re.DOTALL))
    for link in links:
        path = link if link.startswith("/") else f"/for/gemeenten/{link}"
        assert (await got(house, path))[0] == 200, link
    status, text, headers = await got(house, f"/for/gemeenten/{name}.md")
    assert (status, text[:2]) == (200, "# ")
    assert headers["Content-Disposition"] == f'attachment; filename="{name}.md"'


@pytest.mark.parametrize("name", ["nergens", "README.md", "..%2fdesk", "dpia.md.md", "dpia.html"])
async def test_no_other_file_is_a_document(house: House, name: str) -> None:
    import yarl

    status, text, _ = await got(house, yarl.URL(f"/for/gemeenten/{name}", encoded=True))  # type: ignore[arg-type]
    assert status == 404
    assert "tel:112" in text


def test_html_in_a_document_is_shown_and_never_run(tmp_path: Path) -> None:
    from channels.webchat import documents

    path = tmp_path / "x.md"
    path.write_text("# Titel\n\n<script>alert(1)</script> [x](javascript:alert(1))\n", encoding="utf-8")
    read = documents.read(path)
    assert read.title == "Titel"
    assert "<script" not in read.html
    assert 'href="javascript' not in read.html
    untitled = tmp_path / "y.md"  # another file: tests read each one once
    untitled.write_text("Geen titel\n", encoding="utf-8")
    with pytest.raises(ValueError, match="title"):
        documents.read(untitled)


def test_no_document_promises_that_it_is_enough() -> None:
    from channels.settings import ROOT

    for path in (ROOT / "docs" / "gemeente").glob("*.md"):
        text = path.read_text("utf-8")
        assert "[invullen" in text or path.stem == "privacy", path
        assert not re.search(r"voldoet (volledig|geheel) aan|is AVG-proof|rechtsgeldig|gecertificeerd", text), path
