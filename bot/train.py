"""Trains the model once per content.

In: the bot folder and data/nlu. Out: <out>/thuiswijzer-<hash>.tar.gz, its path on the last
line of standard output. When that file exists nothing is trained; when training fails the
older models stay where they are, one sentence says why, and the exit code is not 0.
Run with the engine interpreter: python bot/train.py --out .models
"""

import argparse
import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
import threading
import time
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List, TextIO

ROOT = Path(__file__).resolve().parents[1]
# What the model is made of. endpoints.yml and credentials.yml are read at start, not trained.
INGREDIENTS = ("bot/config.yml", "bot/domain", "bot/dialogue", "bot/components", "data/nlu")
KEEP_MODELS = 2
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "LOG_LEVEL": "ERROR",
    # The sentence vectors may use every core, but may not spin while others work.
    "OMP_NUM_THREADS": str(os.cpu_count() or 1),
    "OMP_WAIT_POLICY": "passive",
    "GOMP_SPINCOUNT": "0",
    # Our name already says what is inside; Rasa's own cache would only fill the disk.
    "RASA_MAX_CACHE_SIZE": "0",
}


def ingredients() -> List[Path]:
    """Every file the model depends on, in a fixed order."""

    def files() -> Iterator[Path]:
        for part in INGREDIENTS:
            path = ROOT / part
            yield from [path] if path.is_file() else path.rglob("*")

    return sorted(f for f in files() if f.suffix in {".yml", ".py"} and f.is_file())


def content_hash() -> str:
    """Twelve signs that change when, and only when, an ingredient changes."""
    digest = hashlib.sha256()
    for file in ingredients():
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]


def training_folders() -> List[str]:
    """The folders with training examples: one per language, and the dialogue rules."""
    spoken = sorted(p for p in (ROOT / "data/nlu").glob("*") if p.is_dir())
    languages = [str(p) for p in spoken if p.name not in {"words", "lookup", "quantities"}]
    if not languages:
        raise FileNotFoundError("there are no training examples in data/nlu/<language>")
    return [*languages, str(ROOT / "bot/dialogue")]


def gathered(folder: Path) -> str:
    """All examples in one JSON file: Rasa reads YAML slowly, three times, and compares each file with all before it."""
    import yaml

    examples = []
    for spoken in training_folders()[:-1]:
        for path in sorted(Path(spoken).glob("*.yml")):
            for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
                lines = (line.strip() for line in block["examples"].splitlines())
                examples += [{"text": line[2:].strip(), "intent": block["intent"]} for line in lines if line]
    file = folder / "examples.json"
    file.write_text(json.dumps({"rasa_nlu_data": {"common_examples": examples}}), encoding="utf-8")
    return str(file)


def say_time(done: threading.Event, screen: TextIO) -> None:
    """Says every 15 seconds that training still runs."""
    start = time.monotonic()
    while not done.wait(15):
        print(f"  still training, {time.monotonic() - start:.0f} s", file=screen, flush=True)


@contextmanager
def quiet(loud: bool) -> Iterator[None]:
    """Rasa's bars and warnings go nowhere, unless loud; only the passing of time is told."""
    kept = os.dup(1), os.dup(2)
    done = threading.Event()
    with os.fdopen(os.dup(2), "w") as screen:
        clock = threading.Thread(target=say_time, args=(done, screen), daemon=True)
        clock.start()
        try:
            if not loud:
                with open(os.devnull, "w") as nowhere:
                    os.dup2(nowhere.fileno(), 1)
                    os.dup2(nowhere.fileno(), 2)
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, before in enumerate(kept, 1):
                os.dup2(before, number)
                os.close(before)
            done.set()
            clock.join()


def leave_out_fingerprints() -> None:
    """Rasa hashes all that goes into and out of every component, for a cache we do not keep: a minute and more."""
    from rasa.engine.training.hooks import TrainingHook

    TrainingHook.on_before_node = lambda *_, **__: {}
    TrainingHook.on_after_node = lambda *_, **__: None


def train(name: str, folder: Path) -> Path:
    """Trains with Rasa into `folder`; raises when Rasa made no model."""
    os.environ.update(QUIET)
    os.environ["RASA_CACHE_DIRECTORY"] = str(folder / "cache")
    os.environ["THUISWIJZER_VECTORS"] = str(folder.parent)
    warnings.simplefilter("ignore")
    import rasa
    import rasa.utils.log_utils

    rasa.utils.log_utils.configure_structlog(logging.ERROR)
    leave_out_fingerprints()
    result = rasa.train(
        domain=str(ROOT / "bot/domain"),
        config=str(ROOT / "bot/config.yml"),
        training_files=[gathered(folder), training_folders()[-1]],
        output=str(folder),
        force_training=True,
        fixed_model_name=name,
    )
    if not result.model:
        raise RuntimeError("Rasa made no model; run again with --loud to see why")
    return Path(result.model)


def rank_facts(out: Path) -> None:
    """Vectors of the facts, beside the model: a changed fact needs no training, only this."""
    os.environ.update(QUIET)
    from bot.components.fact_ranking import make_vectors

    make_vectors(ROOT / "data", out)


def main() -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default=".models", help="folder of the models")
    parser.add_argument("--loud", action="store_true", help="show the whole error")
    arguments = parser.parse_args()
    out = Path(arguments.out).resolve()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))

    name = f"thuiswijzer-{content_hash()}"
    model = out / f"{name}.tar.gz"
    out.mkdir(parents=True, exist_ok=True)
    rank_facts(out)
    if model.exists():
        model.touch()  # the newest is the one that is served
        print(model)
        return 0
    print("Training the language model; this takes two to five minutes.", file=sys.stderr)
    start = time.monotonic()
    # On the same disk as the result, so that the last step is one rename.
    work = Path(tempfile.mkdtemp(prefix=".training-", dir=out))
    try:
        with quiet(arguments.loud):
            os.replace(train(name, work), model)
    except (Exception, SystemExit) as problem:
        if arguments.loud:
            raise
        print(f"Training failed, the old model stays: {problem}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(work, ignore_errors=True)
    for old in sorted(out.glob("thuiswijzer-*.tar.gz"), key=os.path.getmtime)[:-KEEP_MODELS]:
        old.unlink()
    print(f"  trained in {time.monotonic() - start:.0f} s", file=sys.stderr)
    print(model)
    return 0


if __name__ == "__main__":
    sys.exit(main())
