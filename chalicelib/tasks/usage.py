"""What the runs of a worker used and did, beside ending tasks."""

from __future__ import annotations

import resource
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

KIB_IN_MIB = 1024


@dataclass(slots=True)
class UsageFigures:
    """``busy_seconds`` is the time that tasks ran, added up; ``available_seconds`` the time that invocations lasted
    times the tasks that each could run side by side. ``memory_mib`` is the most that a worker had in use; None of no
    worker. ``calls`` and ``throttles`` are by provider.
    """

    batches: int = 0
    busy_seconds: float = 0
    available_seconds: float = 0
    cpu_seconds: float = 0
    memory_mib: float | None = None
    calls: Counter[str] = field(default_factory=Counter)
    throttles: Counter[str] = field(default_factory=Counter)
    assets: Counter[str] = field(default_factory=Counter)

    @property
    def utilisation(self) -> float | None:
        return min(1.0, self.busy_seconds / self.available_seconds) if self.available_seconds else None

    def merge(self, other: UsageFigures) -> None:
        for name in ADDED:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in BY_NAME:
            getattr(self, name).update(getattr(other, name))
        if other.memory_mib is not None:
            self.memory_mib = max(self.memory_mib or 0, other.memory_mib)

    def added(self) -> dict[str, Any]:
        """What is added up, by the names of document fields; ``memory_mib`` is not."""
        flat = {name: getattr(self, name) for name in ADDED}
        return flat | {f"{name}.{key}": n for name in BY_NAME for key, n in getattr(self, name).items()}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> UsageFigures:
        fields: dict[str, Any] = {name: document.get(name, 0) for name in ADDED}
        fields |= {name: Counter(document.get(name, {})) for name in BY_NAME}
        return cls(**fields, memory_mib=document.get("memory_mib"))


ADDED = ("batches", "busy_seconds", "available_seconds", "cpu_seconds")
BY_NAME = ("calls", "throttles", "assets")


class Usage:
    """Counts for one batch, by a worker that can run ``slots`` tasks side by side. Thread-safe."""

    def __init__(self, slots: int = 1, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._slots = slots
        self._clock = clock
        self._lock = threading.Lock()
        self._running = 0
        self._looked_at = clock()
        self._cpu = time.process_time()
        self._total = UsageFigures(batches=1)
        self._taken = UsageFigures()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Around the run of a task."""
        self._change(1)
        try:
            yield
        finally:
            self._change(-1)

    def called(self, provider: str) -> None:
        with self._lock:
            self._total.calls[provider] += 1

    def throttled(self, provider: str) -> None:
        with self._lock:
            self._total.throttles[provider] += 1

    def changed(self, kind: str, number: int) -> None:
        """Assets were ``added``, ``updated`` or ``deleted``."""
        with self._lock:
            self._total.assets[kind] += number

    def take(self) -> UsageFigures:
        """What has come since the last time."""
        with self._lock:
            self._look()
            self._measure()
            new = _difference(self._total, self._taken)
            self._taken.merge(new)
            return new

    @property
    def total(self) -> UsageFigures:
        """The whole of the batch, as of the last ``take``."""
        return self._taken

    def _change(self, by: int) -> None:
        with self._lock:
            self._look()
            self._running += by

    def _look(self) -> None:
        """Account for the time since the last look, in which as many tasks ran as do now."""
        now = self._clock()
        self._total.busy_seconds += (now - self._looked_at) * self._running
        self._total.available_seconds += (now - self._looked_at) * self._slots
        self._looked_at = now

    def _measure(self) -> None:
        """What the system knows of the process: asked at each task, it would cost a tenth of a small one."""
        self._total.cpu_seconds = time.process_time() - self._cpu
        self._total.memory_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MIB


def _difference(total: UsageFigures, taken: UsageFigures) -> UsageFigures:
    new = {name: getattr(total, name) - getattr(taken, name) for name in (*ADDED, *BY_NAME)}
    return UsageFigures(**new, memory_mib=total.memory_mib)
