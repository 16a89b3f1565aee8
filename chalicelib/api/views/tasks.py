"""Tasks as the API shows them. Times are RFC 3339 in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NotRequired

from typing_extensions import TypedDict

from chalicelib.clock import rfc3339, utc_now
from chalicelib.tasks.batch import Answer
from chalicelib.tasks.bulk import BulkCancelled, BulkRetried
from chalicelib.tasks.model import Task
from chalicelib.tasks.service import TaskPage
from chalicelib.tasks.twins import Submitted


class SubmittedView(TypedDict):
    """``deduplicated``: an active task of the same parameters was found, and this is its id."""

    task_id: str
    message: str
    deduplicated: NotRequired[bool]


class BatchItemView(TypedDict):
    """``task_id`` is null for a task that was refused: ``code`` and ``error`` then are what submitting it alone would
    have answered, and 0 and empty otherwise.
    """

    task_id: str | None
    deduplicated: bool
    code: int
    error: str


class BatchSubmittedView(TypedDict):
    """``tasks`` are in the order of the request; ``refused`` counts those without a task."""

    refused: int
    tasks: list[BatchItemView]


class TimelineView(TypedDict):
    at: str | None
    event: str
    detail: str


class TaskView(TypedDict):
    """``result`` is null and ``error`` empty until there is one; ``progress`` is 0 to 100; ``duration`` is in seconds,
    from the first start. Of very many ``result.errors`` or ``result.details`` some are left out: ``errors_omitted`` and
    ``details_omitted`` then tell how many, and the counts are true all the same.
    """

    id: str
    type: str
    status: str
    params: dict[str, Any]
    result: dict[str, Any] | None
    error: str
    progress: int
    message: str
    priority: int
    retry_count: int
    max_retry: int
    timeout_seconds: int
    parent_id: str | None
    created_by: str
    created_at: str | None
    started_at: str | None
    completed_at: str | None
    duration: float | None
    cancel_requested: bool
    timeline: list[TimelineView]


class TaskPageView(TypedDict):
    """``total`` is null on pages reached by cursor; ``next_cursor`` on the last one. ``result.errors`` and
    ``result.details`` are left out, except of children: ``GET /tasks/{task_id}`` has them.
    """

    tasks: list[TaskView]
    total: int | None
    next_cursor: str | None


class DeadLetterPageView(TypedDict):
    """As a page of tasks."""

    dead_letters: list[TaskView]
    total: int | None
    next_cursor: str | None


class BulkCancelledView(TypedDict):
    """``matched`` tasks were open; of these, ``cancelled`` ended at once and ``asked`` were running."""

    dry_run: bool
    matched: int
    cancelled: int
    asked: int


class BulkRetriedView(TypedDict):
    """``matched`` tasks could be retried; ``refused`` have an active twin; ``remaining`` are left for another call."""

    dry_run: bool
    matched: int
    retried: int
    refused: int
    remaining: int


def batch_submitted_view(answers: Sequence[Answer]) -> BatchSubmittedView:
    tasks = [_batch_item_view(answer) for answer in answers]
    return {"refused": sum(item["task_id"] is None for item in tasks), "tasks": tasks}


def _batch_item_view(answer: Answer) -> BatchItemView:
    if isinstance(answer, Submitted):
        return {"task_id": answer.task.id, "deduplicated": answer.deduplicated, "code": 0, "error": ""}
    return {"task_id": None, "deduplicated": False, "code": answer.code, "error": answer.message}


def task_view(task: Task) -> TaskView:
    return {
        "id": task.id,
        "type": task.type,
        "status": task.status.value,
        "params": dict(task.params),
        "result": None if task.result is None else dict(task.result),
        "error": task.error,
        "progress": task.progress,
        "message": task.message,
        "priority": task.priority,
        "retry_count": task.retries,
        "max_retry": task.max_retry,
        "timeout_seconds": task.timeout_seconds,
        "parent_id": task.parent_id,
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


def task_page_view(page: TaskPage) -> TaskPageView:
    return {"tasks": [task_view(task) for task in page.tasks], "total": page.total, "next_cursor": page.next_cursor}


def bulk_cancelled_view(done: BulkCancelled, *, dry_run: bool) -> BulkCancelledView:
    return {"dry_run": dry_run, "matched": done.matched, "cancelled": done.cancelled, "asked": done.asked}


def bulk_retried_view(done: BulkRetried, *, dry_run: bool) -> BulkRetriedView:
    return {
        "dry_run": dry_run,
        "matched": done.matched,
        "retried": done.retried,
        "refused": done.refused,
        "remaining": done.remaining,
    }
