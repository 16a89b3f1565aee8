"""What changed in an asset, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib.assets.model import ChangeKind

HISTORY_LENGTH = 50
"""How many changes an asset keeps; the oldest go first."""
MOST_FIELDS = 50
LONGEST_VALUE = 1024
"""Characters of a value's JSON; a longer one is cut off and kept as text."""


def entry(
    kind: ChangeKind, task_id: str, at: datetime, *, old: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[str, Any]:
    """One change as it is stored with its asset, in the same write: there is no history without its change.

    ``old`` and ``new`` are contents; for assets that were added or deleted no fields are told.
    """
    document: dict[str, Any] = {"kind": kind.value, "task_id": task_id, "at": at}
    if kind is ChangeKind.UPDATED:
        fields = list(_differences(old, new, ""))
        document["fields"] = fields[:MOST_FIELDS]
        document["more_fields"] = max(0, len(fields) - MOST_FIELDS)
    return document


def _differences(old: Any, new: Any, path: str) -> Iterator[dict[str, Any]]:
    """Dotted paths with the value before and after; lists are compared as wholes."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from _differences(old.get(key), new.get(key), f"{path}.{key}" if path else str(key))
    elif old != new:
        yield {"field": path, "old": _short(old), "new": _short(new)}


def _short(value: Any) -> Any:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return value if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"
