"""The parts that request models of several routes share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from chalicelib.providers.names import AssetTypeName, Moment, ProviderName, RegionId, Text
from chalicelib.strict import Strict
from chalicelib.tasks.ids import is_task_id
from chalicelib.tasks.model import TaskStatus, subject
from chalicelib.tasks.store import TaskFilter

SUBJECTS = ("provider", "account_id", "region", "asset_type")
LARGEST_OFFSET = 100_000


def cursor_id(text: str) -> str:
    """Where a page of what is ordered by id ended. Raises ValueError."""
    if not is_task_id(text):
        raise ValueError("use the next_cursor of a former page")
    return text


class Paged(Strict):
    """Paging by ``offset``, or by ``cursor`` at the same cost however deep."""

    offset: Annotated[int, Field(ge=0, le=LARGEST_OFFSET)] = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, AfterValidator(cursor_id)] | None = None

    @model_validator(mode="after")
    def _one_way_of_paging(self) -> Paged:
        if self.cursor and self.offset:
            raise ValueError("give cursor or offset, not both")
        return self


class TaskChoice(Strict):
    """Which tasks are meant. Times without an offset are UTC. ``provider``, ``account_id``, ``region`` and
    ``asset_type`` are those that a task was asked for, by its parameters.
    """

    type: Annotated[str, StringConstraints(max_length=64)] | None = None
    status: TaskStatus | None = None
    created_by: Text | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    error: Text | None = None
    provider: ProviderName | None = None
    account_id: Annotated[int, Field(ge=1)] | None = None
    region: RegionId | None = None
    asset_type: AssetTypeName | None = None

    def to_filter(self, tenant: str, **more: Any) -> TaskFilter:
        chosen: dict[str, Any] = {
            "type": self.type,
            "status": self.status,
            "created_by": self.created_by,
            "start": self.start_date,
            "end": self.end_date,
            "error": self.error,
            "subjects": tuple(subject(name, value) for name in SUBJECTS if (value := getattr(self, name)) is not None),
        }
        return TaskFilter(tenant, **chosen | more)
