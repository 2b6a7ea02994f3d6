"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


class Clock:
    """Called, it gives the moment in UTC; give it to GraphServer, and to whatever must have the same time."""

    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **amount: float) -> None:
        """Move on, for example forward(hours=25)."""
        self.moment += timedelta(**amount)
