"""The figures of the service, for whoever looks: of a window of time, or since counting began.

What is exact: ended tasks by type and status, their retries, lost workers, durations and queue delays, as counts and
means. They are read off the tasks themselves, in the last minutes directly and before from minutes that were closed
(``tallier``), so that a crash loses none of them. A task ends once, and is counted in the minute of its end; one that
is retried by hand has ended before and ends again. Not counted is what ``retention`` removed before it was closed, and
an end that reached the store later than ``tallier.LATENESS``.

What is approximate: quantiles, by 4.5 % at the most (``histogram``). Usage of workers, calls of clouds and changes of
assets are added up by each worker after its batch, and every 30 seconds in a long one: what a worker that dies has done
since is missing, and a write that fails is in the log. What is open is told up to ``load.MOST_COUNTED``.

The cost of reading: a few hundred documents, the tasks of the last minutes (``MOST_RECENT`` at the most, else ``until``
is earlier than now), and one look at the open tasks; independent of how many tasks are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.clock import Clock
from chalicelib.tasks import figures
from chalicelib.tasks.buckets import Buckets
from chalicelib.tasks.documents import SKEW
from chalicelib.tasks.ended import EndedTasks, Endings
from chalicelib.tasks.figures import Figures
from chalicelib.tasks.load import Load, LoadGauge
from chalicelib.tasks.spans import LONGEST_BY_MINUTES, Span, ceiling, floor, step_of
from chalicelib.tasks.usage import UsageFigures

MOST_RECENT = 10_000
"""How many ended tasks are read beside the closed minutes."""
MEMORY_WINDOW = timedelta(hours=1)


class Point(NamedTuple):
    """What ended in one step of a window that begins ``at``; ``mean_duration`` in seconds, None of nothing."""

    at: datetime
    completed: int
    failed: int
    cancelled: int
    mean_duration: float | None


class Stats(NamedTuple):
    """From ``since`` on, a whole step of the series, and before ``until``."""

    since: datetime
    until: datetime
    load: Load
    types: Figures
    series: Sequence[Point]
    usage: UsageFigures


class Totals(NamedTuple):
    """All that was counted since the beginning: numbers that never fall. Only ``memory_mib`` of ``usage`` is that of
    the last hour.
    """

    load: Load
    types: Figures
    usage: UsageFigures


class StatsService:
    def __init__(
        self,
        gauge: LoadGauge,
        ended: EndedTasks,
        buckets: Buckets,
        *,
        clock: Clock,
        most_recent: int = MOST_RECENT,
    ) -> None:
        self._gauge = gauge
        self._ended = ended
        self._buckets = buckets
        self._clock = clock
        self._most_recent = most_recent

    def window(self, length: timedelta) -> Stats:
        """The last ``length``, ``spans.LONGEST_WINDOW`` at the most."""
        now = self._clock()
        step = step_of(length)
        since = floor(now - length, step)
        closed = self._buckets.closed()
        closed_until = closed.until if closed else since
        recent = self._since(max(since, closed_until), now)
        minutes_from = since if length <= LONGEST_BY_MINUTES else max(since, floor(closed_until, Span.HOUR.length))
        parts = [*self._closed(since, minutes_from, closed_until), *_by_step(recent, step)]
        until = min(now, recent.until)
        return Stats(
            since=since,
            until=until,
            load=self._gauge.read(),
            types=figures.merge(found for _, found in parts),
            series=_series(parts, since, until, step),
            usage=self._used(since, minutes_from, now),
        )

    def totals(self) -> Totals:
        now = self._clock()
        closed = self._buckets.closed()
        since = closed.until if closed else self._ended.first() or now
        recent = self._since(since, now)
        usage = self._buckets.former_usage()
        if closed:
            usage.merge(closed.usage)
        usage.merge(self._by_minutes(closed.until if closed else self._buckets.first_used() or now, now))
        usage.memory_mib = self._by_minutes(now - MEMORY_WINDOW, now).memory_mib
        known = closed.figures if closed else {}
        return Totals(self._gauge.read(), figures.merge([known, figures.count(recent.ended)]), usage)

    def _since(self, start: datetime, now: datetime) -> Endings:
        """Another's clock may be ahead of ours."""
        return self._ended.between(start, now + SKEW, limit=self._most_recent)

    def _closed(self, since: datetime, minutes_from: datetime, until: datetime) -> Iterable[tuple[datetime, Figures]]:
        """Closed spans: whole hours first, then minutes."""
        yield from self._buckets.ended(Span.HOUR, since, minutes_from)
        yield from self._buckets.ended(Span.MINUTE, minutes_from, until)

    def _used(self, since: datetime, minutes_from: datetime, now: datetime) -> UsageFigures:
        used = self._buckets.usage(Span.HOUR, since, minutes_from)
        used.merge(self._by_minutes(minutes_from, now))
        return used

    def _by_minutes(self, since: datetime, now: datetime) -> UsageFigures:
        """Minutes that are closed, and those that are not yet."""
        return self._buckets.usage(Span.MINUTE, since, ceiling(now + SKEW, Span.MINUTE.length))


def _by_step(recent: Endings, step: timedelta) -> list[tuple[datetime, Figures]]:
    return [(floor(ended.at, step), figures.count([ended])) for ended in recent.ended]


def _series(
    parts: Iterable[tuple[datetime, Figures]], since: datetime, until: datetime, step: timedelta
) -> list[Point]:
    found: dict[datetime, list[Figures]] = {}
    for at, part in parts:
        found.setdefault(floor(at, step), []).append(part)
    steps = range(-(-(until - since) // step))
    return [_point(since + number * step, figures.merge(found.get(since + number * step, ()))) for number in steps]


def _point(at: datetime, types: Mapping[str, figures.TypeFigures]) -> Point:
    total = figures.TypeFigures()
    for of_type in types.values():
        total.merge(of_type)
    return Point(at, total.completed, total.failed, total.cancelled, total.duration.mean)
