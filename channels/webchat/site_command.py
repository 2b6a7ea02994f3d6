"""The command line of websites: whether their files are right, which there are, and what to paste on one."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from channels.settings import Settings

if TYPE_CHECKING:  # the command line builds its parser without reading any content
    from channels.webchat.sites import Sites
    from channels.words import Words


def add_to(commands: Any) -> None:
    """Add `site check`, `site list` and `site snippet` to the subparsers of the command line."""
    site = commands.add_parser("site", help="websites that carry the chat").add_subparsers(
        required=True, metavar="WHAT"
    )
    text = "all sites and themes; every error at once, with file and line"
    site.add_parser("check", help=text).set_defaults(run=_check)
    site.add_parser("list", help="every site, where it may stand, and how it looks").set_defaults(run=_list)
    snippet = site.add_parser("snippet", help="the lines to paste on the website of one site")
    snippet.add_argument("slug")
    snippet.set_defaults(run=_snippet)


def _check(_options: argparse.Namespace) -> int:
    sites, _ = _read(Settings.from_env())
    sys.stdout.write(f"{len(sites.by_slug)} sites and {len(sites.themes)} themes are in order\n")
    return 0


def _list(_options: argparse.Namespace) -> int:
    settings = Settings.from_env()
    sites, _ = _read(settings)
    for slug, site in sites.by_slug.items():
        state = "" if site.active else "  (switched off)"
        sys.stdout.write(f"{slug}  {site.name}{state}\n  page       {settings.public_url}/w/{slug}\n")
        told = {
            "may stand": " ".join(site.embedders) or "nowhere: only as a page",
            "gemeente": site.gemeente or "-",
            "languages": " ".join(site.languages) or "all",
            "theme": site.theme,
            "contact": site.contact or "-",
        }
        sys.stdout.writelines(f"  {name:<10} {value}\n" for name, value in told.items())
    if not sites.by_slug:
        sys.stdout.write(f"there is no site in {settings.sites}\n")
    return 0


def _snippet(options: argparse.Namespace) -> int:
    from channels.webchat import snippet

    settings = Settings.from_env()
    sites, words = _read(settings)
    site = sites.by_slug.get(options.slug)
    if site is None:
        raise ValueError(f"'{options.slug}' is no site; use one of {', '.join(sites.by_slug)}.")
    sys.stdout.write(snippet.html(site.slug, settings.public_url, words))
    if not site.active:
        sys.stderr.write(f"{site.slug} is switched off; write active: true in its file, and start again.\n")
    return 0


def _read(settings: Settings) -> tuple[Sites, Words]:
    """Raises BrokenData, which the command line tells line by line."""
    from actions.content import load_content
    from channels.webchat.sites import load_sites
    from channels.words import load_words

    content = load_content(settings.data)
    words = load_words(content, settings.locales)
    return load_sites(settings.sites, settings.data, content, words.languages), words
