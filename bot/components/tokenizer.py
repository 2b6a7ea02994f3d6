"""Splits a message into folded words.

In: a message with text. Out: the same message with tokens in one spelling, so that the
n-gram features do not see accents, capitals or Arabic spelling variants.
"""

from typing import Any, Dict, List, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.components.text import consonants, fold, words


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class FoldedTokenizer(Tokenizer):
    """Words of the folded text; a message without any word gets one token of its signs.

    Words in Ge'ez script stand a second time by their consonants: their vowels change with every form.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def tokenize(self, message: Message, attribute: Text) -> List[Token]:
        text = fold(message.get(attribute))
        found = words(text) or text.split() or ["?"]
        found += [bare for word in found if (bare := consonants(word)) != word]
        # Positions in the folded text are meaningless to a reader of the original: count up.
        tokens, start = [], 0
        for word in found:
            tokens.append(Token(word, start))
            start += len(word) + 1
        return tokens
