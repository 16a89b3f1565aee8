"""The spans of time that figures are kept by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Span(StrEnum):
    """What a document of figures covers. Of an hour there are figures beside those of its minutes, so that reading a
    week takes a few hundred documents.
    """

    MINUTE = "minute"
    HOUR = "hour"

    @property
    def length(self) -> timedelta:
        return LENGTHS[self]

    @property
    def kept(self) -> timedelta:
        return KEPT[self]


LENGTHS = {Span.MINUTE: timedelta(minutes=1), Span.HOUR: timedelta(hours=1)}
KEPT = {Span.MINUTE: timedelta(days=1), Span.HOUR: timedelta(days=9)}
LONGEST_WINDOW = timedelta(days=7)
LONGEST_BY_MINUTES = timedelta(hours=6)
"""A longer window is read by hours."""
STEPS = (
    (timedelta(hours=2), timedelta(minutes=1)),
    (LONGEST_BY_MINUTES, timedelta(minutes=5)),
    (LONGEST_WINDOW, timedelta(hours=1)),
)
"""How long a window may be for its series to have such steps: 168 points at the most."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def floor(moment: datetime, length: timedelta) -> datetime:
    return moment - (moment - _EPOCH) % length


def ceiling(moment: datetime, length: timedelta) -> datetime:
    return moment + (_EPOCH - moment) % length


def step_of(window: timedelta) -> timedelta:
    return next(step for most, step in STEPS if window <= most)
