"""Types that the request models of several rooms share, most of which name a provider, a region or an asset type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from chalicelib.providers import get_provider, provider_names
from chalicelib.providers.kinds import expand


def _known_provider(name: str) -> str:
    if name not in provider_names():
        raise ValueError(f"unknown provider, use one of {', '.join(provider_names())}")
    return name


def _parsed(value: Any) -> Any:
    """JSON has no times: in a body they are text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _in_utc(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"use a time from {FIRST_YEAR} to {LAST_YEAR}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


FIRST_YEAR, LAST_YEAR = 1971, 9998
"""Within them every time can be moved to UTC, and made the beginning of an id: milliseconds since 1970."""
LARGEST_ACCOUNT_ID = 2**53 - 1
"""The largest integer that every JSON reader keeps exact, and far below what the store can hold."""

AccountId = Annotated[int, Field(ge=1, le=LARGEST_ACCOUNT_ID)]
ProviderName = Annotated[
    str, AfterValidator(_known_provider), Field(json_schema_extra={"enum": list(provider_names())})
]
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=128)]
LongText = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=256)]
"""What a caller looks for. A zero byte would end a pattern in BSON."""
RegionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
AssetTypeName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,48}(\.[a-z0-9_]{1,48})?$")]
Moment = Annotated[datetime, BeforeValidator(_parsed), AfterValidator(_in_utc)]


def require_asset_types(provider: str, asset_types: Sequence[str]) -> None:
    """Raise ValueError, naming what exists, if one of ``asset_types`` stands for nothing that ``provider`` has."""
    expand(get_provider(provider), asset_types)
