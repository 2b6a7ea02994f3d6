"""A letter from the command line: answers in a file, a file to print out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from actions.dialogue.desk import letter_payload
from actions.dialogue.knowledge import read_knowledge
from actions.eligibility.situation import Situation, known
from actions.law import ValueUnknown
from actions.letters import GIVEN, letter
from actions.yaml_files import Errors, read
from channels.letters import KINDS
from channels.settings import Settings
from channels.speech import Speech
from channels.words import load_words


def write(file: Path, kind: str, out: Path, settings: Settings, today: date) -> list[str]:
    """Make the letter `kind` from `file` and write `out`; gives the notes that belong to it, in Dutch.

    The file: {situation: {…}, letter: {name, address, reference, gemeente}}, or the answers alone. Raises ValueError
    with one sentence for anything that cannot be used, and BrokenData for broken content.
    """
    make = KINDS.get(out.suffix.lower().lstrip("."))
    if make is None:
        raise ValueError(f"'{out.name}' must end in {', '.join('.' + ending for ending in KINDS)}.")
    situation, given = _read(file)
    knows = read_knowledge(settings.data)
    if kind not in knows.content.letters:
        raise ValueError(f"'{kind}' is not a letter; use one of {', '.join(knows.content.letters)}.")
    town = knows.assessor(today).municipality(situation.town) if known(situation.town) else None
    try:
        text, law = knows.content.letters[kind], knows.content.law
        made = letter(kind, text, situation, law, today, municipality=town, given=given)
    except ValueUnknown as unknown:
        raise ValueError(str(unknown.args[0])) from None
    try:
        out.write_bytes(make[1](made.written()))
    except OSError as error:
        raise ValueError(f"{out} cannot be written ({error.strerror}); choose another place.") from None
    speech = Speech(knows.content, load_words(knows.content, settings.locales))
    notes = letter_payload(made, [])["letter"]["notes"]
    return [str(out), *(speech.line(note["say"], "nl", note["with"]) for note in notes)]


def _read(file: Path) -> tuple[Situation, dict[str, str]]:
    document = read(file, errors := Errors())
    if document is None:
        raise ValueError("; ".join(errors.found))
    told: Mapping[str, object] = document.data
    given, answers = told.get("letter", {}), told.get("situation", {k: v for k, v in told.items() if k != "letter"})
    if not isinstance(answers, dict):
        raise ValueError(f"{file}: 'situation' must hold answers such as 'child_dutch: true'.")
    if not isinstance(given, dict) or not all(isinstance(value, str | int) for value in given.values()):
        raise ValueError(f"{file}: 'letter' must hold words under {', '.join(GIVEN)}.")
    return Situation.from_dict(answers), {str(key): str(value) for key, value in given.items()}
