"""Sums of durations that can be added up in any order and still tell quantiles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STEPS = 8
"""Buckets for each doubling of a duration: a quantile is wrong by 4.5 % at the most, half of a bucket's width."""
LOWEST = -10 * STEPS
"""The bucket of durations below a millisecond, which stored times cannot tell from none."""


@dataclass(slots=True)
class Histogram:
    """Counts by bucket: bucket n ends at 2^(n / STEPS) seconds, which belong to it. ``count`` and ``milliseconds``, the
    sum, are exact, as whole numbers add up the same in every order; quantiles are those of the buckets' middles.
    """

    count: int = 0
    milliseconds: int = 0
    buckets: dict[int, int] = field(default_factory=dict)

    def add(self, seconds: float) -> None:
        bucket = max(LOWEST, math.ceil(math.log2(seconds) * STEPS - 1e-9)) if seconds > 0 else LOWEST
        self.count += 1
        self.milliseconds += round(seconds * 1000)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1

    def merge(self, other: Histogram) -> None:
        self.count += other.count
        self.milliseconds += other.milliseconds
        for bucket, count in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + count

    @property
    def seconds(self) -> float:
        return self.milliseconds / 1000

    @property
    def mean(self) -> float | None:
        return self.seconds / self.count if self.count else None

    def quantile(self, share: float) -> float | None:
        """The duration in seconds that ``share`` (0 to 1) of all do not exceed (nearest rank); None of none."""
        rank = max(1, math.ceil(share * self.count))
        for bucket in sorted(self.buckets):
            rank -= self.buckets[bucket]
            if rank <= 0:
                return _middle(bucket)
        return None

    def at_most(self, doublings: int) -> int:
        """How many did not exceed 2^``doublings`` seconds, exactly."""
        return sum(count for bucket, count in self.buckets.items() if bucket <= doublings * STEPS)

    def sample(self, most: int) -> list[float]:
        """Durations in seconds that stand for all: each one, or ``most`` evenly spaced ones when there are more."""
        number = min(self.count, most)
        found = (self.quantile((rank + 0.5) / number) for rank in range(number))
        return [seconds for seconds in found if seconds is not None]

    def to_document(self) -> dict[str, Any]:
        """Numbers only, so that documents can be added up by ``$inc``."""
        buckets = {str(bucket): count for bucket, count in self.buckets.items()}
        return {"count": self.count, "milliseconds": self.milliseconds, "buckets": buckets}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Histogram:
        buckets = {int(bucket): count for bucket, count in document.get("buckets", {}).items()}
        return cls(document.get("count", 0), document.get("milliseconds", 0), buckets)


def _middle(bucket: int) -> float:
    return 0.0 if bucket == LOWEST else float(2 ** ((bucket - 0.5) / STEPS))
