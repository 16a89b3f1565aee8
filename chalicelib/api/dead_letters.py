"""Routes of dead letters: tasks that failed for good and wait for somebody to decide."""

from __future__ import annotations

from chalicelib.api.endpoint import caller
from chalicelib.api.models import Paged
from chalicelib.api.record import Acted
from chalicelib.api.routes import Routes
from chalicelib.api.views.tasks import BulkRetriedView, DeadLetterPageView, bulk_retried_view, task_view
from chalicelib.container import current
from chalicelib.providers.names import Moment, Text
from chalicelib.strict import Strict
from chalicelib.tasks.model import TaskStatus
from chalicelib.tasks.store import TaskFilter

routes = Routes(__name__)


class Choice(Strict):
    """``error`` is a part of the error's text, in any case. ``failed_since`` and ``failed_until`` are about when a task
    failed, ``start_date`` and ``end_date`` about when it was submitted.
    """

    type: Text | None = None
    error: Text | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    failed_since: Moment | None = None
    failed_until: Moment | None = None

    def chosen(self, tenant: str) -> TaskFilter:
        return TaskFilter(
            tenant,
            status=TaskStatus.FAILED,
            type=self.type,
            error=self.error,
            start=self.start_date,
            end=self.end_date,
            ended_since=self.failed_since,
            ended_until=self.failed_until,
        )


class ListQuery(Choice, Paged):
    pass


class RedriveBody(Choice):
    """Without a condition, all. ``dry_run`` only counts."""

    dry_run: bool = False


@routes.operation("GET", "/dead-letters", query=ListQuery)
def list_dead_letters(asked: ListQuery) -> DeadLetterPageView:
    page = current().tasks.find(
        asked.chosen(routes.tenant), limit=asked.limit, offset=asked.offset, cursor=asked.cursor
    )
    return {
        "dead_letters": [task_view(task) for task in page.tasks],
        "total": page.total,
        "next_cursor": page.next_cursor,
    }


@routes.operation("POST", "/dead-letters/redrive", body=RedriveBody)
def redrive(asked: RedriveBody) -> Acted[BulkRetriedView]:
    by = caller(routes.current_request).name
    done = current().bulk.retry(asked.chosen(routes.tenant), by=by, dry_run=asked.dry_run)
    return Acted(bulk_retried_view(done, dry_run=asked.dry_run), done.ids, done.retried)


@routes.operation("DELETE", "/dead-letters/{task_id}")
def drop(task_id: str) -> None:
    current().tasks.drop_dead_letter(routes.tenant, task_id)
