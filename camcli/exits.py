"""How ``cam`` ends."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit status; ``told`` says when."""

    told: str

    def __new__(cls, value: int, told: str) -> Exit:
        made = int.__new__(cls, value)
        made._value_ = value
        made.told = told
        return made

    DONE = 0, "done; of a task that is watched: completed"
    FAILED = 1, "the task has failed, or the service refused the request"
    USAGE = 2, "the command line is wrong, or the service calls the request invalid"
    CANCELLED = 3, "the task was cancelled"
    PARTIAL = 4, "completed, but not all of it: parts failed, or a scope's listing was incomplete or held"
    UNREACHABLE = 5, "the service does not answer, or cannot do it now"
    INTERRUPTED = 130, "Ctrl-C; a task that is watched goes on"
