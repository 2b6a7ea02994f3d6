"""Meta's own books: who may be written to now, how fast, and what it costs. Every rule can be loosened by a test."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.whatsapp.graph_server.refusals import Refusal

if TYPE_CHECKING:
    from tests.whatsapp.graph_server.people import Person

WINDOW = timedelta(hours=24)
_BURST, _EVERY = 3, 6.0  # messages at once to one person, and seconds until the next


@dataclass
class Rules:
    """`window_fails_later`: outside the window a text is accepted and fails afterwards, as often happens.

    `per_second`: messages per number; `new_people`: whom templates may reach in 24 hours outside their window;
    `free`: answers per number and month that cost nothing; `paid`: whether there is a way to pay for more;
    `ids_in_to`: an id of a person is taken in `to` as well, which Meta does not say.
    """

    clock: Callable[[], datetime]
    pair_rate: bool = True
    window_fails_later: bool = False
    ids_in_to: bool = False
    per_second: int = 80
    new_people: int = 250
    free: int = 1000
    paid: bool = True
    _moments: dict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))
    _pairs: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    _reached: dict[str, datetime] = field(default_factory=dict)
    _answers: Counter[tuple[str, int, int]] = field(default_factory=Counter)

    def throughput(self, number: str) -> None:
        """One more message through this number. Raises Refusal."""
        now, moments = self.clock(), self._moments[number]
        while moments and now - moments[0] >= timedelta(seconds=1):
            moments.popleft()
        if len(moments) >= self.per_second:
            raise Refusal(130429, "Too many messages were sent from this phone number in a short period of time")
        moments.append(now)

    def pair(self, person: Person) -> None:
        """One more message to this person. Raises Refusal."""
        now = self.clock()
        left, since = self._pairs.get(person.key, (float(_BURST), now))
        left = min(float(_BURST), left + (now - since).total_seconds() / _EVERY)
        if self.pair_rate and left < 1:
            raise Refusal(131056, "Too many messages from this phone number to the same phone number")
        self._pairs[person.key] = (left - 1, now)

    def window(self, person: Person) -> bool:
        """Whether a message that is no template arrives. Raises Refusal where Meta says so at once."""
        if not person.window_open and not self.window_fails_later:
            raise Refusal(131047, "More than 24 hours have passed since the recipient last replied to this number")
        return person.window_open

    def reach(self, person: Person) -> None:
        """A template to this person. Raises Refusal when that is one person too many today."""
        if person.window_open:
            return
        now = self.clock()
        self._reached = {key: when for key, when in self._reached.items() if now - when < WINDOW}
        if person.key not in self._reached and len(self._reached) >= self.new_people:
            raise Refusal(131048, "There are restrictions on how many messages can be sent from this phone number")
        self._reached.setdefault(person.key, now)

    def price(self, number: str, category: str) -> tuple[dict[str, Any], bool]:
        """`pricing` of one more message, and whether it is delivered: over the free ones only when somebody pays."""
        now = self.clock()
        free = False
        if category == "service":
            self._answers[number, now.year, now.month] += 1
            free = self._answers[number, now.year, now.month] <= self.free
        kind = "free_customer_service" if free else "regular"
        pricing = {"billable": not free, "pricing_model": "PMP", "type": kind, "category": category}
        return pricing, free or self.paid
