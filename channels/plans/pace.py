"""How fast one link may be used: quick fingers are fine, ten thousand ticks are not."""

from __future__ import annotations

from collections import OrderedDict

_MOST = 5000  # links that are remembered; who was away longest is forgotten


class Pace:
    """A bucket per key: `burst` at once, `per_second` after that. Times are seconds of any clock that only rises."""

    def __init__(self, burst: float, per_second: float) -> None:
        self._burst, self._per_second = burst, per_second
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, key: str, at: float, cost: float = 1) -> bool:
        """Whether this may happen now; if so it counts."""
        left, since = self._left.get(key, (self._burst, at))
        left = min(self._burst, left + (at - since) * self._per_second)
        fine = left >= cost
        self._left[key] = (left - cost if fine else left, at)
        self._left.move_to_end(key)
        if len(self._left) > _MOST:
            self._left.popitem(last=False)
        return fine
