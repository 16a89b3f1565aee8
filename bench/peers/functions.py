"""The consumer of the normal lane in a process that also knows the task that does nothing."""

from __future__ import annotations

from bench.substrate import BenchContainer
from chalicelib.container import install
from chalicelib.events.consumers import consume_normal
from chalicelib.settings import load

__all__ = ["consume_normal"]

install(BenchContainer(load()))
