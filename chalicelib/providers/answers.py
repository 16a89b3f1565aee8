"""Reading what clouds answer. Of a sync that finds everything unchanged, this was a third."""

from __future__ import annotations

from typing import Any

import orjson


def json_object(body: str | bytes) -> dict[str, Any] | None:
    """The JSON object that ``body`` is; None where it is anything else."""
    try:
        answer = orjson.loads(body)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None
