"""`make bench-nlu`: how well ten languages are understood, beside three baselines on the same data, in one run.

Writes docs/understanding-table.md, unless only one is measured. --only leaves baselines out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from channels.language import LanguageGuesser, load_guesser
from channels.settings import ROOT
from tests.bot.held_out import LANGUAGES, Sentence, Understood, held_out, scores, worst_pairs

TABLE = ROOT / "docs" / "understanding-table.md"
ENGINE = ROOT / ".venv" / "engine" / "bin" / "python"
NAMES = {
    "ours": "this product",
    "default": "Rasa's default pipeline (DIET)",
    "n-grams": "n-grams + logistic regression",
    "vector": "sentence vector only",
}
COLUMNS = ("macro_f1", "accuracy", "top3", "within_one", "asks", "caught", "turned_away")
HEADS = ("macro-F1", "first right", "in top 3", "right within one question", "asks again")
HEADS = (*HEADS, "out of scope caught", "wrongly turned away", "language")
LONG = 3  # words: from here on a language must be recognised


def language_right(lang: str, guesser: LanguageGuesser) -> float:
    """The share of held-out messages of three words and more whose language is recognised."""
    texts = [one.text for one in held_out(lang) if len(one.text.split()) >= LONG]
    guesses = [guesser.guess(text) for text in texts]
    return sum(bool(guess and guess.lang == lang) for guess in guesses) / len(texts)


def measured(systems: list[str], sentences: list[Sentence], epochs: int) -> Iterator[dict[str, Any]]:
    """What each system makes of the sentences, one after the other."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([{"lang": one.lang, "text": one.text} for one in sentences], file)
        file.flush()
        command = [str(ENGINE), "-W", "ignore", "bot/measure.py", file.name, *systems, "--epochs", str(epochs)]
        env = {**os.environ, "OMP_NUM_THREADS": "1"}
        with subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdout
            yield from map(json.loads, process.stdout)
    if process.returncode:
        raise SystemExit("A model could not be measured; run bot/measure.py by hand to see why.")


def table(told: dict[str, Any], sentences: list[Sentence], detection: dict[str, float]) -> tuple[list[str], list[str]]:
    """The lines of one system, and the pairs it mistakes most."""
    pairs = zip(sentences, told["rows"], strict=True)
    rows = [Understood(sentence, row["ranking"], row["asks"]) for sentence, row in pairs]
    times = sorted(row["ms"] for row in told["rows"])
    middle, late = times[len(times) // 2], times[int(len(times) * 0.95)]
    trained = f"Trained in {told['seconds']} s ({told['cpu']} CPU s), model" if told["system"] != "ours" else "Model"
    cost = f"{trained} {told['mb']} MB; "
    cost += f"one message on one thread: {middle:.0f} ms in the middle, {late:.0f} ms at p95.\n"
    lines = [
        f"### {NAMES[told['system']]}\n",
        cost,
        f"| | n | {' | '.join(HEADS)} |\n|{'---|' * (len(HEADS) + 2)}",
    ]
    for lang in LANGUAGES:
        mine = [row for row in rows if row.sentence.lang == lang]
        found = scores(mine)
        cells = [f"{found[name]:.3f}" for name in COLUMNS]
        seen = f"{detection[lang]:.3f}" if told["system"] == "ours" else "–"
        lines.append(f"| {lang} | {len(mine)} | {' | '.join([*cells, seen])} |")
    worst = [f"- {count}× `{right}` read as `{said}`" for (right, said), count in worst_pairs(rows)]
    return lines, worst


def main() -> int:
    """Measure, print, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=",".join(NAMES), help="systems, such as ours,n-grams")
    parser.add_argument("--epochs", type=int, default=100, help="of Rasa's default pipeline")
    arguments = parser.parse_args()
    systems = arguments.only.split(",")
    sentences = [one for lang in LANGUAGES for one in held_out(lang)]
    guesser = load_guesser(ROOT / "data", LANGUAGES)
    detection = {lang: language_right(lang, guesser) for lang in LANGUAGES}
    said = [f"{len(sentences)} held-out messages. Made by `make bench-nlu`.\n"]
    if "default" in systems:
        said[0] += f"DIET with {arguments.epochs} epochs.\n"
    for told in measured(systems, sentences, arguments.epochs):
        lines, worst = table(told, sentences, detection)
        said += [*lines, ""]
        if told["system"] == "ours":
            said += ["The pairs mistaken most often:\n", *worst, ""]
        print("\n".join(lines), flush=True)
    if len(systems) > 1:
        left = [NAMES[name] for name in NAMES if name not in systems]
        said += [f"Not measured in this run: {', '.join(left)}.\n"] if left else []
        TABLE.write_text("\n".join(["# How ten languages are understood\n", *said]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
