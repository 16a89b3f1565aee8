"""What the stack tells of itself."""

from __future__ import annotations

from typing import Any

from infra.package.overlay.intrinsics import ref
from infra.package.overlay.names import BUCKET, DEAD_LETTERS, LOST_EVENTS, QUEUES, TOPIC

SHOWN = (*QUEUES.values(), DEAD_LETTERS, LOST_EVENTS, BUCKET, TOPIC)


def outputs() -> dict[str, Any]:
    return {name: {"Value": ref(name)} for name in SHOWN}
