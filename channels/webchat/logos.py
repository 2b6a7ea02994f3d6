"""Logos of sites: small, and drawings only. An SVG that holds a program or fetches from elsewhere is refused."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

LARGEST = 30 * 1024
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}\.(svg|png)")
KINDS = {"svg": "image/svg+xml", "png": "image/png"}
_PNG = b"\x89PNG\r\n\x1a\n"
_SHAPES = "svg g path rect circle ellipse line polyline polygon text tspan defs title desc symbol use clipPath mask"
_DRAWS = {*_SHAPES.split(), "linearGradient", "radialGradient", "stop", "metadata"}
_ELSEWHERE = re.compile(r"url\(\s*(?!['\"]?#)|@import|javascript:|data:|expression\(", re.IGNORECASE)


def fault(path: Path) -> str:
    """What is wrong with this logo, as a sentence that says what to do; "" when it can be shown."""
    try:
        raw = path.read_bytes()
    except OSError:
        return f"there is no readable file {path.name} beside this file; put it there"
    if len(raw) > LARGEST:
        return f"{path.name} is {len(raw)} bytes; make it {LARGEST} or less"
    if path.suffix == ".png":
        return "" if raw.startswith(_PNG) else f"{path.name} is no PNG picture; save it as one"
    return _fault_of_svg(raw, path.name)


def _fault_of_svg(raw: bytes, name: str) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return f"{name} is not UTF-8 text; save it as UTF-8"
    if re.search(r"<!(?!--)|<\?(?!xml[\s])", text):
        return f"{name} has a DOCTYPE or instructions for programs; remove them"
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without a DOCTYPE there are no entities to blow up
    except (ElementTree.ParseError, ValueError) as error:
        return f"{name} cannot be read as SVG ({error}); export it again"
    for node in root.iter():
        tag = str(node.tag).rpartition("}")[2]
        if tag not in _DRAWS:
            return f"{name} has a <{tag}>; a logo is made of shapes and words only: export it as plain SVG"
        for key, value in node.attrib.items():
            plain = key.rpartition("}")[2].lower()
            foreign = plain in ("href", "src") and not value.strip().startswith("#")
            if plain.startswith("on") or foreign or _ELSEWHERE.search(value):
                return f"{name}: <{tag}> has a program or a reference to elsewhere in '{plain}'; remove it"
    return "" if str(root.tag).rpartition("}")[2] == "svg" else f"{name} is no SVG picture; export it again"
