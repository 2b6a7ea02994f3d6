"""One engine for all tests of this folder: a process of the other interpreter that answers JSON."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENGINE = Path(os.environ.get("ENGINE_PYTHON", ROOT / ".venv/engine/bin/python"))

Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def ask() -> Iterator[Ask]:
    """`ask("names", texts=[...])` runs that function of engine_side.py and returns its answer."""
    if not ENGINE.exists():
        pytest.fail(f"the engine interpreter is not at {ENGINE}: run `make setup`, or set ENGINE_PYTHON")
    process = subprocess.Popen(
        [str(ENGINE), "-W", "ignore", str(Path(__file__).with_name("engine_side.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    incoming, outgoing = process.stdin, process.stdout

    def question(name: str, **arguments: Any) -> Any:
        incoming.write(json.dumps({"ask": name, **arguments}) + "\n")
        incoming.flush()
        line = outgoing.readline()
        assert line, "the engine stopped without an answer"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["answer"]

    yield question
    incoming.close()
    process.wait(timeout=20)
    outgoing.close()
