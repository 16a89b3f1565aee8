"""The service's own functions in processes that also know the probes. Importing this is what sets a process up."""

from __future__ import annotations

from chalicelib.container import install
from chalicelib.events.consumers import bury, consume_high, consume_low, consume_normal
from chalicelib.events.schedules import recover, schedule_syncs, sync_requested
from chalicelib.settings import load
from tests.faults.container import ProbeContainer

__all__ = ["bury", "consume_high", "consume_low", "consume_normal", "recover", "schedule_syncs", "sync_requested"]

install(ProbeContainer(load()))
