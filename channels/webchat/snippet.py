"""What a web editor pastes: the loader of the widget, by its hash, and a link for a browser without scripts."""

from __future__ import annotations

import base64
import hashlib
import html as escaping

from channels.webchat import filled
from channels.words import Words

# what stands here never changes, as websites hold it to its hash: another loader gets another number
LOADER = "/widget/1/loader.js"


def loader() -> bytes:
    """The loader as it is served."""
    return (filled.STATIC / "loader.js").read_bytes()


def integrity(body: bytes) -> str:
    """What a browser compares a file with before it runs it."""
    return f"sha384-{base64.b64encode(hashlib.sha384(body).digest()).decode()}"


def html(site: str, public_url: str, words: Words) -> str:
    """The lines for the website of this site. `public_url`: where people find us, without "/"."""
    address = escaping.escape(public_url)
    link = escaping.escape(words.dutch["site.link"])
    return (
        f'<script src="{address}{LOADER}" integrity="{integrity(loader())}" crossorigin="anonymous"\n'
        f'        data-site="{site}" data-lang="auto" defer></script>\n'
        f'<noscript><a href="{address}/w/{site}">{link}</a></noscript>\n'
    )
