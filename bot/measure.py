"""Measures how well the pipeline understands, for every encoder and scale; prints a table.

In: data/nlu (training) and tests/nlu (held out). Out: a markdown table on standard output, one
row per setting; docs/understanding.md keeps the last one. The real components of the pipeline
are used; the n-grams and the sentence vectors are made once and shared by all rows.
Run with the engine interpreter: python bot/measure.py [--only e5:8,none:8]
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Tuple

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("nl", "en", "es", "pap", "ar")
SETTINGS = ["none:8", *(f"{e}:{s}" for e in ("use", "e5", "both") for s in (4, 8, 15, 30))]

os.environ.setdefault("OMP_NUM_THREADS", "1")
for _name, _value in {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "TQDM_DISABLE": "1",
}.items():
    os.environ[_name] = _value
warnings.simplefilter("ignore")
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)

import numpy as np  # noqa: E402
from rasa.engine.graph import ExecutionContext, GraphSchema  # noqa: E402
from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: E402
from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier  # noqa: E402
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import (  # noqa: E402
    CountVectorsFeaturizer,
)
from rasa.shared.importers.utils import training_data_from_paths  # noqa: E402
from rasa.shared.nlu.training_data.features import Features  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402
from rasa.shared.utils.io import read_yaml_file  # noqa: E402

from bot.components import sentence_vector  # noqa: E402
from bot.components.augmentation import TrainingCopies  # noqa: E402
from bot.components.intent_classifier import IntentClassifier  # noqa: E402
from bot.components.ngram_weights import NgramWeights  # noqa: E402
from bot.components.text import clean  # noqa: E402
from bot.components.tokenizer import FoldedTokenizer  # noqa: E402
from bot.components.whole_message import WholeMessage  # noqa: E402


class Sentence(NamedTuple):
    language: str
    intent: str
    text: str


def memory_mb() -> int:
    """Resident memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 // 1024


def held_out() -> List[Sentence]:
    """Every held-out sentence."""
    return [
        Sentence(language, intent, str(text))
        for language in LANGUAGES
        for file in sorted((ROOT / "tests/nlu" / language).glob("*.yml"))
        for intent, texts in read_yaml_file(file).items()
        for text in texts
    ]


class Bench:
    """The components of bot/config.yml, made and trained one by one."""

    def __init__(self, folder: Path) -> None:
        self._storage = LocalModelStorage(folder)
        self._pipeline = read_yaml_file(ROOT / "bot/config.yml")["pipeline"]
        self._number = 0

    def config(self, name: str, which: int = 0) -> Dict[str, Any]:
        """The settings of one component in bot/config.yml."""
        found = [dict(c) for c in self._pipeline if c["name"].split(".")[-1] == name]
        found[which].pop("name")
        return found[which]

    def trained(self, component: Any, config: Dict[str, Any], data: TrainingData) -> Any:
        """The component, made with the config, and trained when it can be."""
        self._number += 1
        context = ExecutionContext(GraphSchema({}), node_name=f"{component.__name__}{self._number}")
        resource = Resource(context.node_name)
        config = {**component.get_default_config(), **config}
        made = component.create(config, self._storage, resource, context)
        if hasattr(made, "train"):
            made.train(data)
            return component.load(config, self._storage, resource, context)
        return made

    def sparse(self, data: TrainingData) -> Tuple[TrainingData, List[Any]]:
        """The training data with weighed n-grams, and the components that make them."""
        copies = self.trained(TrainingCopies, self.config("TrainingCopies"), data)
        data, chain = copies.process_training_data(data), []
        for component, which in (
            (FoldedTokenizer, 0),
            (CountVectorsFeaturizer, 0),
            (CountVectorsFeaturizer, 1),
            (NgramWeights, 0),
        ):
            made = self.trained(component, self.config(component.__name__, which), data)
            data = made.process_training_data(data)
            chain.append(made)
        return data, chain


class Vectors:
    """Sentence vectors of all texts, made once per encoder, with the time they took."""

    def __init__(self, texts: List[str]) -> None:
        self._texts = sorted(set(texts))
        self._rows: Dict[str, Dict[str, np.ndarray]] = {}
        self.seconds: Dict[str, float] = {}
        self.memory: Dict[str, int] = {}

    def of(self, name: str, text: str) -> np.ndarray:
        if name not in self._rows:
            before, start = memory_mb(), time.perf_counter()
            sentence_vector.encode(name, ["x"])
            self.memory[name] = memory_mb() - before
            rows = sentence_vector.vectors((name,), self._texts)
            self.seconds[name] = time.perf_counter() - start
            self._rows[name] = dict(zip(self._texts, rows, strict=False))
        return self._rows[name][text]

    def add(self, messages: List[Message], encoder: str, scale: float, mean: Any = None) -> Any:
        """Puts the scaled vectors into the messages; returns the mean that was taken off."""
        names = sentence_vector.ENCODERS[encoder]
        if not names:
            return None
        rows = np.array([np.hstack([self.of(n, clean(m.get("text"))) for n in names]) for m in messages])
        mean = rows.mean(axis=0) if mean is None else mean
        for message, row in zip(messages, (rows - mean) * scale, strict=False):
            message.features = [f for f in message.features if f.is_sparse()]
            message.add_features(Features(row[np.newaxis, :], "sentence", "text", "vector"))
        return mean


