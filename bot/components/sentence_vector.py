"""Gives each message a dense sentence vector, centred on the training data and scaled.

In: messages with text. Out: the same messages with one dense sentence feature.
`encoder` in the config: e5, use, both or none. `learnt_up_to`: examples with more tokens are learnt from
their n-grams alone (None: all get a vector). Encoding them took half the time of a training, and a model that
sees some examples without a vector trusts its words more; the vector of a person's message is always made.
The mean of the training data and the scale are kept in the model, because a classifier trained on centred
vectors needs the same centre.
"""

from typing import Any, Dict, List, Text

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
from bot.components.encoders import ENCODERS, encode, is_long, many_vectors, one_vector
from bot.components.text import clean

# Vectors of the sentences being trained on; emptied when they have been used.
_TRAINING_VECTORS: Dict[tuple, np.ndarray] = {}


def _told(message: Message) -> str:
    """The cleaned words of a message; of a training copy those of the sentence it was copied from."""
    return clean(message.get(WITHOUT_SLIPS) or message.get(TEXT))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceVector(DenseFeaturizer, GraphComponent):
    """The dense featurizer around the encoders that carry their model with them."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {**DenseFeaturizer.get_default_config(), "encoder": "e5", "scale": 8.0, "learnt_up_to": None}

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
            most = self._config["learnt_up_to"]
            texts = {_told(e) for e in training_data.training_examples if e.get(TEXT)}
            texts = sorted(text for text in texts if most is None or not is_long(text, most))
            rows = many_vectors(self._names, texts)
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
            if self._names and message.get(TEXT) is not None:
                self._add(message, one_vector(self._names, _told(message)) - self._mean)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        for example in training_data.training_examples:
            if self._names and example.get(TEXT) is not None:
                row = _TRAINING_VECTORS.get((self._names, _told(example)))
                self._add(example, np.zeros_like(self._mean) if row is None else row - self._mean)
        _TRAINING_VECTORS.clear()
        return training_data

    def _add(self, message: Message, row: np.ndarray) -> None:
        """The vector, seen from the middle of all."""
        scaled = (row * self._scale)[np.newaxis, :]
        message.add_features(Features(scaled, FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS]))
