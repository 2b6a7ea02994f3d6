"""Runs in the engine interpreter for the tests: one JSON question per line in, one answer out.

In: {"ask": name, ...arguments}. Out: {"answer": ...} or {"error": "..."}. Components are asked
without a model; `parse` and `turn` load the model of today's content.
"""

import asyncio
import json
import os
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.update(RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="2", LOG_LEVEL="ERROR")
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)
# Answers go to the real standard output; whatever Rasa prints goes to standard error.
ANSWERS = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

_loaded = {}


def _agent():
    if "agent" not in _loaded:
        import logging

        import rasa.utils.log_utils
        from rasa.core.agent import Agent

        rasa.utils.log_utils.configure_structlog(logging.ERROR)
        from bot.train import content_hash

        _loaded["agent"] = Agent.load(str(ROOT / ".models" / f"thuiswijzer-{content_hash()}.tar.gz"))
    return _loaded["agent"]


def quantities(text, today, language=None):
    from bot.components.quantity_reader import QuantityReader

    found = QuantityReader(text, date.fromisoformat(today), language).entities()
    return [{"entity": e["entity"], "value": e["value"]} for e in found]


def names(texts):
    from bot.components.names import NameFinder, read_lists

    if "names" not in _loaded:
        _loaded["names"] = NameFinder(read_lists(ROOT / "data/nlu/lookup"))
    return [[[e["entity"], e["value"]] for e in _loaded["names"].find(t)] for t in texts]


def text(function, value):
    from bot.components import text as functions

    return getattr(functions, function)(value)


def listed_intent(value, lists, language=None):
    from bot.components.whole_message import intent_of, key

    folded = {key(message): intents for message, intents in lists.items()}
    return intent_of(value, folded, language)


def typo_copy(value, share):
    from bot.components.augmentation import copy_of

    return copy_of(value, share)


def learnt_beside_scikit(examples, seed):
    """The largest difference between a chance by our learning and by scikit-learn's, on examples made up by chance."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    from bot.components.regression import learn

    chance = np.random.default_rng(seed)
    codes = np.concatenate([np.arange(4), chance.choice(4, examples - 4, p=(0.6, 0.2, 0.1, 0.1))])
    counts = csr_matrix(chance.poisson(0.2 + codes[:, None] * np.linspace(0, 0.3, 12)), dtype=np.float32)
    vectors = (chance.normal(size=(examples, 5)) + codes[:, None] / 2).astype(np.float32)
    both = hstack([counts, csr_matrix(vectors)]).tocsr()
    theirs = LogisticRegression(C=3, class_weight="balanced", max_iter=1000).fit(both, codes)
    ours = LogisticRegression()
    ours.coef_, ours.intercept_ = learn(counts, vectors, codes, C=3.0, max_iter=1000)
    ours.classes_ = theirs.classes_
    return float(np.abs(ours.predict_proba(both) - theirs.predict_proba(both)).max())


def is_long(value, most):
    from bot.components.encoders import is_long as long

    return long(value, most)


def patched_sources():
    from bot.components import engine_patches

    return engine_patches.installed_sources()


def patched_check(result):
    """Whether Rasa's own check and ours accept this answer of an action."""
    from jsonschema import ValidationError

    from bot.components import engine_patches as patches

    verdicts = []
    for check in (
        patches.originals()["RemoteAction._validate_action_result"],
        patches._validate_action_result,
    ):
        try:
            verdicts.append(check(patches.RemoteAction("action_topic", None), result))
        except ValidationError:
            verdicts.append(False)
    return verdicts


def carried_slots(values):
    """The SlotSet events a new session starts with, after these were set one by one."""
    from rasa.shared.core.events import SlotSet
    from rasa.shared.core.slots import AnySlot
    from rasa.shared.core.trackers import DialogueStateTracker

    from bot.components.engine_patches import _last_slot_values

    slots = [AnySlot(name, mappings=[{"type": "custom"}]) for name in {n for n, _ in values}]
    tracker = DialogueStateTracker("family", slots)
    for name, value in values:
        tracker.update(SlotSet(name, value))
    return [[event.key, event.value] for event in _last_slot_values(tracker)]


def next_action(intent):
    """What the policy does after a message with this intent, asked of the trained model."""
    from rasa.shared.core.events import ActionExecuted, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    processor = _agent().processor
    tracker = DialogueStateTracker("family", processor.domain.slots)
    for event in (
        ActionExecuted("action_listen"),
        UserUttered(intent, {"name": intent, "confidence": 1.0}),
    ):
        tracker.update(event, processor.domain)
    action, _ = processor.predict_next_with_tracker_if_should(tracker)
    return action.name()


def parse(texts, metadata=None):
    from rasa.core.channels.channel import UserMessage

    processor = _agent().processor

    async def understand():
        return [await processor.parse_message(UserMessage(t, metadata=metadata)) for t in texts]

    keep = ("intent", "intent_ranking", "entities")
    return [{k: parsed[k] for k in keep} for parsed in asyncio.run(understand())]


def long_talk(turns, folder):
    """Events read back for a talk of so many turns, before and after /session_start."""
    from rasa.shared.core.events import SlotSet

    from bot.components.tracker_store import HouseTrackerStore

    agent = _agent()
    store = HouseTrackerStore(host=f"sqlite:///{folder}/tracker.db", domain=agent.processor.domain)
    before, agent.processor.tracker_store = agent.processor.tracker_store, store

    async def talk():
        for turn in range(turns):
            await agent.handle_text("/thanks", sender_id="family")
            tracker = await store.retrieve("family")
            tracker.update(SlotSet("talk", {"turn": turn}))
            await store.save(tracker)
        read = len((await store.retrieve("family")).events)
        answer = await agent.handle_text("/session_start", sender_id="family")
        fresh = await store.retrieve("family")
        every = await store.retrieve_full_tracker("family")
        return {
            "before": read,
            "after": len(fresh.events),
            "kept": len(every.events) >= read,
            "talk": fresh.get_slot("talk"),
            "answer": answer,
            "journal": store.engine.execute("PRAGMA journal_mode").scalar(),
        }

    try:
        return asyncio.run(talk())
    finally:
        agent.processor.tracker_store = before
        store.engine.dispose()


def main():
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = {"answer": globals()[question.pop("ask")](**question)}
        except Exception as problem:  # the test shows it
            answer = {"error": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(answer), file=ANSWERS, flush=True)


if __name__ == "__main__":
    main()
