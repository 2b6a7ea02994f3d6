"""Rasa with our model and without our repairs: `python -m bench.stock run ...`, with the engine interpreter.

The policy in the model applies the repairs when it is imported; here that does nothing, and this is checked.
Everything else is Rasa's own command line.
"""

import sys

from bot.components import engine_patches

engine_patches.apply = lambda: None

from rasa.__main__ import main  # noqa: E402
from rasa.core.actions.action import ActionSessionStart, RemoteAction  # noqa: E402

from bot.components import house_rules  # noqa: E402, F401


def unrepaired() -> bool:
    """Whether Rasa's functions are still its own."""
    own = engine_patches.originals()
    return (
        RemoteAction._validate_action_result is own["RemoteAction._validate_action_result"]
        and ActionSessionStart._slot_set_events_from_tracker is own["ActionSessionStart._slot_set_events_from_tracker"]
    )


if __name__ == "__main__":
    if not unrepaired():
        sys.exit("this Rasa is repaired, so it is no stock Rasa")
    main()
