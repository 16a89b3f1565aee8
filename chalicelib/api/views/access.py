"""Callers, their keys and what they changed, as the API shows them."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.access.audit import Row
from chalicelib.access.keys import ApiKey
from chalicelib.clock import rfc3339


class LogsView(TypedDict):
    """``url`` is the page of CloudWatch Logs Insights, without a query; ``groups`` are the log groups to ask."""

    url: str
    groups: list[str]


class CallerView(TypedDict):
    """``authentication`` is what the service accepts; ``logs`` where the operators of a deployed stage find them."""

    tenant: str
    subject: str
    role: str
    authentication: str
    logs: LogsView | None


class KeyView(TypedDict):
    """``created_by`` is the subject of who made it. ``last_used_at`` is exact to a minute."""

    id: str
    name: str
    role: str
    created_at: str | None
    created_by: str
    expires_at: str | None
    last_used_at: str | None
    revoked_at: str | None


class NewKeyView(KeyView):
    """``key`` is what to send as ``Authorization: Bearer …``. It is shown this once."""

    key: str


class KeysView(TypedDict):
    keys: list[KeyView]
    total: int


class AuditRowView(TypedDict):
    """``targets`` are the ids of what it was about, 100 at the most, of ``target_count`` in all. ``status`` is the HTTP
    status of the answer and ``code`` that of its envelope, 0 for success.
    """

    id: str
    at: str | None
    subject: str
    role: str
    operation: str
    targets: list[str]
    target_count: int
    status: int
    code: int
    source_ip: str
    correlation_id: str


class AuditPageView(TypedDict):
    rows: list[AuditRowView]
    next_cursor: str | None


def key_view(key: ApiKey) -> KeyView:
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role.value,
        "created_at": rfc3339(key.created_at),
        "created_by": key.created_by,
        "expires_at": rfc3339(key.expires_at),
        "last_used_at": rfc3339(key.last_used_at),
        "revoked_at": rfc3339(key.revoked_at),
    }


def audit_row_view(row: Row) -> AuditRowView:
    return {
        "id": row.id,
        "at": rfc3339(row.at),
        "subject": row.subject,
        "role": row.role,
        "operation": row.operation,
        "targets": list(row.targets),
        "target_count": row.target_count,
        "status": row.status,
        "code": row.code,
        "source_ip": row.source_ip,
        "correlation_id": row.correlation_id,
    }
