"""Weighs the n-gram counts, so that they and the sentence vector are in proportion.

In: messages with sparse counts of words and of parts of words. Out: the same features, in
which a rare n-gram counts more (idf), and every message has the same length, `scale`.
Raw counts grow with the length of a message and drown the sentence vector.
"""

from typing import Any, Dict, Iterator, List, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


def counts_of(message: Message) -> Iterator[Features]:
    """The sparse features of the whole message, one per featurizer."""
    for feature in message.features:
        if (
            feature.is_sparse()
            and feature.attribute == TEXT
            and feature.type == FEATURE_TYPE_SENTENCE
        ):
            yield feature


def inverse_frequency(messages: List[Message]) -> Dict[str, np.ndarray]:
    """Per featurizer and n-gram: 1 for one that every message has, more for a rare one."""
    seen: Dict[str, np.ndarray] = {}
    for message in messages:
        for feature in counts_of(message):
            counts = feature.features.tocsr()
            total = seen.setdefault(feature.origin, np.zeros(counts.shape[1]))
            total[counts.indices] += 1
    number = len(messages)
    return {
        origin: (1 + np.log((1 + number) / (1 + total))).astype(np.float32)
        for origin, total in seen.items()
    }


def weighed(counts: Any, idf: np.ndarray, scale: float) -> Any:
    """One sparse row of counts as a row of weights with length `scale`."""
    row = counts.tocsr().astype(np.float32)
    row.data = (1 + np.log(row.data)) * idf[row.indices]
    length = np.sqrt(np.square(row.data).sum())
    if length:
        row.data *= np.float32(scale / length)
    return row


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NgramWeights(GraphComponent):
    """After the count featurizers, before the classifier."""

    def __init__(self, config: Dict[Text, Any], idf: Dict[str, np.ndarray]) -> None:
        self._scale, self._idf = float(config["scale"]), idf

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"scale": 4.0}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "NgramWeights":
        component = cls(config, {})
        component._storage, component._resource = model_storage, resource
        return component

    def train(self, training_data: TrainingData) -> Resource:
        self._idf = inverse_frequency(training_data.training_examples)
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / "idf.npz", **self._idf)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "NgramWeights":
        with model_storage.read_from(resource) as folder, np.load(folder / "idf.npz") as saved:
            return cls(config, dict(saved))

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            for feature in counts_of(message):
                idf = self._idf[feature.origin]
                feature.features = weighed(feature.features, idf, self._scale)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data
