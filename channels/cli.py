"""The command line, for people who run the service and for people who review it."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from datetime import date
from pathlib import Path
from typing import Any

import uvloop

from channels.settings import BadSetting, Settings

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
    parser = argparse.ArgumentParser(prog="thuiswijzer", description="A multilingual assistant for homeless families.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    add("run", _run, "start the bot, the actions and the gateway together, on this machine only")
    add("serve", _serve, "start the gateway alone")
    add("chat", _chat, "talk in this terminal with a running gateway").add_argument("--lang")
    assess = add("assess", _assess, "run the rules on a situation from a file, without a bot")
    assess.add_argument("file", type=Path)
    assess.add_argument("--today", type=date.fromisoformat)
    assess.add_argument("--json", action="store_true")
    understand = add("understand", _understand, "what the running bot understands of one text")
    understand.add_argument("text")
    understand.add_argument("--lang", default="")
    understand.add_argument("--json", action="store_true")
    check = add("check", _check, "check all content; every error at once, with file and line")
    check.add_argument("--today", type=date.fromisoformat)
    add("languages", _languages, "how much of the content each language covers")
    add("cases", _cases, "open cases, the most urgent first").add_argument("--json", action="store_true")
    return parser


def _write(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


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
    from channels.review import assess

    settings = Settings.from_env()
    found = assess(options.file, settings.data, options.today or settings.today())
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
    from channels.review import check

    settings = Settings.from_env()
    errors = check(settings, options.today or settings.today())
    _write(*errors, f"{len(errors)} errors" if errors else "all content is in order")
    return 1 if errors else 0


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
        topic = case["packet"].get("topic") or "-"
        _write(f"{case['code']}  urgency {case['urgency']}  {case['reason']}  {case['lang']}  {topic}")
    if not found:
        _write("no open cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
