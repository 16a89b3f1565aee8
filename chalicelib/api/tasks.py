"""Routes of tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from chalice.app import Blueprint

from chalicelib.api.endpoint import Answer, body, caller, endpoint, idempotency_key, query
from chalicelib.api.models import Paged, Strict, TaskChoice, task_view
from chalicelib.container import current
from chalicelib.errors import InvalidRequest, TaskTypeNotFound
from chalicelib.executors import task_types
from chalicelib.tasks.model import DEFAULT_TENANT, TaskStatus
from chalicelib.tasks.service import TaskPage
from chalicelib.tasks.store import TaskFilter

routes = Blueprint(__name__)


class ListQuery(TaskChoice, Paged):
    include_children: bool = False


class ChildrenQuery(Paged):
    status: TaskStatus | None = None


class DeleteQuery(Strict):
    force: bool = False


class BulkBody(TaskChoice):
    """Which tasks to act on. At least one condition must be given; ``dry_run`` only counts."""

    dry_run: bool = False

    def chosen(self) -> TaskFilter:
        if not self.model_fields_set - {"dry_run"}:
            raise InvalidRequest(
                "invalid request: say which tasks are meant by type, status, created_by, start_date, end_date or error"
            )
        return self.to_filter()


def _submit_route(task_type: str) -> Callable[[], Any]:
    @endpoint
    def submit() -> Answer:
        request = routes.current_request
        submitted = current().tasks.submit(
            task_type, request.raw_body, caller=caller(request), idempotency_key=idempotency_key(request)
        )
        data: dict[str, Any] = {"task_id": submitted.task.id, "message": current().texts.task_submitted}
        if submitted.deduplicated:
            data["deduplicated"] = True
        return Answer(data, 202)

    return submit


for _type in task_types():
    routes.route(f"/tasks/{_type.replace('_', '-')}", methods=["POST"], name=f"submit_{_type}")(_submit_route(_type))


@routes.route("/tasks", methods=["GET"])
@endpoint
def list_tasks() -> dict[str, Any]:
    asked = query(routes.current_request, ListQuery)
    return _page(asked.to_filter(children=asked.include_children), asked)


@routes.route("/tasks/{task_id}", methods=["GET"])
@endpoint
def get_task(task_id: str) -> dict[str, Any]:
    return task_view(current().tasks.get(DEFAULT_TENANT, task_id))


@routes.route("/tasks/{task_id}", methods=["POST"])
@endpoint
def submit_unknown(task_id: str) -> None:
    known = ", ".join(name.replace("_", "-") for name in task_types())
    raise TaskTypeNotFound(f"unknown task type {task_id[:64]!r}: use one of {known}")


@routes.route("/tasks/{task_id}", methods=["DELETE"])
@endpoint
def delete_task(task_id: str) -> None:
    asked = query(routes.current_request, DeleteQuery)
    current().tasks.delete(DEFAULT_TENANT, task_id, force=asked.force)


@routes.route("/tasks/{task_id}/children", methods=["GET"])
@endpoint
def list_children(task_id: str) -> dict[str, Any]:
    asked = query(routes.current_request, ChildrenQuery)
    parent = current().tasks.get(DEFAULT_TENANT, task_id)
    return _page(TaskFilter(DEFAULT_TENANT, status=asked.status, parent_id=parent.id), asked)


@routes.route("/tasks/{task_id}/cancel", methods=["POST"])
@endpoint
def cancel_task(task_id: str) -> None:
    current().tasks.cancel(DEFAULT_TENANT, task_id)


@routes.route("/tasks/{task_id}/retry", methods=["POST"])
@endpoint
def retry_task(task_id: str) -> dict[str, Any]:
    by = caller(routes.current_request).name
    return task_view(current().tasks.retry(DEFAULT_TENANT, task_id, by=by))


@routes.route("/tasks/cancel", methods=["POST"])
@endpoint
def cancel_many() -> dict[str, Any]:
    asked = body(routes.current_request, BulkBody)
    done = current().bulk.cancel(asked.chosen(), dry_run=asked.dry_run)
    return {"dry_run": asked.dry_run, **asdict(done)}


@routes.route("/tasks/retry", methods=["POST"])
@endpoint
def retry_many() -> dict[str, Any]:
    asked = body(routes.current_request, BulkBody)
    by = caller(routes.current_request).name
    done = current().bulk.retry(asked.chosen(), by=by, dry_run=asked.dry_run)
    return {"dry_run": asked.dry_run, **asdict(done)}


def _page(which: TaskFilter, asked: Paged) -> dict[str, Any]:
    page: TaskPage = current().tasks.find(which, limit=asked.limit, offset=asked.offset, cursor=asked.cursor)
    return {
        "tasks": [task_view(task) for task in page.tasks],
        "total": page.total,
        "next_cursor": page.next_cursor,
    }
