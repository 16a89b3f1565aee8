"""Of each request that is to change something, the row in the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chalice.app import Request

from chalicelib.access.audit import MOST_TARGETS, Deed
from chalicelib.access.keys import without_secrets
from chalicelib.api.endpoint import correlation_id, principal
from chalicelib.container import current
from chalicelib.errors import Unauthenticated

T = TypeVar("T")

IDS_OF_THE_NEW = ("id", "task_id")
LONGEST_TARGET = 64


@dataclass(frozen=True, slots=True)
class Acted(Generic[T]):
    """What a view returns that acted on many: ``data`` is answered, ``ids`` are some of the ``count`` that it hit."""

    data: T
    ids: Sequence[str]
    count: int


def record(request: Request, operation: str, path: Mapping[str, str], came: Any, *, status: int, code: int) -> None:
    """``came`` is what the view returned. Nobody's requests are not recorded: whoever is not known reaches nothing."""
    try:
        by = principal(request)
    except Unauthenticated:
        return
    ids, count = (tuple(came.ids), came.count) if isinstance(came, Acted) else _named(path, came)
    source_ip = str(request.context.get("identity", {}).get("sourceIp", ""))
    correlation = without_secrets(correlation_id(request))
    more = count if count > MOST_TARGETS else None
    current().audit.record(by, Deed(operation, ids[:MOST_TARGETS], status, code, source_ip, correlation, more))


def _named(path: Mapping[str, str], came: Any) -> tuple[tuple[str, ...], int]:
    """What the path names, and what was made."""
    made = [came[name] for name in IDS_OF_THE_NEW if name in came] if isinstance(came, Mapping) else []
    ids = tuple(dict.fromkeys(_shown(str(target)) for target in (*path.values(), *made)))
    return ids, len(ids)


def _shown(target: str) -> str:
    """What a caller put in a path, as text that any store takes."""
    return without_secrets(target).encode(errors="replace").decode()[:LONGEST_TARGET]
