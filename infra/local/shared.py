"""Several functions in one process: the event names the handler it is for."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def addressed(handler: str, event: object) -> dict[str, object]:
    return {"handler": handler, "event": event}


def handle(event: dict[str, Any], context: object) -> object:
    """The handler of such a process."""
    module, _, name = event["handler"].rpartition(".")
    return getattr(import_module(module), name)(event["event"], context)
