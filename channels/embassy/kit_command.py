"""The command line of the kit: everything that a post prints, in one folder."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from channels.settings import Settings

if TYPE_CHECKING:  # the command line builds its parser without loading content
    from actions.content import Content
    from actions.posts import Post
    from channels.words import Words

# of a post: digits of our WhatsApp number for its families, "" for none
Phone = Callable[[Settings, "Content", "Words", str], str]


def add_to(what: Any, phone: Phone) -> None:
    """Add `kit` to the subparsers of `post`."""
    kit = what.add_parser("kit", help="what a post prints and publishes: codes, poster, sheet, cards, texts")
    kit.add_argument("post")
    kit.add_argument("--out", type=Path, help="a new folder; kit-<post> when left out")
    which = kit.add_mutually_exclusive_group()
    which.add_argument("--lang", nargs="+", metavar="LANG", help="in these languages; otherwise those of the post")
    which.add_argument("--all", action="store_true", help="in every language")
    kit.set_defaults(run=lambda options: _kit(options, phone))


def _kit(options: argparse.Namespace, phone: Phone) -> int:
    from actions.content import load_content
    from channels.embassy.clerks import load_clerks
    from channels.embassy.codes import codes_for
    from channels.embassy.kit import Kit
    from channels.embassy.printing import write
    from channels.speech import Speech
    from channels.words import load_words

    settings = Settings.from_env()
    content = load_content(settings.data)
    words, clerks = load_words(content, settings.locales), load_clerks(settings.data, content)
    slug, post = options.post, content.posts.get(options.post)
    wanted = _languages(post, words.offered(), options.lang, every=options.all)
    codes = asyncio.run(codes_for(settings, content, words, slug, wanted, post.subjects()[0] if post else ""))
    whatsapp = phone(settings, content, words, slug)
    kit = Kit(Speech(content, words), content.posts[slug], settings.public_url, settings.today(), whatsapp)
    out = options.out or Path(f"kit-{slug}")
    made = write(kit, clerks, codes, out)
    sys.stdout.write("".join(f"{out / name}\n" for name in made) + _warning(settings.public_url))
    return 0


def _languages(post: Post | None, offered: Sequence[str], named: Sequence[str] | None, *, every: bool) -> list[str]:
    """Languages without doubles: those named, or all, or those of the post that we have, and Dutch."""
    if named:
        return list(dict.fromkeys(named))
    own = post.languages if post else ()
    return [lang for lang in offered if every or lang == "nl" or lang in own]


def _warning(public_url: str) -> str:
    """A line for who is about to print codes that open nothing on a family's telephone; "" when they do."""
    host = urlsplit(public_url).hostname or ""
    try:
        here = ipaddress.ip_address(host).is_private
    except ValueError:
        here = host == "localhost"
    if not here:
        return ""
    return f"Do not print this: its codes open {public_url}, where no family comes. Set THUISWIJZER_PUBLIC_URL first.\n"
