"""Closes minutes: sums up what ended and was used in them, once nothing can be added to them any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.clock import Clock
from chalicelib.tasks import figures
from chalicelib.tasks.buckets import Buckets
from chalicelib.tasks.ended import EndedTasks
from chalicelib.tasks.figures import Ended, Figures
from chalicelib.tasks.spans import Span, floor

LATENESS = timedelta(minutes=2)
"""How long after the time it names an end may reach the store. A worker writes it within the time-out of one call; one
that is frozen in between loses its lease, unless no other worker is free for all of this time."""
LONGEST_STRETCH = timedelta(hours=1)
MOST_AT_ONCE = 20_000
"""How much is summed up at once: so long a time, and of a busy one as many minutes as have so many tasks, or else one.
"""
STRETCHES = 48
"""How many at the most in one pass: a tally that stood still catches up in a few."""


class Tallier:
    """Reads each ended task once and writes two documents a minute. Two that run at once write the same."""

    def __init__(self, ended: EndedTasks, buckets: Buckets, *, clock: Clock, at_once: int = MOST_AT_ONCE) -> None:
        self._ended = ended
        self._buckets = buckets
        self._clock = clock
        self._at_once = at_once

    def run(self) -> dict[datetime, Figures]:
        """One bounded pass. Returns the minutes that it closed and in which something ended: no other pass does."""
        closed: dict[datetime, Figures] = {}
        for _ in range(STRETCHES):
            stretch = self._close_stretch()
            if stretch is None:
                break
            closed |= stretch
        return closed

    def _close_stretch(self) -> Mapping[datetime, Figures] | None:
        """None when there is nothing to close."""
        last = floor(self._clock() - LATENESS, Span.MINUTE.length)
        known = self._buckets.closed()
        if known is None:
            first = filter(None, (self._ended.first(), self._buckets.first_used()))
            self._buckets.begin(min([last, *(floor(moment, Span.MINUTE.length) for moment in first)]))
            known = self._buckets.closed()
            assert known
        until = min(last, floor(known.until + LONGEST_STRETCH, Span.HOUR.length))
        if until <= known.until:
            return None
        found = self._ended.between(known.until, until, limit=self._at_once)
        if found.until < until:
            until = max(floor(found.until, Span.MINUTE.length), known.until + Span.MINUTE.length)
            found = self._ended.between(known.until, until)
        minutes = _by_minute(found.ended)
        self._buckets.write_ended(Span.MINUTE, minutes)
        if until == floor(until, Span.HOUR.length):
            self._write_hour(until - Span.HOUR.length, until)
        used = self._buckets.usage(Span.MINUTE, known.until, until)
        mine = self._buckets.close(known.until, until, figures.merge(minutes.values()), used)
        return minutes if mine else {}

    def _write_hour(self, start: datetime, end: datetime) -> None:
        of_minutes = figures.merge(found for _, found in self._buckets.ended(Span.MINUTE, start, end))
        if of_minutes:
            self._buckets.write_ended(Span.HOUR, {start: of_minutes})
        used = self._buckets.usage(Span.MINUTE, start, end)
        if used.memory_mib is not None:
            self._buckets.write_usage(start, used)


def _by_minute(ended: Sequence[Ended]) -> dict[datetime, Figures]:
    minutes: dict[datetime, list[Ended]] = {}
    for one in ended:
        minutes.setdefault(floor(one.at, Span.MINUTE.length), []).append(one)
    return {minute: figures.count(minutes[minute]) for minute in sorted(minutes)}
