"""Colours and type of a site, one file each, from design tokens; and whether everybody can read what stands in them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from actions.yaml_files import Document, Errors, Strict, read, validate

TEXT, SHAPE = 4.5, 3.0  # the contrast that WCAG 2.2 AA asks for words, and for lines that one has to see
_FONT = re.compile(r"""[A-Za-z][A-Za-z -]*|"[A-Za-z][A-Za-z -]*\"""")
_GENERIC = ("sans-serif", "system-ui", "serif")
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]


class Value(Strict):
    """One colour, `#rrggbb` in small letters, and whose it is: a `token` of the package, or `ours`, with the reason."""

    value: Colour
    token: str = ""
    ours: str = ""

    @model_validator(mode="after")
    def _of_somebody(self) -> Value:
        if bool(self.token) == bool(self.ours):
            raise ValueError("write where the colour comes from: either token (its name) or ours (why)")
        return self


class Palette(Strict):
    """All colours of the page; `accent` is what the style sheet calls --green."""

    paper: Value
    card: Value
    ink: Value
    soft: Value
    edge: Value
    hair: Value
    accent: Value
    mine: Value
    worker: Value
    alarm: Value
    bad: Value

    def colours(self) -> dict[str, str]:
        """Name → #rrggbb."""
        return {name: getattr(self, name).value for name in type(self).model_fields}


class Package(Strict):
    """Where tokens come from: a published package, its version, and on which terms."""

    name: str
    version: str
    licence: str


class Theme(Strict):
    """One file of data/themes. `only_for`: codes of the gemeenten whose house style this is; empty for everybody.

    `fonts`: names of fonts that a device may have, the last one generic; no font is ever fetched.
    """

    name: str = Field(min_length=1, max_length=40)
    only_for: tuple[str, ...] = ()
    package: Package | None = None
    fonts: tuple[str, ...] = ()
    fonts_token: str = ""
    light: Palette
    dark: Palette

    @model_validator(mode="after")
    def _known_fonts(self) -> Theme:
        for font in self.fonts:
            if not _FONT.fullmatch(font):
                raise ValueError(f"fonts: '{font}' is no name of a font; write letters, spaces and '-' only")
        if self.fonts and self.fonts[-1] not in _GENERIC:
            raise ValueError(f"fonts: end with one of {', '.join(_GENERIC)}, which every device has")
        return self

    def css(self) -> str:
        """The style sheet that stands after ours: light, dark, and the fonts."""
        light, dark = (_rules(palette) for palette in (self.light, self.dark))
        fonts = f"body{{font-family:{','.join(_quoted(font) for font in self.fonts)}}}" if self.fonts else ""
        return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}{fonts}"


# What the page lays on what, and how much they must differ.
_PAIRS = (
    *(("ink", ground, TEXT) for ground in ("paper", "card", "mine", "worker")),
    *(("accent", ground, TEXT) for ground in ("paper", "card", "mine", "worker")),
    *(("soft", ground, TEXT) for ground in ("paper", "card")),
    *(("bad", ground, TEXT) for ground in ("paper", "card")),
    *(("paper", ground, TEXT) for ground in ("accent", "ink")),
    ("white", "alarm", TEXT),
    *(("edge", ground, SHAPE) for ground in ("paper", "card")),
)


def contrast(one: str, other: str) -> float:
    """How much two colours (#rrggbb) differ in light, 1 to 21, as WCAG counts it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def too_close(palette: Palette) -> list[tuple[str, str, float, float]]:
    """What cannot be read in this palette: the colour, what it lies on, their contrast, and what it should be."""
    colours = {**palette.colours(), "white": "#ffffff"}
    measured = ((a, b, contrast(colours[a], colours[b]), least) for a, b, least in _PAIRS)
    return [found for found in measured if found[2] < found[3]]


def load_themes(folder: Path) -> dict[str, Theme]:
    """Every file of `folder`, by its name. Raises BrokenData with every error at once."""
    errors = Errors()
    found: dict[str, Theme] = {}
    for path in sorted(folder.glob("*.yml")):
        document = read(path, errors)
        theme = validate(Theme, document.data, document, (), errors) if document else None
        if document is None or theme is None:
            continue
        for mode in ("light", "dark"):
            _check(getattr(theme, mode), mode, document, errors)
        if theme.package is None and any(
            value.get("token") for mode in ("light", "dark") for value in document.data[mode].values()
        ):
            errors.add(path, 1, "package is missing; write name, version and licence of the package with these tokens")
        found[path.stem] = theme
    errors.raise_if_any()
    return found


def _check(palette: Palette, mode: str, document: Document, errors: Errors) -> None:
    for colour, ground, is_now, least in too_close(palette):
        line = document.line(mode, ground if colour == "white" else colour)
        sentence = f"{mode}: {colour} on {ground} has a contrast of {is_now:.2f}; make it {least} or more"
        errors.add(document.path, line, sentence)


def _rules(palette: Palette) -> str:
    named = {"green" if name == "accent" else name: value for name, value in palette.colours().items()}
    return ";".join(f"--{name}:{value}" for name, value in named.items())


def _quoted(font: str) -> str:
    return font if font in _GENERIC or font.startswith('"') else f'"{font}"'


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
