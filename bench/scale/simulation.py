"""The queue of one lane and its consumers, batch by batch. The same seed gives the same day.

A batch lasts as long as its slowest task, or as its processor time takes. What waits for longer than the recoverer's
patience is sent again, at doubling times and so many a minute: such a message finds its task taken, later, and costs a
claim. A schedule that finds an account's last sync still open starts none (it is deduplicated): what cannot be kept up
with is skipped.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from bench.scale.inputs import HOUR, Inputs

MINUTE = 60.0
SAMPLES = 5_000
"""Batches that are drawn beforehand, and then drawn from."""
SCOPE, PARENT, JOIN, KNOWN = range(4)


@dataclass
class Day:
    """What came of it. ``minutes`` has, for each, (commands to the store, messages that wait, busy consumers)."""

    hours: int
    syncs: int = 0
    skipped: int = 0
    scopes: int = 0
    batches: int = 0
    known: int = 0
    messages: int = 0
    busy_seconds: float = 0
    commands: float = 0
    slowest_sync: float = 0
    longest_wait: float = 0
    minutes: dict[int, list[float]] = field(default_factory=dict)

    @property
    def peak_commands_a_second(self) -> float:
        return max(minute[0] for minute in self.minutes.values()) / MINUTE

    @property
    def peak_waiting(self) -> int:
        return int(max(minute[1] for minute in self.minutes.values()))

    @property
    def peak_busy(self) -> int:
        return int(max(minute[2] for minute in self.minutes.values()))


@dataclass
class Bundle:
    """Messages of one kind and account that came at one time, at the end of the queue."""

    kind: int
    account: int
    count: int
    at: float


class Simulation:
    def __init__(self, inputs: Inputs, hours: int = 24) -> None:
        self._in = inputs
        self._hours = hours
        self._random = Random(inputs.seed)
        self._day = Day(hours)
        self._queue: deque[Bundle] = deque()
        self._waiting = 0
        self._running: list[tuple[float, int, list[Bundle]]] = []
        self._overdue: list[tuple[float, int, int, Bundle]] = []
        self._remembered = 0
        self._left: dict[int, int] = {}
        self._begun: dict[int, float] = {}
        self._drawn = [self._draw() for _ in range(SAMPLES)]

    def run(self) -> Day:
        """Minute by minute for what the clock does, batch by batch for what the consumers do."""
        end = self._hours * HOUR
        now, due = 0.0, 0
        while now < end:
            if now % HOUR == 0:
                due = 0
            due = self._schedule(now, due)
            self._resend(now)
            self._work(now, now + MINUTE)
            self._minute(now)[1] = self._waiting
            now += MINUTE
        return self._day

    def _minute(self, at: float) -> list[float]:
        return self._day.minutes.setdefault(int(at // MINUTE), [0.0, 0.0, 0.0])

    def _schedule(self, now: float, due: int) -> int:
        """The next accounts of the hour, by number; returns how many have been dealt with."""
        last = min(due + self._in.room.scheduled_a_minute, self._in.fleet.accounts)
        for account in range(due, last):
            if account in self._begun:
                self._day.skipped += 1
                continue
            self._begun[account] = now
            self._put(Bundle(PARENT, account, 1, now))
        return last

    def _resend(self, now: float) -> None:
        """What still waits when its time has come, and not again before a time that doubles."""
        room, sent = self._in.room, 0
        while self._overdue and self._overdue[0][0] <= now and sent < room.resent_a_minute:
            _, _, resends, bundle = heapq.heappop(self._overdue)
            if not bundle.count:
                continue
            sent += bundle.count
            self._remember(now + room.patience * 2 ** (resends + 1), resends + 1, bundle)
        if sent:
            self._put(Bundle(KNOWN, -1, sent, now))
            commands = sent / room.resent_at_once * self._in.counts.commands_of_resends
            self._day.commands += commands
            self._minute(now)[0] += commands

    def _remember(self, at: float, resends: int, bundle: Bundle) -> None:
        self._remembered += 1
        heapq.heappush(self._overdue, (at, self._remembered, resends, bundle))

    def _put(self, bundle: Bundle) -> None:
        self._queue.append(bundle)
        if bundle.kind != KNOWN:
            self._remember(bundle.at + self._in.room.patience, 0, bundle)
        self._waiting += bundle.count
        self._day.messages += bundle.count

    def _allowed(self, now: float) -> int:
        """Consumers that the poller has by now: it begins anew after each lull, which is when the hour begins."""
        room = self._in.room
        return min(room.concurrency, room.first_concurrency + int(now % HOUR / MINUTE * room.more_a_minute))

    def _work(self, now: float, until: float) -> None:
        while True:
            allowed = self._allowed(now)
            while self._queue and len(self._running) < allowed:
                self._start(now)
            busy = self._minute(now)
            busy[2] = max(busy[2], len(self._running))
            if not self._running or self._running[0][0] >= until:
                return
            now, _, done = heapq.heappop(self._running)
            self._finish(done, now)

    def _start(self, now: float) -> None:
        taken = self._take(now)
        seconds, commands = self._cost(taken)
        day = self._day
        day.batches += 1
        day.busy_seconds += seconds
        day.commands += commands
        self._minute(now)[0] += commands
        heapq.heappush(self._running, (now + seconds, day.batches, taken))

    def _take(self, now: float) -> list[Bundle]:
        taken: list[Bundle] = []
        room = self._in.room.batch
        while room and self._queue:
            head = self._queue[0]
            count = min(room, head.count)
            if head.kind == SCOPE:
                self._day.longest_wait = max(self._day.longest_wait, now - head.at)
            taken.append(Bundle(head.kind, head.account, count, head.at))
            head.count -= count
            room -= count
            if not head.count:
                self._queue.popleft()
        self._waiting -= sum(it.count for it in taken)
        return taken

    def _cost(self, taken: list[Bundle]) -> tuple[float, float]:
        """Seconds of the batch, and commands to the store."""
        times, counts, scopes = self._in.times, self._in.counts, self._in.fleet.scopes
        of_kind = [sum(it.count for it in taken if it.kind == kind) for kind in (SCOPE, PARENT, JOIN, KNOWN)]
        seconds, commands = times.invocation + counts.commands_of_known * times.round_trip, counts.commands_of_known
        slowest = 0.0
        if of_kind[SCOPE]:
            longest, cpu, pages = self._drawn[int(self._random.random() * SAMPLES)]
            share = of_kind[SCOPE] / self._in.room.batch
            slowest = max(longest, cpu * share / times.vcpu)
            commands += of_kind[SCOPE] * counts.commands_of_scope + pages * share * counts.commands_of_page
        for kind, each in ((PARENT, times.fan_out_of_scope), (JOIN, times.join_of_scope)):
            if of_kind[kind]:
                slowest = max(slowest, of_kind[kind] * scopes * each)
                commands += of_kind[kind] * counts.commands_of_parent
        seconds += slowest
        self._day.known += of_kind[KNOWN]
        return seconds, commands + 2 * seconds / counts.beat_seconds

    def _draw(self) -> tuple[float, float, int]:
        """A full batch of scopes: seconds of the slowest, processor seconds and pages of all."""
        times, counts = self._in.times, self._in.counts
        longest, cpu, pages = 0.0, 0.0, 0
        for _ in range(self._in.room.batch):
            of_scope = self._pages()
            seconds = sum(times.page * self._random.lognormvariate(0, times.page_spread) for _ in range(of_scope))
            seconds += (counts.commands_of_scope + of_scope) * times.round_trip
            longest = max(longest, seconds)
            cpu += times.scope_cpu + of_scope * times.page_cpu
            pages += of_scope
        return longest, cpu, pages

    def _pages(self) -> int:
        drawn = self._random.random()
        for share, fewest, most in self._in.times.pages:
            if drawn < share:
                return self._random.randint(fewest, most)
            drawn -= share
        return 1

    def _finish(self, done: list[Bundle], now: float) -> None:
        for bundle in done:
            if bundle.kind == PARENT:
                self._left[bundle.account] = self._in.fleet.scopes
                self._put(Bundle(SCOPE, bundle.account, self._in.fleet.scopes, now))
            elif bundle.kind == SCOPE:
                self._day.scopes += bundle.count
                self._left[bundle.account] -= bundle.count
                if not self._left[bundle.account]:
                    self._put(Bundle(JOIN, bundle.account, 1, now))
            elif bundle.kind == JOIN:
                self._day.syncs += 1
                self._day.slowest_sync = max(self._day.slowest_sync, now - self._begun.pop(bundle.account))


def needed_concurrency(inputs: Inputs) -> int:
    """The least at which two hours of syncs are all done within theirs, so that none is skipped."""
    found = 0
    for step in (50, 10, 1):
        while not _keeps_up(inputs, found + step):
            found += step
    return found + 1


def with_room(inputs: Inputs, **changes: Any) -> Inputs:
    return replace(inputs, room=replace(inputs.room, **changes))


def _keeps_up(inputs: Inputs, concurrency: int) -> bool:
    day = Simulation(with_room(inputs, concurrency=concurrency), hours=2).run()
    return not day.skipped and day.syncs == 2 * inputs.fleet.accounts
