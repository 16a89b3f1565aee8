"""Reading a cloud's items by dotted paths: ``VpcAttributes.PrivateIpAddress.IpAddress``.

A list on the way stands for each of its entries, and a step ``*`` for each value of an object whose keys are data, so
one path may find many values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any


def values(item: Any, path: str) -> Iterable[Any]:
    """All values at ``path``, in order; none where a step is missing.

    Walks straight down for as long as one value leads to one: that is nearly always, and a listing is full of it.
    """
    while path and isinstance(item, dict):
        step, rest = _first(path)
        if step == "*":
            break
        if step not in item:
            return ()
        item, path = item[step], rest
    if isinstance(item, list) or path:
        return _spread(item, path)
    return (item,)


@cache
def _first(path: str) -> tuple[str, str]:
    """The first step of a declared path, and the others."""
    step, _, rest = path.partition(".")
    return step, rest


def _spread(item: Any, path: str) -> Iterator[Any]:
    """The values behind a list or a ``*``."""
    if isinstance(item, list):
        for entry in item:
            yield from values(entry, path)
    elif isinstance(item, dict):
        _, rest = _first(path)
        for value in item.values():
            yield from values(value, rest)


def texts(item: Any, paths: Sequence[str]) -> tuple[str, ...]:
    """The distinct values at ``paths`` that are not empty, as text, in the order they are found."""
    found = (str(value) for path in paths for value in values(item, path) if value not in (None, ""))
    return tuple(dict.fromkeys(found))


def text(item: Any, path: str) -> str:
    """The first value at ``path`` as text; empty where there is none."""
    if path:
        for value in values(item, path):
            if value not in (None, ""):
                return str(value)
    return ""


def without(item: Any, paths: Sequence[str]) -> Any:
    """A copy of ``item`` that lacks the fields at ``paths``. What is not on a path is shared, not copied."""
    if not paths:
        return item
    if isinstance(item, list):
        return [without(entry, paths) for entry in item]
    if not isinstance(item, Mapping):
        return item
    gone = {path for path in paths if "." not in path}
    deeper: dict[str, list[str]] = {}
    for path in paths:
        step, _, rest = path.partition(".")
        if rest:
            deeper.setdefault(step, []).append(rest)
    return {name: without(value, deeper.get(name, ())) for name, value in item.items() if name not in gone}


def utc_text(value: str) -> str | None:
    """An ISO 8601 time as RFC 3339 UTC with seconds; None for one that cannot be read. No zone means UTC."""
    try:
        time = datetime.fromisoformat(value)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):  # the first and the last day there is cannot be moved to UTC
        return None
