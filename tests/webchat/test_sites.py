"""Files of websites: what is right is read, what is wrong is told with file, line and what to write instead."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from actions.content import load_content
from actions.yaml_files import BrokenData
from channels import cli
from channels.settings import ROOT
from channels.switching import offered_at
from channels.webchat import logos
from channels.webchat.sites import Sites, load_sites
from channels.words import load_words

CONTENT = load_content(ROOT / "data")
WORDS = load_words(CONTENT, ROOT / "locales")
GOOD = "name: Voorbeeldstad\n"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{}</svg>'


def read(folder: Path, data: Path = ROOT / "data") -> Sites:
    return load_sites(folder, data, CONTENT, WORDS.languages)


def faults(folder: Path, text: str, name: str = "stad") -> Sequence[str]:
    """What the reader says about one site."""
    (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenData) as broken:
        read(folder)
    return broken.value.errors


def test_a_site_can_be_only_a_name_and_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "klein.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "groot.yml").write_text(
        "name: Voorbeeldstad\ngemeente: GM0344\norigins: ['https://www.stad.example', 'http://localhost:8000']\n"
        "preview_origins: ['https://test.stad.example:8443', 'https://www.stad.example']\nlanguages: [ar, nl, so]\n"
        "theme: utrecht\nlogo: stad.svg\nlogo_alt: Wapen\ngreeting: {nl: Welkom., ar: أهلا}\n"
        "exit: https://www.buienradar.nl/\nprivacy: https://www.stad.example/privacy?x=1\n"
        "active: false\ncontact: web\n",
        encoding="utf-8",
    )
    (tmp_path / "stad.svg").write_text(DRAWING.format('<path d="M0 0"/>'), encoding="utf-8")
    sites = read(tmp_path)
    small, large = sites.by_slug["klein"], sites.by_slug["groot"]
    assert (small.embedders, small.theme, small.active) == ((), "neutral", True)
    assert small.exit.startswith("https://")
    assert large.embedders == (
        "https://www.stad.example",
        "http://localhost:8000",
        "https://test.stad.example:8443",
    )
    assert sites.active("klein") is small
    assert sites.active("groot") is sites.active("nergens") is sites.active(None) is sites.active(["klein"]) is None


def test_the_site_that_ships_is_read_and_is_nobodys() -> None:
    sites = read(ROOT / "data" / "sites")
    assert list(sites.by_slug) == ["demo"]
    assert sites.by_slug["demo"].active
    assert not sites.by_slug["demo"].gemeente
    assert read(ROOT / "data" / "demo" / "sites").by_slug


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("name: ''", "at least 1"),
        ("gemeente: Utrecht", "GM0363"),
        ("origins: ['https://*.stad.example']", "each one in full"),
        ("origins: ['https://www.stad.example/']", "write https://www.stad.example"),
        ("origins: ['https://www.stad.example/hulp?x']", "write https://www.stad.example"),
        ("origins: ['HTTPS://WWW.Stad.example']", "write https://www.stad.example"),
        ("origins: ['http://www.stad.example']", "https://"),
        ("origins: ['www.stad.example']", "such as https://"),
        ("origins: ['https://stad']", "such as https://"),
        ('origins: ["https://a.example; script-src *"]', "each one in full"),
        ("origins: ['https://wijk@stad.example']", "such as https://"),
        ("preview_origins: ['https://test.stad.example;']", "such as https://"),
        ("languages: [nl, de]", "use some of nl, en"),
        ("languages: [en, ar]", "nl is missing"),
        ("languages: [nl, en, en]", "twice"),
        ("theme: paars", "neutral"),
        ("theme: utrecht", "house style of GM0344"),
        ("logo: ../geheim.svg", "beside this file"),
        ("logo: logo.gif", "beside this file"),
        ("logo: weg.svg", "put it there"),
        ("logo_alt: Wapen", "there is none"),
        ("greeting: {de: Hallo}", "no language of this site"),
        ("greeting: {nl: ' '}", "write 1 to 300"),
        ("greeting: {nl: '" + "a" * 301 + "'}", "301 characters"),
        ("exit: ''", "such as https://"),
        ("exit: javascript:alert(1)", "such as https://"),
        ("privacy: http://www.stad.example/privacy", "such as https://"),
        ("privacy: 'https://www.stad.example/\"onclick=\"x'", "such as https://"),
        ("slug: stad", "the name of the file is the slug"),
        ("kleur: rood", "is not a key here"),
        ("active: misschien", "active"),
    ],
)
def test_every_mistake_is_told_with_its_line_and_what_to_write(tmp_path: Path, line: str, says: str) -> None:
    text = f"# een\n{line}\n" if line.startswith("name") else f"{GOOD}{line}\n"
    (error,) = faults(tmp_path, text)
    assert error.startswith(f"{tmp_path / 'stad.yml'}:2:")
    assert says in error


def test_everything_that_is_wrong_is_told_at_once_over_sites_and_themes(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data" / "themes", tmp_path / "themes")
    (tmp_path / "themes" / "eigen.yml").write_text("name: Eigen\n", encoding="utf-8")
    (tmp_path / "een.yml").write_text("name: A\ngemeente: X\nexit: nee\ntheme: eigen\n", encoding="utf-8")
    (tmp_path / "twee.yml").write_text("naam: B\n", encoding="utf-8")
    with pytest.raises(BrokenData) as broken:
        load_sites(tmp_path, tmp_path, CONTENT, WORDS.languages)
    told = "\n".join(broken.value.errors)
    assert all(part in told for part in ("eigen.yml", "een.yml:2", "een.yml:3", "twee.yml"))
    assert "no theme" not in told  # it is there, it only cannot be read


@pytest.mark.parametrize("name", ["Stad", "stad_noord", "stad.noord", "-stad", "s" * 41])
def test_a_file_whose_name_cannot_stand_in_an_address_is_refused(tmp_path: Path, name: str) -> None:
    (error,) = faults(tmp_path, GOOD, name)
    assert "small letters" in error


def test_two_sites_may_stand_on_the_same_website(tmp_path: Path) -> None:
    for name in ("een", "twee"):
        (tmp_path / f"{name}.yml").write_text(f"{GOOD}origins: ['https://www.stad.example']\n", encoding="utf-8")
    assert len(read(tmp_path).by_slug) == 2


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<path d="M0 0" onload="alert(1)"/>',
        '<a href="https://elders.example"><path d="M0 0"/></a>',
        '<image href="https://elders.example/x.png"/>',
        '<use href="https://elders.example/x.svg#a"/>',
        '<path fill="url(https://elders.example/#a)"/>',
        '<path style="background: url(//elders.example)"/>',
        "<style>@import 'https://elders.example'</style>",
        "<foreignObject><p>hallo</p></foreignObject>",
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        "<path",
    ],
)
def test_a_drawing_that_can_do_something_or_fetches_from_elsewhere_is_no_logo(tmp_path: Path, inside: str) -> None:
    (tmp_path / "logo.svg").write_text(DRAWING.format(inside), encoding="utf-8")
    assert logos.fault(tmp_path / "logo.svg")
    (error,) = faults(tmp_path, f"{GOOD}logo: logo.svg\n")
    assert error.startswith(f"{tmp_path / 'stad.yml'}:2:")


def test_other_files_that_are_no_logo_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    broken = {
        "groot.png": b"\x89PNG\r\n\x1a\n" + b"0" * logos.LARGEST,
        "geen.png": b"GIF89a",
        "bom.svg": bomb.encode(),
        "anders.svg": b'<?xml-stylesheet href="x"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        "html.svg": b"<g/>",
        "latijn.svg": "<svg><title>é</title></svg>".encode("latin-1"),
    }
    for name, body in broken.items():
        (tmp_path / name).write_bytes(body)
        assert logos.fault(tmp_path / name), name


def test_plain_drawings_and_pictures_are_logos(tmp_path: Path) -> None:
    shapes = '<defs><linearGradient id="a"/></defs><!-- wapen --><g fill="url(#a)"><use href="#b"/><path id="b"/></g>'
    (tmp_path / "logo.svg").write_text(f'<?xml version="1.0"?>{DRAWING.format(shapes)}', encoding="utf-8")
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert logos.fault(tmp_path / "logo.svg") == logos.fault(tmp_path / "logo.png") == ""
    assert logos.fault(ROOT / "channels/webchat/static/house.svg") == ""


def test_a_site_offers_its_languages_in_its_order_less_what_the_gemeente_switched_off(tmp_path: Path) -> None:
    (tmp_path / "stad.yml").write_text(f"{GOOD}languages: [ar, nl, so]\n", encoding="utf-8")
    of_site = read(tmp_path).languages()
    assert offered_at({"site": "stad"}, CONTENT, WORDS, of_site) == ["ar", "nl", "so"]
    assert offered_at({"site": "elders"}, CONTENT, WORDS, of_site) == WORDS.offered()


def test_the_gemeente_of_a_site_wins_and_a_site_that_does_not_answer_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "stad.yml").write_text(f"{GOOD}gemeente: GM0344\n", encoding="utf-8")
    (tmp_path / "los.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "uit.yml").write_text(f"{GOOD}gemeente: GM0344\nactive: false\n", encoding="utf-8")
    settled = read(tmp_path).settled
    given = {"gemeente": "GM0363", "topic": "money"}
    assert settled({**given, "site": "stad"}) == {"site": "stad", "gemeente": "GM0344", "topic": "money"}
    assert settled({**given, "site": "los"}) == {"site": "los", **given}
    for other in ("uit", "nergens", "", None, 7, ["stad"]):
        assert settled({**given, "site": other}) == given


# --- the command line


@pytest.mark.slow
def test_the_command_line_checks_lists_and_gives_the_lines_to_paste(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THUISWIJZER_SITES", str(tmp_path))
    monkeypatch.setenv("THUISWIJZER_PUBLIC_URL", "https://thuis.example")
    (tmp_path / "stad.yml").write_text(f"{GOOD}origins: ['https://www.stad.example']\n", encoding="utf-8")
    assert cli.main(["site", "check"]) == 0
    assert cli.main(["site", "list"]) == 0
    told = capsys.readouterr().out
    assert "https://thuis.example/w/stad" in told
    assert "https://www.stad.example" in told
    assert cli.main(["site", "snippet", "stad"]) == 0
    assert 'data-site="stad"' in capsys.readouterr().out
    assert cli.main(["site", "snippet", "nergens"]) == 2
    (tmp_path / "kapot.yml").write_text("name: B\nexit: nee\n", encoding="utf-8")
    assert cli.main(["site", "check"]) == 1
    assert cli.main(["check"]) == 1
    assert "kapot.yml:2" in capsys.readouterr().out
