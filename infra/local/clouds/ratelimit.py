"""A token bucket for each key, as clouds limit the calls of an account to an action in a region."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable


class RateLimit:
    """Allows ``per_second`` calls a second and as many at once (one at least). 0 means no limit."""

    def __init__(self, per_second: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second = per_second
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[Hashable, tuple[float, float]] = {}

    def wait_for(self, key: Hashable) -> float:
        """Take one call: 0 if it is allowed, else the seconds after which one is."""
        rate = self.per_second
        if rate <= 0:
            return 0.0
        size = max(1.0, rate)
        now = self._clock()
        with self._lock:
            tokens, since = self._buckets.get(key, (size, now))
            tokens = min(size, tokens + (now - since) * rate)
            allowed = tokens >= 1 - 1e-9
            self._buckets[key] = (tokens - 1 if allowed else tokens, now)
        return 0.0 if allowed else (1 - tokens) / rate
