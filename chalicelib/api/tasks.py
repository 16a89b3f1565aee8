"""Routes of tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from chalice.app import Blueprint
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from chalicelib.api.endpoint import Answer, caller, correlation_id, endpoint, query
from chalicelib.clock import rfc3339, utc_now
from chalicelib.container import current
from chalicelib.errors import TaskTypeNotFound
from chalicelib.executors import task_types
from chalicelib.tasks.ids import is_task_id
from chalicelib.tasks.model import DEFAULT_TENANT, Task, TaskStatus
from chalicelib.tasks.store import TaskFilter

routes = Blueprint(__name__)

LARGEST_OFFSET = 100_000


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _task_id(text: str) -> str:
    if not is_task_id(text):
        raise ValueError("use the next_cursor of a former page")
    return text


Moment = Annotated[datetime, AfterValidator(_in_utc)]


class ListQuery(BaseModel):
    """Times without an offset are UTC."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Annotated[str, StringConstraints(max_length=64)] | None = None
    status: TaskStatus | None = None
    created_by: Annotated[str, StringConstraints(max_length=128)] | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    offset: Annotated[int, Field(ge=0, le=LARGEST_OFFSET)] = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, AfterValidator(_task_id)] | None = None

    @model_validator(mode="after")
    def _one_way_of_paging(self) -> ListQuery:
        if self.cursor and self.offset:
            raise ValueError("give cursor or offset, not both")
        return self


class DeleteQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    force: bool = False


def _submit_route(task_type: str) -> Callable[[], Any]:
    @endpoint
    def submit() -> Answer:
        request = routes.current_request
        service = current().tasks
        task = service.submit(
            task_type,
            request.raw_body,
            tenant=DEFAULT_TENANT,
            created_by=caller(request),
            correlation_id=correlation_id(request),
        )
        return Answer({"task_id": task.id, "message": task.message}, 202)

    return submit


for _type in task_types():
    routes.route(f"/tasks/{_type.replace('_', '-')}", methods=["POST"], name=f"submit_{_type}")(_submit_route(_type))


@routes.route("/tasks", methods=["GET"])
@endpoint
def list_tasks() -> dict[str, Any]:
    asked = query(routes.current_request, ListQuery)
    which = TaskFilter(
        tenant=DEFAULT_TENANT,
        type=asked.type,
        status=asked.status,
        created_by=asked.created_by,
        start=asked.start_date,
        end=asked.end_date,
    )
    page = current().tasks.list(which, limit=asked.limit, offset=asked.offset, cursor=asked.cursor)
    return {
        "tasks": [task_view(task) for task in page.tasks],
        "total": page.total,
        "next_cursor": page.next_cursor,
    }


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


@routes.route("/tasks/{task_id}/cancel", methods=["POST"])
@endpoint
def cancel_task(task_id: str) -> None:
    current().tasks.cancel(DEFAULT_TENANT, task_id)


def task_view(task: Task) -> dict[str, Any]:
    """A task as the API shows it; ``duration`` in seconds."""
    return {
        "id": task.id,
        "type": task.type,
        "status": task.status.value,
        "params": dict(task.params),
        "result": None if task.result is None else dict(task.result),
        "error": task.error,
        "progress": task.progress,
        "message": task.message,
        "created_by": task.created_by,
        "created_at": rfc3339(task.created_at),
        "started_at": rfc3339(task.started_at),
        "completed_at": rfc3339(task.completed_at),
        "duration": task.duration(utc_now()),
        "cancel_requested": task.cancel_requested,
        "timeline": [
            {"at": rfc3339(entry.at), "event": entry.event.value, "detail": entry.detail} for entry in task.timeline
        ],
    }
