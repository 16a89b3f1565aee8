"""Faults to order from a fake cloud. What each does on the wire is the business of the cloud's protocol."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

KINDS = {
    "unavailable": "the service is temporarily unavailable (503)",
    "internal_error": "the service has an error (500)",
    "denied": "the account may not do this (403)",
    "throttled": "over the rate limit; value: the wait in seconds that the answer asks for, none by default",
    "gateway_error": "a page of HTML with status 502",
    "dropped": "the connection is closed without an answer",
    "slow": "the answer is late; value: by how many seconds (1)",
    "empty": "an empty list, as an unauthorised user of some clouds gets",
    "duplicate_page": "the items of the page before once more, in place of this page's own",
    "wrong_total": "the total is another; value: which one (one more than there are)",
    "truncated": "the first half of the JSON document",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``region``, ``action`` and ``page`` (from 1) narrow it down; ``times`` None means for ever."""

    kind: str
    region: str | None = None
    action: str | None = None
    page: int | None = None
    times: int | None = None
    value: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; known are {', '.join(KINDS)}")
        if self.times is not None and self.times < 1:
            raise ValueError("times must be 1 or more, or null for ever")

    def hits(self, region: str, action: str, page: int) -> bool:
        return self.region in (None, region) and self.action in (None, action) and self.page in (None, page)


class FaultBook:
    """The faults that are ordered and not used up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def order(self, kind: str, **details: Any) -> Fault:
        """Order a fault from the next matching request on. Raises ValueError or TypeError for one that makes none."""
        fault = Fault(kind, **details)
        with self._lock:
            self._faults.append(fault)
        return fault

    @contextmanager
    def ordered(self, kind: str, **details: Any) -> Iterator[None]:
        """Order a fault for a while; leaves no fault of any kind behind."""
        self.order(kind, **details)
        try:
            yield
        finally:
            self.clear()

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def due(self, region: str, action: str, page: int) -> Mapping[str, Fault]:
        """The faults that hit this request, by kind, each counted as used once."""
        due: dict[str, Fault] = {}
        with self._lock:
            left: list[Fault] = []
            for fault in self._faults:
                if fault.kind in due or not fault.hits(region, action, page):
                    left.append(fault)
                    continue
                due[fault.kind] = fault
                if fault.times is None:
                    left.append(fault)
                elif fault.times > 1:
                    left.append(replace(fault, times=fault.times - 1))
            self._faults = left
        return due

    def as_json(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._faults]
