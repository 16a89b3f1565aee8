"""The functions that the clock triggers."""

from __future__ import annotations

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.container import current

schedules = Blueprint(__name__)


@schedules.schedule(Rate(1, unit=Rate.MINUTES))
def recover(event: CloudWatchEvent) -> dict[str, int]:
    """One pass of the recoverer."""
    return {"sent": current().recoverer.run()}
