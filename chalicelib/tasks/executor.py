"""The plug-in point: what a task type is to the framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar, runtime_checkable

from chalicelib.strict import Strict
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.model import TaskStatus


class TaskParams(Strict):
    """Parameters of a task type. Unknown fields are errors; the JSON form is what the task stores."""

    def group(self) -> str:
        """Whose work this is, below the tenant: one group's backlog must not hold up the others'."""
        return ""

    def subjects(self) -> tuple[str, ...]:
        """What a task of these parameters can be found by, each made by ``subject``."""
        return ()


P_contra = TypeVar("P_contra", bound=TaskParams, contravariant=True)


@dataclass(frozen=True, slots=True)
class Child:
    """A part of the work, as a task of its own. The same ``key`` is the same child, however often a parent starts
    over. ``weight``, 1 or more, is its share of the parent's progress.
    """

    key: str
    type: str
    params: TaskParams
    weight: int = 1

    def __post_init__(self) -> None:
        if self.weight < 1:
            raise ValueError(f"the weight of child {self.key!r} is {self.weight}: use 1 or more")


class FanOut(NamedTuple):
    """Run ``children`` side by side; when the last one has ended, ``join`` makes the result.

    ``state`` (JSON types) is given to ``join`` as the context's checkpoint.
    """

    children: Sequence[Child]
    state: Mapping[str, Any] | None = None


class Continue(NamedTuple):
    """Time is nearly up: go on in another invocation, which finds ``checkpoint`` (BSON types, below 16 MB) in its
    context.
    """

    checkpoint: Mapping[str, Any]


class ChildResult(NamedTuple):
    """How a child ended. ``result`` is None unless it completed, or failed with a part of its work done."""

    params: Mapping[str, Any]
    status: TaskStatus
    result: Mapping[str, Any] | None
    error: str


RunResult = Mapping[str, Any] | FanOut | Continue


class Executor(Protocol[P_contra]):
    """The code of one task type."""

    @property
    def params(self) -> type[TaskParams]:
        """The model that a request body is validated with."""
        ...

    @property
    def max_retry(self) -> int:
        """How many retries a task gets unless its request says otherwise."""
        ...

    @property
    def deduplicate(self) -> bool:
        """Whether a task with the same parameters that has not ended is returned instead of a second one."""
        ...

    def admit(self, params: P_contra, tenant: str) -> None:
        """Refuse, by ``InvalidRequest``, a submission that is well-formed but cannot succeed."""
        ...

    def run(self, params: P_contra, context: TaskContext) -> RunResult:
        """Do the work and return the task's result (JSON types, below 4 MB), or how it is to go on.

        Calls ``context.check()`` at least once per page or second of work. May run more than once for one task: a
        worker can be lost after any write. Raises ``FatalError`` or ``RetryableError``; any other exception counts
        as retryable.
        """
        ...


@runtime_checkable
class Joins(Protocol):
    """An executor that fans out."""

    def join(self, params: Any, children: Sequence[ChildResult], context: TaskContext) -> Mapping[str, Any]:
        """The parent's result. Called when all children have ended, possibly more than once."""
        ...


Executors = Callable[[str], Executor[Any]]
"""Looks an executor up by task type; raises KeyError for a type that does not exist."""
