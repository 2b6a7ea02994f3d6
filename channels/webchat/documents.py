"""Documents for a gemeente: Markdown of ours, shown as a page. HTML in them is shown as text and never run."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its first heading, its Markdown, and the same as HTML."""

    title: str
    text: str
    html: Markup


def read(path: Path) -> Document:
    """The document in this file. Raises OSError when there is none, ValueError without a heading."""
    text = path.read_text(encoding="utf-8")
    if not text.startswith("# "):
        raise ValueError(f"{path} must begin with its title: '# …'.")
    title = text.partition("\n")[0].removeprefix("# ").strip()
    return Document(title, text, Markup(_MARKDOWN.render(text)))  # noqa: S704 - our own text, and HTML is off


def _table(_renderer: RendererHTML, tokens: Sequence[Token], at: int, *_: Any) -> str:
    """A wide table scrolls by itself, also with the keyboard; the tables of a document are numbered."""
    if tokens[at].nesting < 0:
        return "</table></div>\n"
    number = sum(token.type == "table_open" for token in tokens[: at + 1])
    return f'<div class="wide" role="region" aria-label="Tabel {number}" tabindex="0"><table>\n'


def _link(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: MutableMapping[str, Any]) -> str:
    """From one document to another: as pages, where the files link to files."""
    address = str(tokens[at].attrs.get("href", ""))
    if address.endswith(".md") and "/" not in address:
        tokens[at].attrs["href"] = address.removesuffix(".md")
    return renderer.renderToken(tokens, at, options, env)


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_MARKDOWN.add_render_rule("table_open", _table)
_MARKDOWN.add_render_rule("table_close", _table)
_MARKDOWN.add_render_rule("link_open", _link)
