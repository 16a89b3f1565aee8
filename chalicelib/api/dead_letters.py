"""Routes of dead letters: tasks that failed for good and wait for somebody to decide."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from chalice.app import Blueprint

from chalicelib.api.endpoint import body, caller, endpoint, query
from chalicelib.api.models import Moment, Paged, Strict, Text, task_view
from chalicelib.container import current
from chalicelib.tasks.model import DEFAULT_TENANT, TaskStatus
from chalicelib.tasks.store import TaskFilter

routes = Blueprint(__name__)


class Choice(Strict):
    """``error`` is a part of the error's text, in any case."""

    type: Text | None = None
    error: Text | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None

    def chosen(self) -> TaskFilter:
        return TaskFilter(
            DEFAULT_TENANT,
            status=TaskStatus.FAILED,
            type=self.type,
            error=self.error,
            start=self.start_date,
            end=self.end_date,
        )


class ListQuery(Choice, Paged):
    pass


class RedriveBody(Choice):
    """Without a condition, all. ``dry_run`` only counts."""

    dry_run: bool = False


@routes.route("/dead-letters", methods=["GET"])
@endpoint
def list_dead_letters() -> dict[str, Any]:
    asked = query(routes.current_request, ListQuery)
    page = current().tasks.find(asked.chosen(), limit=asked.limit, offset=asked.offset, cursor=asked.cursor)
    return {
        "dead_letters": [task_view(task) for task in page.tasks],
        "total": page.total,
        "next_cursor": page.next_cursor,
    }


@routes.route("/dead-letters/redrive", methods=["POST"])
@endpoint
def redrive() -> dict[str, Any]:
    asked = body(routes.current_request, RedriveBody)
    by = caller(routes.current_request).name
    done = current().bulk.retry(asked.chosen(), by=by, dry_run=asked.dry_run)
    return {"dry_run": asked.dry_run, **asdict(done)}


@routes.route("/dead-letters/{task_id}", methods=["DELETE"])
@endpoint
def drop(task_id: str) -> None:
    current().tasks.drop_dead_letter(DEFAULT_TENANT, task_id)
