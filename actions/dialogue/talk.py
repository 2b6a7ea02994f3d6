"""What the dialogue carries from turn to turn (one Rasa slot), and what it heard in this turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from actions.eligibility.situation import Situation

Payload = dict[str, Any]
# What a payload tells the gateway beside what is said: it happens once, also when the words are said again.
ASIDE = ("sheet", "ticks", "remind", "unlink")


@dataclass(frozen=True, slots=True)
class Heard:
    """One message as understood. `ranking`: intents with confidence, best first. `choice`: what was tapped, if so.

    `lang`: the language of the talk, "" when it is not known. `danger`: keys of what the gateway itself said just
    before, when it heard words of danger. `ticks`: item of the plan → whether it is done, as the gateway keeps it.
    `sheet`: a page shows this plan, and wants to hear when it changes. `entry`: by which {gemeente, post, topic} the
    family came in, a hint and never an answer.
    """

    intent: str
    text: str = ""
    choice: str = ""
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Mapping[str, Any], ...] = ()
    lang: str = ""
    danger: tuple[str, ...] = ()
    ticks: Mapping[str, bool] = field(default_factory=dict)
    sheet: bool = False
    entry: Mapping[str, str] = field(default_factory=dict)

    @property
    def confidence(self) -> float:
        """How sure the understanding of the best intent is; 1 for a tap."""
        return next((sure for name, sure in self.ranking if name == self.intent), 1.0)

    def values(self, entity: str) -> list[Any]:
        """The values found for one kind of entity, in order."""
        return [found["value"] for found in self.entities if found.get("entity") == entity]


@dataclass(slots=True)
class Talk:
    """The state of one dialogue. `asked`: questions answered, oldest first. `shown`: right → what was shown of it.

    `nearest`: facts, nearest to the last question first. `told`: facts of this subject told. `finished`: checks ended.
    `done`: items of the plan ticked off. `later`, `plan_seen`: item → the day it was put off, or first told.
    `entry`: how the family came in, as it was heard last.
    """

    situation: Situation = field(default_factory=Situation)
    journey: str = ""
    last_journey: str = ""
    finished: list[str] = field(default_factory=list)
    asking: str = ""
    gathering: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    topic: str = ""
    told: list[str] = field(default_factory=list)
    nearest: list[str] = field(default_factory=list)
    offer: str = ""
    shown: dict[str, str] = field(default_factory=dict)
    grounds: list[str] = field(default_factory=list)
    last: list[Payload] = field(default_factory=list)
    misunderstood: int = 0
    done: list[str] = field(default_factory=list)
    later: dict[str, str] = field(default_factory=dict)
    plan_seen: dict[str, str] = field(default_factory=dict)
    entry: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def from_slot(slot: Mapping[str, Any] | None) -> Talk:
        """Build from the slot; an empty slot is a new talk. Raises ValueError for answers that cannot be."""
        plain = dict(slot or {})
        plain["situation"] = Situation.from_dict(plain.get("situation", {}))
        return Talk(**plain)

    def to_slot(self) -> dict[str, Any]:
        """Plain JSON-able data."""
        plain = {name: value for name, value in asdict(self).items() if name != "situation"}
        return {**plain, "situation": self.situation.to_dict()}

    def record(self, question: str, value: Any) -> None:
        """Note the answer to a question (None takes it back)."""
        self.situation = self.situation.with_answer(question, value)
        if question in self.asked:
            self.asked.remove(question)
        if value is not None:
            self.asked.append(question)

    def tick(self, item: str, *, done: bool) -> None:
        """Note that an item of the plan is done, or is not done after all."""
        self.done = [slug for slug in self.done if slug != item] + [item] * done

    def leave_journey(self) -> None:
        """Stop asking; what was told stays."""
        self.last_journey = self.journey or self.last_journey
        self.journey = self.asking = self.offer = ""
        self.gathering = []
