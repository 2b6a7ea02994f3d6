"""Words on paper in every language and script: typst with fonts that we bring, so that every machine makes the same.

In: a template of ours and data. Out: bytes. No law, no words of ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

_HERE = Path(__file__).parent


def pdf(template: Path, given: Mapping[str, Any]) -> bytes:
    """An accessible PDF (PDF/UA-1): tagged, with title, language and its fonts inside.

    `template`: a .typ file below this folder, which finds `given` by `#import "/house.typ": given`. A sign that no
    font of ours has makes a PDF that is tagged as well, but not called PDF/UA, which forbids such signs.
    """
    try:
        return _set(template, given, "pdf", pdf_standards=["ua-1"])[0]
    except typst.TypstError:
        return _set(template, given, "pdf")[0]


def pictures(template: Path, given: Mapping[str, Any], ppi: float) -> list[bytes]:
    """Each page as a picture (PNG) of `ppi` dots per inch."""
    return _set(template, given, "png", ppi=ppi)


def _set(template: Path, given: Mapping[str, Any], form: Literal["pdf", "png"], **how: Any) -> list[bytes]:
    """Everything goes in as data, never as part of the template: no sign in it can become markup."""
    told = {"given": json.dumps(dict(given))}
    made = typst.compile(
        template, root=_HERE, font_paths=_fonts(), ignore_system_fonts=True, format=form, sys_inputs=told, **how
    )
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made or b"")]


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[_HERE / "fonts"])
