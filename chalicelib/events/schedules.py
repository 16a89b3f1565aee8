"""The functions that the clock and other systems' events trigger."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.container import current
from chalicelib.errors import ApiError, InvalidRequest
from chalicelib.logs import logger
from chalicelib.tasks.model import DEFAULT_TENANT
from chalicelib.tasks.service import Caller

schedules = Blueprint(__name__)

_EVENT_ID = re.compile(r"[0-9A-Za-z-]{1,128}")
SYNC_REQUESTED = {"source": ["cam"], "detail-type": ["SyncRequested"]}


@schedules.schedule(Rate(1, unit=Rate.MINUTES))
def recover(event: CloudWatchEvent) -> dict[str, int]:
    """One pass of the recoverer, and the report of the minute."""
    recovered = current().recoverer.run()
    current().minute_report.run()
    return asdict(recovered)


@schedules.schedule(Rate(1, unit=Rate.MINUTES))
def schedule_syncs(event: CloudWatchEvent) -> dict[str, int]:
    """Submit the syncs that are due."""
    return {"submitted": current().sync_schedule.run()}


@schedules.on_cw_event(SYNC_REQUESTED)
def sync_requested(event: CloudWatchEvent) -> dict[str, Any]:
    """Submit the sync that an EventBridge event asks for: its ``detail`` is the body of the API's sync-assets, and
    checked as strictly.

    The same event delivered twice is one task. What is not valid is logged and not tried again.
    """
    try:
        event_id: object = event.event_id
        if not isinstance(event_id, str) or not _EVENT_ID.fullmatch(event_id):
            raise InvalidRequest("the event has no id: deliveries of it could not be told from other events")
        submitted = current().tasks.submit(
            "sync_assets",
            json.dumps(event.detail),
            caller=Caller(DEFAULT_TENANT, "event", correlation_id=event.event_id),
            idempotency_key=f"event:{event.event_id}",
        )
    except ApiError as error:
        if error.status >= 429:
            raise
        logger.error("sync request refused", extra={"event_id": event.event_id, "reason": error.message})
        return {"refused": error.message}
    return {"task_id": submitted.task.id}
