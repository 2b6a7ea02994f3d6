"""Two small repairs of Rasa 3.6.21, applied when our policy is imported.

1. Each answer of an action is checked against a schema that never changes; Rasa rebuilds
   that check every time (37 ms of a turn). We prepare it once; it checks the same.
2. A new session carries over every value a slot ever had, so carried events pile up from
   session to session. We carry over the last value of each slot.

tests/bot compares the hashes of the sources with the installed Rasa: when Rasa changes, read
its code again beside ours.
"""

import hashlib
import inspect
from typing import Any, Callable, Dict, List, Text

from jsonschema.validators import validator_for
from rasa.core.actions.action import ActionSessionStart, RemoteAction
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

_SCHEMA = RemoteAction.action_response_format_spec()
_VALIDATOR = validator_for(_SCHEMA)(_SCHEMA)

_ORIGINALS = {
    "RemoteAction._validate_action_result": RemoteAction._validate_action_result,
    "RemoteAction.action_response_format_spec": RemoteAction.action_response_format_spec,
    "ActionSessionStart._slot_set_events_from_tracker": (
        ActionSessionStart._slot_set_events_from_tracker
    ),
    "ActionSessionStart.run": ActionSessionStart.run,
}


def originals() -> Dict[str, Callable[..., Any]]:
    """Rasa's own functions, as they were before `apply`."""
    return dict(_ORIGINALS)


def installed_sources() -> Dict[str, str]:
    """A short hash of the source of every Rasa function we replace or rely on."""
    return {
        name: hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16]
        for name, function in _ORIGINALS.items()
    }


def _validate_action_result(self: RemoteAction, result: Dict[Text, Any]) -> bool:
    """True for a valid answer; raises jsonschema's ValidationError for any other."""
    for error in _VALIDATOR.iter_errors(result):
        raise error
    return True


def _last_slot_values(tracker: DialogueStateTracker) -> List[SlotSet]:
    """One SlotSet per slot: the last one, in the order the slots were last set."""
    last: Dict[str, SlotSet] = {}
    for event in tracker.applied_events():
        if isinstance(event, SlotSet):
            last.pop(event.key, None)
            last[event.key] = SlotSet(event.key, event.value, metadata=event.metadata)
    return list(last.values())


def apply() -> None:
    """Puts the repairs in place; calling it again changes nothing."""
    RemoteAction._validate_action_result = _validate_action_result
    ActionSessionStart._slot_set_events_from_tracker = staticmethod(_last_slot_values)