def macro_f1(truth: List[str], said: List[str]) -> float:
    """The mean over the intents of the harmonic mean of precision and recall."""
    scores = []
    for intent in set(truth):
        hits = sum(t == s == intent for t, s in zip(truth, said, strict=False))
        wrong = sum((t == intent) != (s == intent) for t, s in zip(truth, said, strict=False))
        scores.append(2 * hits / (2 * hits + wrong) if hits else 0.0)
    return sum(scores) / len(scores)


def scores(sentences: List[Sentence], messages: List[Message]) -> str:
    """The table cells: F1 per language, top three, out of scope caught, asked again."""
    best, three, asked = [], [], []
    for message in messages:
        ranking = [r["name"] for r in message.get("intent_ranking") if r["name"] != "nlu_fallback"]
        best.append(ranking[0])
        three.append(ranking[:3])
        asked.append(message.get("intent")["name"] == "nlu_fallback")
    cells, low = [], 1.0
    for language in LANGUAGES:
        at = [i for i, s in enumerate(sentences) if s.language == language]
        cells.append(f"{macro_f1([sentences[i].intent for i in at], [best[i] for i in at]):.3f}")
        low = min(low, sum(sentences[i].intent in three[i] for i in at) / len(at))
    total = sum(s.intent in t for s, t in zip(sentences, three, strict=False)) / len(sentences)
    outside = [i for i, s in enumerate(sentences) if s.intent == "out_of_scope"]
    caught = sum(asked[i] or best[i] == "out_of_scope" for i in outside) / len(outside)
    again = sum(asked) / len(asked)
    return " | ".join([*cells, f"{total:.3f} ({low:.3f})", f"{caught:.2f}", f"{again:.2f}"])


def parse_ms(chain: List[Any], encoder: str, tail: List[Any], sentences: List[Sentence]) -> float:
    """The median time of one message through the pipeline, without Rasa around it."""
    times = []
    for sentence in sentences[::13]:
        start = time.perf_counter()
        names = sentence_vector.ENCODERS[encoder]
        row = sentence_vector.vectors(names, [clean(sentence.text)]) if names else None
        message = Message.build(text=sentence.text)
        for component in chain:
            component.process([message])
        if row is not None:
            message.add_features(Features(row, "sentence", "text", "vector"))
        for component in tail:
            component.process([message])
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", help="settings, such as e5:8,both:4")
    settings = (parser.parse_args().only or ",".join(SETTINGS)).split(",")
    sentences = held_out()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        start = time.perf_counter()
        languages = [str(ROOT / "data/nlu" / language) for language in LANGUAGES]
        data, chain = bench.sparse(training_data_from_paths(languages, "nl"))
        ngram_seconds = time.perf_counter() - start
        examples = data.intent_examples
        vectors = Vectors([clean(m.get("text")) for m in examples] + [clean(s.text) for s in sentences])
        print(f"{len(examples)} training sentences with copies, {len(sentences)} held out\n")
        print("| encoder | scale | nl | en | es | pap | ar | top 3 (lowest) | out of scope caught ", end="")
        print("| asked again | train s | parse ms | encoder MB |\n|" + "---|" * 13)
        for setting in settings:
            encoder, scale = setting.split(":")
            mean = vectors.add(examples, encoder, float(scale))
            start = time.perf_counter()
            classifier = bench.trained(IntentClassifier, bench.config("IntentClassifier"), data)
            names = sentence_vector.ENCODERS[encoder]
            seconds = time.perf_counter() - start + ngram_seconds + sum(vectors.seconds[n] for n in names)
            tail = [
                classifier,
                bench.trained(WholeMessage, bench.config("WholeMessage"), data),
                bench.trained(FallbackClassifier, bench.config("FallbackClassifier"), data),
            ]
            messages = [Message.build(text=s.text) for s in sentences]
            for component in chain:
                component.process(messages)
            vectors.add(messages, encoder, float(scale), mean)
            for component in tail:
                component.process(messages)
            ms = parse_ms(chain, encoder, tail, sentences)
            memory = sum(vectors.memory[n] for n in names)
            print(f"| {encoder} | {scale} | {scores(sentences, messages)} ", end="")
            print(f"| {seconds:.0f} | {ms:.0f} | {memory} |", flush=True)


if __name__ == "__main__":
    main()
