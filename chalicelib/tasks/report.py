"""Once a minute: sums up the minutes that are over, and tells CloudWatch of them and of what is open."""

from __future__ import annotations

from datetime import datetime

from pymongo.errors import PyMongoError

from chalicelib.clock import Clock
from chalicelib.logs import logger
from chalicelib.tasks.emf import Emf
from chalicelib.tasks.load import LoadGauge
from chalicelib.tasks.spans import Span, floor
from chalicelib.tasks.tallier import Tallier


class MinuteReport:
    """May be called more often: the load is told once a minute by each process."""

    def __init__(self, tallier: Tallier, gauge: LoadGauge, emf: Emf, *, clock: Clock) -> None:
        self._tallier = tallier
        self._gauge = gauge
        self._emf = emf
        self._clock = clock
        self._told: datetime | None = None

    def run(self) -> None:
        """When the store fails, the next pass makes up for it."""
        try:
            self._emf.minutes(self._tallier.run())
            minute = floor(self._clock(), Span.MINUTE.length)
            if minute != self._told:
                self._emf.load(self._gauge.read())
                self._told = minute
        except PyMongoError as error:
            logger.warning("figures could not be summed up", extra={"reason": str(error)})
