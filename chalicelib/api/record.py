"""Of each request that is to change something, the row in the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice.app import Request

from chalicelib.access.audit import Deed
from chalicelib.access.keys import without_secrets
from chalicelib.api.endpoint import correlation_id, principal
from chalicelib.container import current
from chalicelib.errors import Unauthenticated

IDS_OF_THE_NEW = ("id", "task_id")
LONGEST_TARGET = 64


def record(request: Request, operation: str, path: Mapping[str, str], data: Any, *, status: int, code: int) -> None:
    """``data`` is what is answered. Nobody's requests are not recorded: whoever is not known reaches nothing."""
    try:
        by = principal(request)
    except Unauthenticated:
        return
    made = [data[name] for name in IDS_OF_THE_NEW if name in data] if isinstance(data, Mapping) else []
    targets = dict.fromkeys(_shown(str(target)) for target in (*path.values(), *made))
    source_ip = str(request.context.get("identity", {}).get("sourceIp", ""))
    current().audit.record(
        by, Deed(operation, tuple(targets), status, code, source_ip, without_secrets(correlation_id(request)))
    )


def _shown(target: str) -> str:
    """What a caller put in a path, as text that any store takes."""
    return without_secrets(target).encode(errors="replace").decode()[:LONGEST_TARGET]
