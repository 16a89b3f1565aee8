"""A task as it was when last seen, and what has come of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from camcli.exits import Exit
from camcli.service import Row

OPEN = frozenset({"pending", "running"})
DOUBTS = frozenset({"incomplete_count", "held_count"})
ENDS = {"failed": Exit.FAILED, "cancelled": Exit.CANCELLED}


@dataclass(frozen=True, slots=True)
class TaskState:
    """What following a task needs of it; ``row`` is all that the API says."""

    id: str
    type: str
    status: str
    progress: int
    message: str
    error: str
    result: Mapping[str, Any]
    duration: float | None
    fanned_out: bool
    row: Row

    @classmethod
    def of(cls, row: Row) -> TaskState:
        return cls(
            id=row["id"],
            type=row["type"],
            status=row["status"],
            progress=row["progress"],
            message=row["message"],
            error=row["error"],
            result=row["result"] or {},
            duration=row["duration"],
            fanned_out=any(entry["event"] == "fanned_out" for entry in row["timeline"]),
            row=row,
        )

    @property
    def ended(self) -> bool:
        return self.status not in OPEN

    @property
    def outcome(self) -> Exit:
        """Of a task that has ended."""
        if self.status in ENDS:
            return ENDS[self.status]
        return Exit.PARTIAL if self.result.get("error_count") or any(self.doubtful()) else Exit.DONE

    def doubtful(self) -> Iterator[Row]:
        """The scopes of a sync whose listing was incomplete or held."""
        for detail in self.result.get("details", ()):
            if detail.get("verdict", "complete") != "complete":
                yield detail

    def summary(self) -> Iterator[str]:
        """What people want to know of it, in lines."""
        counts = [
            f"{value:,} {name.removesuffix('_count').replace('_', ' ')}"
            for name, value in self.result.items()
            if type(value) is int and (value or name not in DOUBTS) and name != "error_count"
        ]
        if counts:
            yield ", ".join(counts)
        if self.error:
            yield self.error
        for error in self.result.get("errors", ()):
            yield f"{place(error) or 'everywhere'}: {error.get('error', '')}"
        for detail in self.doubtful():
            yield f"{place(detail)}: {detail['verdict']}: {detail.get('reason', '')}"


def place(row: Row) -> str:
    """Which part of a task's work this is about, from an entry of its result or from the parameters of a child."""
    regions = row.get("regions") or (row.get("region"),)
    types = row.get("asset_types") or (row.get("asset_type"),)
    parts = (row.get("account_id"), *regions, *types)
    return " ".join(str(one) for one in parts if one is not None)
