"""Where a page of the inventory ended, as text that callers hand back and need not understand."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from chalicelib.assets.model import Asset, is_asset_id
from chalicelib.assets.store import Position
from chalicelib.clock import rfc3339
from chalicelib.errors import InvalidRequest
from chalicelib.providers.names import Moment
from chalicelib.strict import AT_FIRST_USE

LONGEST_CURSOR = 4096
CHANGES = "changes"
MOMENTS = frozenset({"first_seen_at", "changed_at", CHANGES})

_PARTS: TypeAdapter[tuple[str, str, str]] = TypeAdapter(tuple[str, str, str], config=AT_FIRST_USE)
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment, config=AT_FIRST_USE)


def cursor_behind(asset: Asset, sort: str) -> str:
    value = _value(asset, sort)
    return _written((sort, rfc3339(value) or "" if isinstance(value, datetime) else value, asset.id))


def cursor_behind_change(asset: Asset, at: datetime) -> str:
    return _written((CHANGES, rfc3339(at) or "", asset.id))


def position_of(cursor: str, sort: str) -> Position:
    """Raises InvalidRequest for a cursor that this service has not made, or of another list or order."""
    try:
        parts = _PARTS.validate_json(base64.b64decode(cursor, altchars=b"-_", validate=True), strict=True)
        made_for, value, asset_id = parts
        if made_for != sort or not is_asset_id(asset_id) or _written(parts) != cursor:
            raise ValueError(cursor)
        moment = sort.removeprefix("-") in MOMENTS
        return Position(_MOMENT.validate_python(value) if moment else value, asset_id)
    except (ValueError, ValidationError):
        raise InvalidRequest("invalid request: cursor: use the next_cursor of a former page, with its sort") from None


def _written(parts: tuple[str, str, str]) -> str:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _value(asset: Asset, sort: str) -> Any:
    values = {
        "id": asset.id,
        "name": asset.fields["name"],
        "first_seen_at": asset.first_seen_at,
        "changed_at": asset.changed_at,
    }
    return values[sort.removeprefix("-")]
