"""Routes of tasks."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from chalicelib.api.endpoint import body, caller, idempotency_key
from chalicelib.api.models import Paged, TaskChoice
from chalicelib.api.record import Acted
from chalicelib.api.routes import Routes
from chalicelib.api.views.tasks import (
    BatchSubmittedView,
    BulkCancelledView,
    BulkRetriedView,
    SubmittedView,
    TaskPageView,
    TaskView,
    batch_submitted_view,
    bulk_cancelled_view,
    bulk_retried_view,
    task_page_view,
    task_view,
)
from chalicelib.container import current
from chalicelib.errors import InvalidRequest, TaskTypeNotFound
from chalicelib.executors import params_of, task_types
from chalicelib.strict import Strict
from chalicelib.tasks.batch import MOST_SUBMITTED, Wanted
from chalicelib.tasks.model import TaskStatus
from chalicelib.tasks.store import TaskFilter
from chalicelib.tasks.submission import submission_model
from chalicelib.tasks.twins import Submitted

routes = Routes(__name__)


class ListQuery(TaskChoice, Paged):
    include_children: bool = False


class ChildrenQuery(Paged):
    status: TaskStatus | None = None


class DeleteQuery(Strict):
    force: bool = False


class BulkBody(TaskChoice):
    """Which tasks to act on. At least one condition must be given, and null is none; ``dry_run`` only counts."""

    dry_run: bool = False

    def chosen(self, tenant: str) -> TaskFilter:
        if not self.model_dump(exclude={"dry_run"}, exclude_none=True):
            raise InvalidRequest(
                "invalid request: say which tasks are meant by type, status, created_by, start_date, end_date, error, "
                "provider, account_id, region or asset_type"
            )
        return self.to_filter(tenant)


class BatchItem(Strict):
    """``body`` is what would be sent to submit the task alone."""

    type: Annotated[str, StringConstraints(max_length=64)]
    body: dict[str, Any] = Field(default_factory=dict)


class BatchBody(Strict):
    tasks: Annotated[list[BatchItem], Field(min_length=1, max_length=MOST_SUBMITTED)]


def _submit_route(task_type: str) -> None:
    @routes.operation(
        "POST",
        f"/tasks/{task_type.replace('_', '-')}",
        name=f"submit_{task_type}",
        status=202,
        accepts=lambda: submission_model(params_of(task_type)),
    )
    def submit() -> SubmittedView:
        request = routes.current_request
        submitted = current().tasks.submit(
            task_type, request.raw_body, caller=caller(request), idempotency_key=idempotency_key(request)
        )
        data: SubmittedView = {"task_id": submitted.task.id, "message": current().texts.task_submitted}
        if submitted.deduplicated:
            data["deduplicated"] = True
        return data


for _type in task_types():
    _submit_route(_type)


@routes.operation("POST", "/tasks/batch", status=202, accepts=lambda: BatchBody)
def create_batch() -> Acted[BatchSubmittedView]:
    """Each task stands for itself: the answer has what became of each, in their order, and one that is refused keeps
    back no other. A batch that is repeated with its ``Idempotency-Key`` submits only what was refused.
    """
    request = routes.current_request
    batch = [Wanted(item.type, json.dumps(item.body).encode()) for item in body(request, BatchBody).tasks]
    answers = current().batch.submit(batch, caller=caller(request), idempotency_key=idempotency_key(request))
    ids = list(dict.fromkeys(answer.task.id for answer in answers if isinstance(answer, Submitted)))
    return Acted(batch_submitted_view(answers), ids, len(ids))


@routes.operation("GET", "/tasks", query=ListQuery)
def list_tasks(asked: ListQuery) -> TaskPageView:
    return _page(asked.to_filter(routes.tenant, children=asked.include_children), asked)


@routes.operation("GET", "/tasks/{task_id}")
def get_task(task_id: str) -> TaskView:
    return task_view(current().tasks.get(routes.tenant, task_id))


@routes.operation("POST", "/tasks/{task_id}", documented=False)
def submit_unknown(task_id: str) -> None:
    known = ", ".join(name.replace("_", "-") for name in task_types())
    raise TaskTypeNotFound(f"unknown task type {task_id[:64]!r}: use one of {known}")


@routes.operation("DELETE", "/tasks/{task_id}", query=DeleteQuery)
def delete_task(asked: DeleteQuery, task_id: str) -> None:
    current().tasks.delete(routes.tenant, task_id, force=asked.force)


@routes.operation("GET", "/tasks/{task_id}/children", query=ChildrenQuery)
def list_children(asked: ChildrenQuery, task_id: str) -> TaskPageView:
    """Those of a former run, before the task was retried by hand, are left out."""
    parent = current().tasks.get(routes.tenant, task_id)
    run = parent.generation or None  # before a retry by hand there is one run, which needs no filter
    return _page(TaskFilter(routes.tenant, status=asked.status, parent_id=parent.id, generation=run), asked)


@routes.operation("POST", "/tasks/{task_id}/cancel")
def cancel_task(task_id: str) -> None:
    current().tasks.cancel(routes.tenant, task_id)


@routes.operation("POST", "/tasks/{task_id}/retry")
def retry_task(task_id: str) -> TaskView:
    by = caller(routes.current_request).name
    return task_view(current().tasks.retry(routes.tenant, task_id, by=by))


@routes.operation("POST", "/tasks/cancel", body=BulkBody)
def cancel_many(asked: BulkBody) -> Acted[BulkCancelledView]:
    done = current().bulk.cancel(asked.chosen(routes.tenant), dry_run=asked.dry_run)
    return Acted(bulk_cancelled_view(done, dry_run=asked.dry_run), done.ids, done.cancelled + done.asked)


@routes.operation("POST", "/tasks/retry", body=BulkBody)
def retry_many(asked: BulkBody) -> Acted[BulkRetriedView]:
    by = caller(routes.current_request).name
    done = current().bulk.retry(asked.chosen(routes.tenant), by=by, dry_run=asked.dry_run)
    return Acted(bulk_retried_view(done, dry_run=asked.dry_run), done.ids, done.retried)


def _page(which: TaskFilter, asked: Paged) -> TaskPageView:
    return task_page_view(current().tasks.find(which, limit=asked.limit, offset=asked.offset, cursor=asked.cursor))
