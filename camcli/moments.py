"""Times as people write and read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_AGO = re.compile(r"(\d{1,6})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse(text: str) -> str:
    """RFC 3339 of a time, UTC unless it says otherwise, or of a span before now (``90m``). Raises ValueError."""
    ago = _AGO.fullmatch(text)
    try:
        if ago:
            moment = datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        else:
            moment = datetime.fromisoformat(text)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text!r} is no time: write 2026-11-23, 2026-11-23T08:00 (UTC), or how long ago: 90m, 12h, 7d"
        ) from None


def shown(rfc3339: str | None) -> str:
    """To the second, in UTC as given."""
    return "" if rfc3339 is None else re.sub(r"\.\d+", "", rfc3339).replace("T", " ")


def span(seconds: float | None) -> str:
    """For example ``3m 20s``."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.1f}s" if seconds < 10 else f"{seconds:.0f}s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (rest, "s")]
    first = next(position for position, (count, _) in enumerate(parts) if count)
    return " ".join(f"{count}{unit}" for count, unit in parts[first : first + 2] if count)
