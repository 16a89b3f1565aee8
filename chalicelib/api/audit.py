"""The route of the audit."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from chalicelib.access.audit import AuditFilter
from chalicelib.api.models import cursor_id
from chalicelib.api.routes import Routes
from chalicelib.api.views.access import AuditPageView, audit_row_view
from chalicelib.container import current
from chalicelib.providers.names import Moment, Text
from chalicelib.strict import Strict

routes = Routes(__name__)


class AuditQuery(Strict):
    """``target`` is an id. Times without an offset are UTC, and inclusive."""

    subject: Text | None = None
    operation: Text | None = None
    target: Text | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, AfterValidator(cursor_id)] | None = None


@routes.operation("GET", "/audit", query=AuditQuery)
def list_audit(asked: AuditQuery) -> AuditPageView:
    """One row for each request that was to change something, newest first, those that were refused too."""
    which = AuditFilter(
        routes.tenant,
        subject=asked.subject,
        operation=asked.operation,
        target=asked.target,
        start=asked.start_date,
        end=asked.end_date,
        before=asked.cursor,
    )
    found = current().audit.find(which, limit=asked.limit + 1)
    page = found[: asked.limit]
    return {
        "rows": [audit_row_view(row) for row in page],
        "next_cursor": page[-1].id if len(found) > asked.limit else None,
    }
