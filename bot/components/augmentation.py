"""Adds copies of training sentences with the slips people make. Only while training.

In: training data. Out: the same data plus, for a share of the sentences, a copy with one or
two typing mistakes. The choice depends on the sentence alone, so the same data always give the
same copies. Copies without accents are not needed: the tokenizer folds accents away.
"""

import random
from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.text import clean

SHORTEST_WORD = 5
WITHOUT_SLIPS = "without_slips"  # the vector is made from it: the slips are for the n-grams


def with_typo(text: str, chance: random.Random) -> str:
    """One long word with two letters swapped, one lost or one doubled; short words stay."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) >= SHORTEST_WORD and word.isalpha()]
    if not long:
        return text
    i = chance.choice(long)
    word, at = words[i], chance.randrange(1, len(words[i]) - 2)
    slip = chance.choice(("swap", "lose", "double"))
    if slip == "swap":
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    else:
        word = word[:at] + (word[at] * 2 if slip == "double" else "") + word[at + 1 :]
    return " ".join([*words[:i], word, *words[i + 1 :]])


def copy_of(text: str, share: float) -> Optional[str]:
    """A copy with typing mistakes, for that share of all sentences; None for the others."""
    text = clean(text)
    chance = random.Random(text)
    if chance.random() >= share:
        return None
    copy = with_typo(text, chance)
    copy = with_typo(copy, chance) if len(text) > 40 else copy
    return copy if copy != text else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class TrainingCopies(GraphComponent):
    """First in the pipeline; a message of a person passes through untouched."""

    def __init__(self, config: Dict[Text, Any]) -> None:
        self._config = config

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"share": 0.25}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TrainingCopies":
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        examples = training_data.intent_examples
        made = [(e, copy_of(e.get(TEXT) or "", self._config["share"])) for e in examples]
        more = [copied(e, c) for e, c in made if c]
        return training_data.merge(TrainingData(training_examples=more))


def copied(example: Message, copy: str) -> Message:
    """A training message with slips, that still knows the sentence without them."""
    message = Message.build(text=copy, intent=example.get(INTENT))
    message.set(WITHOUT_SLIPS, example.get(TEXT))
    return message
