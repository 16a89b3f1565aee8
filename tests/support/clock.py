"""A clock that stands still until told otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EVER = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class FakeClock:
    def __init__(self, start: datetime = EVER) -> None:
        self._now = start

    def __call__(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
