"""Everybody can read every theme, in the light and in the dark; and each colour says whose it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from actions.yaml_files import BrokenData
from channels.settings import ROOT
from channels.webchat.themes import contrast, load_themes, too_close

FOLDER = ROOT / "data" / "themes"
THEMES = load_themes(FOLDER)
CSS = (ROOT / "channels/webchat/static/chat.css").read_text("utf-8")


def changed(folder: Path, old: str, new: str) -> tuple[str, ...]:
    """What the reader says of our own theme when one thing in it is otherwise."""
    text = (FOLDER / "neutral.yml").read_text("utf-8")
    assert old in text
    (folder / "eigen.yml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BrokenData) as broken:
        load_themes(folder)
    return broken.value.errors


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ffffff", "#767676") == contrast("#767676", "#ffffff")


@pytest.mark.parametrize("name", THEMES)
def test_every_pair_of_colours_of_the_page_can_be_read_in_light_and_dark(name: str) -> None:
    for palette in (THEMES[name].light, THEMES[name].dark):
        assert too_close(palette) == []


def test_there_are_themes_of_three_token_packages_and_one_of_our_own() -> None:
    assert {"neutral", "utrecht", "rotterdam", "amsterdam"} <= set(THEMES)
    for name, theme in THEMES.items():
        tokens = [value.token for mode in (theme.light, theme.dark) for value in vars(mode).values() if value.token]
        assert bool(tokens) == (theme.package is not None) == bool(theme.only_for) == (name != "neutral")
        assert len(theme.only_for) <= 1


def test_the_neutral_theme_is_what_the_style_sheet_itself_says() -> None:
    light, dark = re.findall(r":root \{([^}]*)\}", CSS)[:2]
    for palette, block in ((THEMES["neutral"].light, light), (THEMES["neutral"].dark, dark)):
        stands = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block))
        ours = {"green" if name == "accent" else name: value for name, value in palette.colours().items()}
        assert {name: stands.get(name) for name in ours} == ours


@pytest.mark.parametrize("name", THEMES)
def test_a_theme_fetches_nothing_and_ends_no_rule_of_its_own(name: str) -> None:
    css = THEMES[name].css()
    assert not re.search(r"url|@import|@font-face|[<\\]", css)
    assert css.count("{") == css.count("}")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('ink: {value: "#2a2521"', 'ink: {value: "#a0a0a0"', "ink on paper has a contrast of"),
        ('alarm: {value: "#a3231f"', 'alarm: {value: "#ff8080"', "white on alarm"),
        ('edge: {value: "#94887b"', 'edge: {value: "#403934"', "dark: edge on paper"),
        ('"#2a2521"', '"red"', "light.ink"),
        ('"#2a2521"', '"#2a2521;}*{display:none"', "light.ink"),
        ('{value: "#2a2521", ours: "onze eigen kleur"}', '{value: "#2a2521"}', "either token"),
        ('{value: "#2a2521", ours: "onze eigen kleur"}', '{value: "#2a2521", token: a.b}', "package is missing"),
        ("name: Neutraal", "name: Neutraal\nfonts: [Arial]", "end with one of"),
        ("name: Neutraal", "name: Neutraal\nfonts: ['a;}', sans-serif]", "no name of a font"),
        ("dark:", "donker:", "dark"),
    ],
)
def test_a_theme_of_somebody_else_that_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    told = changed(tmp_path, old, new)
    assert any(says in error for error in told)
    assert all(re.match(rf"{tmp_path}/eigen\.yml:\d+: ", error) for error in told)
