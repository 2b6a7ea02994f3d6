"""The kit of a post as a folder of files: codes, poster, sheet, cards, texts. Everything, or nothing at all."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typst

from channels import typesetting
from channels.embassy import clerks
from channels.embassy.kit import Kit, qr
from channels.embassy.website import website

_HERE = Path(__file__).parent
FORMATS = {"poster": "poster-a4", "sheet": "sheet-a5", "cards": "cards-a4"}


def write(kit: Kit, pages: Mapping[str, clerks.Clerks], codes: Mapping[str, str], out: Path) -> list[str]:
    """Make the folder `out` with the kit in the languages of `codes` (language → code); the names of its files.

    Raises ValueError, in one sentence, when it cannot be made; then nothing of it is there.
    """
    with _whole(out) as folder:
        for name, content in _files(kit, pages, codes):
            (folder / name).write_bytes(content)
    return sorted(path.name for path in out.iterdir())


def _files(kit: Kit, pages: Mapping[str, clerks.Clerks], codes: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    for lang, code in codes.items():
        told = kit.sheet(lang, code)
        for template, name in FORMATS.items():
            yield f"{name}-{lang}.pdf", pdf(template, told, lang)
        for kind in ("svg", "png"):
            yield f"qr-{lang}.{kind}", qr(kit.address(code), kind)
    yield "website.md", website(kit, pages["nl"], codes).encode()
    told = clerks.pages(kit, dict(pages))
    yield "medewerkers.pdf", pdf("clerks", told, "nl")
    yield "medewerkers.md", clerks.markdown(told).encode()


def pdf(template: str, told: Mapping[str, Any], lang: str) -> bytes:
    """A page as it is printed. Raises ValueError, in one sentence, when the words do not fit on it."""
    try:
        return typesetting.pdf(_HERE / f"{template}.typ", told)
    except typst.TypstError as error:
        raise ValueError(f"The page '{template}' cannot be set in '{lang}': {error.message}.") from None


@contextlib.contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A folder beside `out` that becomes `out` when all went well, and goes when not. Raises ValueError."""
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise ValueError(f"'{out}' is there already; name another folder with --out, or remove it first.")
    folder = None
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.absolute().parent))
        yield folder
        folder.chmod(0o755)
        folder.rename(out)
    except OSError as error:
        raise ValueError(f"'{out}' cannot be written ({error.strerror}); name another folder with --out.") from None
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
