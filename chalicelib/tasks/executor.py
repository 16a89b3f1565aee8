"""The plug-in point: what a task type is to the framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from chalicelib.tasks.context import TaskContext

P = TypeVar("P", bound=BaseModel)


class Executor(Protocol[P]):
    """The code of one task type.

    ``params`` is the model that a request body is validated with, unknown fields being errors; its JSON form is what
    the task stores and what ``run`` gets back.
    """

    params: type[P]

    def admit(self, params: P, tenant: str) -> None:
        """Refuse, by ``InvalidRequest``, a submission that is well-formed but cannot succeed."""
        ...

    def run(self, params: P, context: TaskContext) -> Mapping[str, Any]:
        """Do the work and return the task's result (JSON types).

        Calls ``context.check()`` at least once per page or second of work. May run more than once for one task: a
        worker can be lost after any write. Raises ``FatalError`` or ``RetryableError``.
        """
        ...


Executors = Callable[[str], Executor[Any]]
"""Looks an executor up by task type; raises KeyError for a type that does not exist."""
