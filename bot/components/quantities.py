"""Finds numbers, ages, dates and durations by rules, in ten languages at once.

In: a message; metadata may give `language`, and `today` as an ISO day. Out: the same message
with entities `number` (int), `age` (years, or {months: n}), `date` (ISO day) and `duration`
({amount, unit}). A count that belongs to an age, date or duration is not also a number.
"""

from datetime import date
from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.quantity_reader import QuantityReader


def reference_day(metadata: Optional[Dict[str, Any]]) -> date:
    """The day of the message: the gateway's, or the clock's when it says none."""
    try:
        return date.fromisoformat((metadata or {})["today"])
    except (KeyError, TypeError, ValueError):
        return date.today()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class Quantities(EntityExtractorMixin, GraphComponent):
    """The extractor around QuantityReader."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Quantities":
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            metadata = message.get("metadata") or {}
            reader = QuantityReader(
                message.get(TEXT) or "", reference_day(metadata), metadata.get("language")
            )
            found = self.add_extractor_name(reader.entities())
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
