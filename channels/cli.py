"""The command line, for people who run the service and for people who review it."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvloop

from channels.settings import BadSetting, Settings

if TYPE_CHECKING:  # each command imports what it needs, so that `--help` is instant
    from actions.content import Content
    from channels.words import Words

_LOG = "%(levelname)s %(name)s: %(message)s"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the answer is the exit code (0 well, 1 something is wrong, 2 wrongly called)."""
    from actions.crisis import BrokenCrisisWords
    from actions.yaml_files import BrokenData

    parser = _parser()
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format=_LOG, stream=sys.stderr)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        code: int = options.run(options)
        return code
    except (BrokenData, BrokenCrisisWords) as broken:
        _write(*broken.errors, f"{len(broken.errors)} errors; nothing was changed.")
    except (BadSetting, ValueError) as error:
        _write(str(error))
        return 2
    except KeyboardInterrupt:
        return 130
    return 1


def _parser() -> argparse.ArgumentParser:
    from channels.demo import add_to as add_demo
    from channels.desk.command import add_to as add_desk
    from channels.embassy.command import add_to as add_posts
    from channels.webchat.site_command import add_to as add_site
    from channels.whatsapp.command import add_to as add_whatsapp

    parser = argparse.ArgumentParser(prog="thuiswijzer", description="A multilingual assistant for homeless families.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    add("run", _run, "start the bot, the actions and the gateway together, on this machine only")
    add_demo(commands)
    add("serve", _serve, "start the gateway alone")
    add("chat", _chat, "talk in this terminal with a running gateway").add_argument("--lang")
    assess = add("assess", _assess, "run the rules on a situation from a file, without a bot")
    assess.add_argument("file", type=Path)
    assess.add_argument("--today", type=date.fromisoformat)
    assess.add_argument("--json", action="store_true")
    assess.add_argument("--explain", action="store_true", help="in words, with the questions that were skipped and why")
    assess.add_argument("--lang", default="nl")
    understand = add("understand", _understand, "what the running bot understands of one text")
    understand.add_argument("text")
    understand.add_argument("--lang", default="")
    understand.add_argument("--json", action="store_true")
    check = add("check", _check, "check all content; every error at once, with file and line")
    check.add_argument("--today", type=date.fromisoformat)
    facts = add("facts", _facts, "every fact, and where a family or a worker meets it")
    facts.add_argument("--unused", action="store_true")
    preview = add("preview", _preview, "what a family would read otherwise on another day")
    preview.add_argument("--on", type=date.fromisoformat, required=True)
    preview.add_argument("--today", type=date.fromisoformat)
    letter = add("letter", _letter, "a first letter, filled with the answers in a file")
    letter.add_argument("file", type=Path)
    letter.add_argument("--kind", required=True, help="bezwaar, melding or ingebrekestelling")
    letter.add_argument("--out", type=Path, required=True, help="a file that ends in .txt, .docx or .pdf")
    letter.add_argument("--today", type=date.fromisoformat)
    add("languages", _languages, "how much of the content each language covers")
    add_desk(commands)
    add_posts(commands, _phone)
    add_whatsapp(commands)
    add_site(commands)
    add("cases", _cases, "open cases, the most urgent first").add_argument("--json", action="store_true")
    return parser


def _write(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _phone(settings: Settings, content: Content, words: Words, post: str) -> str:
    """Digits of our WhatsApp number for the families of this post; "" for none. A channel knows no other channel."""
    from channels.whatsapp.numbers import load_numbers, phone_for

    return phone_for(load_numbers(settings.numbers, content, words.languages).values(), post)


def _run(_options: argparse.Namespace) -> int:
    from channels.programs import run

    return run()


def _serve(_options: argparse.Namespace) -> int:
    from channels.app import serve

    uvloop.run(serve(Settings.from_env()))
    return 0


def _chat(options: argparse.Namespace) -> int:
    from channels.terminal import chat

    settings = Settings.from_env()
    return asyncio.run(chat(f"http://{settings.host}:{settings.gateway_port}", options.lang))


def _assess(options: argparse.Namespace) -> int:
    from actions.dialogue.knowledge import read_knowledge
    from channels import assessing
    from channels.speech import Speech
    from channels.words import load_words

    settings = Settings.from_env()
    today = options.today or settings.today()
    family, knows = assessing.read_family(options.file), read_knowledge(settings.data)
    if options.explain:
        words = load_words(knows.content, settings.locales)
        if options.lang not in words.languages:
            raise ValueError(f"'{options.lang}' is not a language here; use one of {', '.join(words.languages)}.")
        _write(*assessing.explain(family, knows, Speech(knows.content, words), options.lang, today))
        return 1 if assessing.broken(family, knows, today) else 0
    found = assessing.assess(family, knows, today)
    if options.json:
        _write(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    for finding in found:
        _write(f"{finding['right']}: {finding['outcome']} ({finding['says']})  {finding['receipt']}")
        for name in ("missing", "grounds", "next_steps", "hand_over_to"):
            _write(f"  {name}: {', '.join(finding[name]) or '-'}")
    return 0


def _understand(options: argparse.Namespace) -> int:
    from channels.review import understand

    told = asyncio.run(understand(Settings.from_env(), options.text, options.lang))
    if options.json:
        _write(json.dumps(told, indent=2, ensure_ascii=False))
        return 0
    _write(f"language: {told['language']}", f"intent:   {told['intent']}")
    _write(*(f"  {row['confidence']:.2f}  {row['intent']}" for row in told["top"]))
    _write(*(f"entity:   {entity['entity']} = {entity['value']}" for entity in told["entities"]))
    return 0


def _check(options: argparse.Namespace) -> int:
    from actions.content import load_content
    from channels.care import notices
    from channels.review import check
    from channels.words import load_words

    settings = Settings.from_env()
    today = options.today or settings.today()
    if errors := check(settings, today):
        _write(*errors, f"{len(errors)} errors")
        return 1
    content = load_content(settings.data)
    found = notices(content, load_words(content, settings.locales), today)
    _write(*found, f"all content is in order; {len(found)} things to look at" if found else "all content is in order")
    return 0


def _facts(options: argparse.Namespace) -> int:
    from actions.content import load_content
    from channels.care import where_used

    for name, places in where_used(load_content(Settings.from_env().data)).items():
        if not options.unused or not places:
            _write(f"{name}: {', '.join(places) or '-'}")
    return 0


def _preview(options: argparse.Namespace) -> int:
    from actions.dialogue.knowledge import read_knowledge
    from channels import care
    from channels.speech import Speech
    from channels.words import load_words

    settings = Settings.from_env()
    knows = read_knowledge(settings.data)
    speech = Speech(knows.content, load_words(knows.content, settings.locales))
    people = care.families(settings.data / "families")
    before, after = (
        care.reading(people, knows, speech, day) for day in (options.today or settings.today(), options.on)
    )
    lines = list(care.preview(before, after))
    _write(*lines or [f"on {options.on} a family reads the same"])
    return 0


def _letter(options: argparse.Namespace) -> int:
    from channels import paper

    settings = Settings.from_env()
    _write(*paper.write(options.file, options.kind, options.out, settings, options.today or settings.today()))
    return 0


def _languages(_options: argparse.Namespace) -> int:
    from channels.review import coverage

    settings = Settings.from_env()
    for row in coverage(settings):
        _write(
            f"{row['code']:<4} {row['name']:<12} {row['state']:<6} {row['translated']:>5}/{row['keys']} "
            f"({row['percent']} %)  examples {row['examples']}"
        )
    return 0


def _cases(options: argparse.Namespace) -> int:
    from channels.review import open_cases

    found = asyncio.run(open_cases(Settings.from_env()))
    if options.json:
        _write(json.dumps(found, indent=2, ensure_ascii=False, default=str))
        return 0
    for case in found:
        topic = case["topic"] or "-"
        _write(f"{case['code']}  urgency {case['urgency']}  {case['reason']}  {case['lang']}  {topic}")
    if not found:
        _write("no open cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
