"""The command line of posts: printed codes, and how often each way in was used."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Any

from channels.embassy.kit_command import Phone
from channels.embassy.kit_command import add_to as add_kit
from channels.settings import Settings


def add_to(commands: Any, phone: Phone) -> None:
    """Add `post code`, `post revoke`, `post list` and `post kit` to the subparsers of the command line."""
    post = commands.add_parser("post", help="embassies and consular posts: printed codes and their use")
    what = post.add_subparsers(required=True, metavar="WHAT")
    code = what.add_parser("code", help="the code and the address to print for a post, in a language; made when needed")
    code.add_argument("post")
    code.add_argument("--lang", required=True)
    code.add_argument("--topic", default="", help="a subject of data/intents.yml to begin with")
    code.set_defaults(run=_code)
    revoke = what.add_parser("revoke", help="a printed code opens nothing any more")
    revoke.add_argument("code")
    revoke.set_defaults(run=_revoke)
    what.add_parser("list", help="posts, codes and visits").set_defaults(run=_list)
    add_kit(what, phone)


def _code(options: argparse.Namespace) -> int:
    from actions.content import load_content
    from channels.embassy.codes import codes_for
    from channels.words import load_words

    settings = Settings.from_env()
    content = load_content(settings.data)
    words = load_words(content, settings.locales)
    made = asyncio.run(codes_for(settings, content, words, options.post, [options.lang], options.topic))
    code = made[options.lang]
    sys.stdout.write(f"{code}\n{settings.public_url}/d/{code}\n")
    return 0


def _revoke(options: argparse.Namespace) -> int:
    from channels.embassy.codes import revoke

    if asyncio.run(revoke(Settings.from_env(), options.code)):
        sys.stdout.write("it is withdrawn; whoever uses it is told kindly, and led on\n")
        return 0
    sys.stdout.write("there is no such code, or it was withdrawn before; nothing was changed\n")
    return 1


def _list(_options: argparse.Namespace) -> int:
    from actions.content import load_content
    from channels.embassy.codes import told

    settings = Settings.from_env()
    lines = asyncio.run(told(settings, load_content(settings.data)))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0
