"""Lets our model and three others understand the held-out sentences; bench/nlu.py makes the table of it.

In: a JSON file with [{"lang", "text"}] and the names of the systems. Out: one line of JSON per
system: training time, size, and per sentence the ranking, whether it asks again, and the time.
`ours` is the model in .models that was made of today's content; the others are trained here, on the same examples, with
Rasa alone. Run with the engine interpreter, one thread: OMP_NUM_THREADS=1 python bot/measure.py
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)

from bot.train import QUIET, content_hash, gathered, leave_out_fingerprints  # noqa: E402

os.environ.update(QUIET)
os.environ["OMP_NUM_THREADS"] = "1"

N_GRAMS: List[Dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 2, "max_ngram": 4},
]
LOGISTIC: Dict[str, Any] = {
    "name": "LogisticRegressionClassifier",
    "max_iter": 100,
    "ranking_length": 10,
}
FALLBACK: Dict[str, Any] = {
    "name": "FallbackClassifier",
    "threshold": 0.4,
    "ambiguity_threshold": 0.05,
}


def pipelines(epochs: int) -> Dict[str, List[Dict[str, Any]]]:
    """The three baselines: Rasa's default, n-grams alone, and the sentence vector alone."""
    default = [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True},
        FALLBACK,
    ]
    vector = [
        {"name": "bot.components.tokenizer.FoldedTokenizer"},
        {"name": "bot.components.sentence_vector.SentenceVector", "encoder": "e5", "scale": 8},
        LOGISTIC,
        FALLBACK,
    ]
    return {"default": default, "n-grams": [*N_GRAMS, LOGISTIC, FALLBACK], "vector": vector}


def trained(name: str, epochs: int, folder: Path) -> Path:
    """A model of this baseline, trained on the same examples as ours."""
    from rasa.model_training import train_nlu

    config = folder / f"{name}.json"
    # JSON is YAML too
    pipeline = pipelines(epochs)[name]
    config.write_text(json.dumps({"recipe": "default.v1", "language": "nl", "pipeline": pipeline}))
    leave_out_fingerprints()
    return Path(train_nlu(str(config), gathered(folder), str(folder), fixed_model_name=name))


def understood(model: Path, sentences: List[Dict[str, str]]) -> List[Dict[str, Any]]:
    """What the model makes of every sentence."""
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    processor = Agent.load(str(model)).processor

    async def parse() -> List[Dict[str, Any]]:
        rows = []
        for sentence in sentences:
            message = UserMessage(sentence["text"], metadata={"language": sentence["lang"]})
            start = time.perf_counter()
            parsed = await processor.parse_message(message)
            spent = (time.perf_counter() - start) * 1000
            ranking = [
                (r["name"], round(r["confidence"], 3)) for r in parsed["intent_ranking"] if r["name"] != "nlu_fallback"
            ]
            asks = parsed["intent"]["name"] == "nlu_fallback"
            rows.append({"ranking": ranking, "asks": asks, "ms": round(spent, 1)})
        return rows

    return asyncio.run(parse())


def main() -> None:
    """One line of JSON per system, as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sentences", type=Path)
    parser.add_argument("systems", nargs="+")
    parser.add_argument("--epochs", type=int, default=100, help="of DIET, Rasa's default")
    arguments = parser.parse_args()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sentences = json.loads(arguments.sentences.read_text(encoding="utf-8"))
    import logging

    import rasa.utils.log_utils

    rasa.utils.log_utils.configure_structlog(logging.ERROR)
    for name in arguments.systems:
        with tempfile.TemporaryDirectory() as folder:
            start, busy = time.perf_counter(), time.process_time()
            if name == "ours":
                model = ROOT / ".models" / f"thuiswijzer-{content_hash()}.tar.gz"
            else:
                model = trained(name, arguments.epochs, Path(folder))
            told = {
                "system": name,
                "seconds": round(time.perf_counter() - start),
                "cpu": round(time.process_time() - busy),
                "mb": round(model.stat().st_size / 1e6, 1),
                "rows": understood(model, sentences),
            }
        print(json.dumps(told), file=answers, flush=True)


if __name__ == "__main__":
    main()
