"""Rasa's RulePolicy, in which our own rules win over built-in meanings of intents.

In: a conversation. Out: the next action. Rasa maps the intents `restart` and `back` to its
own actions before it looks at any rule; for us they are questions a person asks, and only
`session_start` keeps its built-in meaning.
"""

from typing import Optional, Text, Tuple

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import USER_INTENT_SESSION_START
from rasa.shared.core.trackers import DialogueStateTracker

from bot.components import engine_patches

engine_patches.apply()


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True
)
class HouseRules(RulePolicy):
    """RulePolicy with one built-in intent left."""

    @staticmethod
    def _find_action_from_default_actions(
        tracker: DialogueStateTracker,
    ) -> Tuple[Optional[Text], Optional[Text]]:
        message = tracker.latest_message
        if message and message.intent.get("name") != USER_INTENT_SESSION_START:
            return None, None
        return RulePolicy._find_action_from_default_actions(tracker)
