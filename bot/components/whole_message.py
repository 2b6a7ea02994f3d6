"""Recognises messages that are, as a whole, one of the listed words: yes, no, stop, thanks.

In: a classified message. Out: the same message; when the whole of it is in the word lists,
its intent becomes the listed one with confidence 1.0. The lists live in data/nlu/words and
are copied into the model.
"""

import hashlib
from pathlib import Path
from typing import Any, Dict, List, Optional, Text

import rasa.shared.utils.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.text import bare_message, fold

# message -> language -> intent
Lists = Dict[str, Dict[str, str]]


def key(text: str) -> str:
    """What is compared: the folded words, or the folded signs when there are no words (👍)."""
    return bare_message(text) or fold(text).replace(" ", "")


def read_lists(folder: Path) -> Lists:
    """All word lists of a folder; raises with file and entry when an entry is not text."""
    lists: Lists = {}
    for file in sorted(folder.glob("*.yml")):
        for intent, entries in (rasa.shared.utils.io.read_yaml_file(file) or {}).items():
            for entry in entries or []:
                if not isinstance(entry, str):
                    raise ValueError(f"{file}: {intent}: put quotes around {entry!r}")
                lists.setdefault(key(entry), {}).setdefault(file.stem, intent)
    return lists


def intent_of(text: str, lists: Lists, language: Optional[str] = None) -> Optional[str]:
    """The listed intent of a whole message; None when languages disagree and none is given."""
    found = lists.get(key(text), {})
    if language in found:
        return found[language]
    intents = set(found.values())
    return intents.pop() if len(intents) == 1 else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WholeMessage(GraphComponent, IntentClassifier):
    """After the classifier, before the fallback."""

    def __init__(self, config: Dict[Text, Any], lists: Optional[Lists] = None) -> None:
        self._config, self._lists = config, lists or {}

    @classmethod
    def required_components(cls) -> List[Any]:
        return []

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"folder": "data/nlu/words"}

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Optional[str]:
        files = sorted(Path(config["folder"]).glob("*.yml"))
        return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "WholeMessage":
        component = cls(config)
        component._storage, component._resource = model_storage, resource
        return component

    def train(self, training_data: TrainingData) -> Resource:
        lists = read_lists(Path(self._config["folder"]))
        with self._storage.write_to(self._resource) as folder:
            rasa.shared.utils.io.dump_obj_as_json_to_file(folder / "lists.json", lists)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "WholeMessage":
        with model_storage.read_from(resource) as folder:
            return cls(config, rasa.shared.utils.io.read_json_file(folder / "lists.json"))

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            language = (message.get("metadata") or {}).get("language")
            intent = intent_of(message.get(TEXT) or "", self._lists, language)
            if intent is None:
                continue
            sure = {"name": intent, "confidence": 1.0}
            others = [r for r in message.get(INTENT_RANKING_KEY) or [] if r["name"] != intent]
            message.set(INTENT, sure, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [sure, *others], add_to_output=True)
        return messages
