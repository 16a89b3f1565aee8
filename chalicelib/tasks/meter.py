"""Tells what a worker used: the store, once a batch and now and then in a long one; CloudWatch, once a batch."""

from __future__ import annotations

from datetime import datetime, timedelta

from pymongo.errors import PyMongoError

from chalicelib.clock import Clock
from chalicelib.logs import logger
from chalicelib.tasks.buckets import Buckets
from chalicelib.tasks.emf import Emf
from chalicelib.tasks.usage import Usage

EVERY = timedelta(seconds=30)
"""How much of a long batch may be lost with its worker, and how late its figures may be."""


class Meter:
    """One worker's. A write that fails is not repeated, as it may have been carried out: its figures are in the log."""

    def __init__(self, buckets: Buckets, emf: Emf, *, clock: Clock) -> None:
        self._buckets = buckets
        self._emf = emf
        self._clock = clock
        self._saved: tuple[Usage, datetime] | None = None

    def beat(self, usage: Usage) -> None:
        now = self._clock()
        if self._saved is None or self._saved[0] is not usage:
            self._saved = usage, now
        elif now - self._saved[1] >= EVERY:
            self._saved = usage, now
            self._save(usage)

    def end(self, usage: Usage) -> None:
        self._save(usage)
        self._emf.batch(usage.total)

    def _save(self, usage: Usage) -> None:
        used = usage.take()
        try:
            self._buckets.add_usage(used, self._clock())
        except PyMongoError as error:
            logger.warning("what was used could not be stored", extra={"reason": str(error), "used": used.added()})
