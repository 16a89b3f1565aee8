"""Every error the service raises on purpose, as one tree.

Three families:

* ``ApiError``: the caller is told. Each has the ``code`` of the envelope and an HTTP ``status``.
* ``TaskError``: an executor could not do its work. ``RetryableError`` is worth another attempt, ``FatalError`` is not.
* ``Interruption``: a task is told to stop. Not an ``Exception``, so that an executor that catches everything cannot
  swallow it.

Messages are shown to people and stored in tasks: they must never carry a credential.
"""

from __future__ import annotations


class CamError(Exception):
    """Root of all errors that carry a message for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


# --- what an API caller is told ---------------------------------------------------------------------------------


class ApiError(CamError):
    """An error answered to an HTTP caller.

    ``retry_after`` is the number of seconds after which the same request may succeed; it becomes the header.
    """

    code = 50000
    status = 500

    def __init__(self, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class InvalidRequest(ApiError):
    code = 40000
    status = 400


class Unauthenticated(ApiError):
    """Nobody known is asking: no key or token, or one that is not accepted."""

    code = 40100
    status = 401


class Forbidden(ApiError):
    """The caller is known and may not do this."""

    code = 40300
    status = 403


class MethodNotAllowed(ApiError):
    code = 40500
    status = 405


class UnsupportedMediaType(ApiError):
    code = 41500
    status = 415


class NotFound(ApiError):
    code = 40400
    status = 404


class TaskNotFound(NotFound):
    code = 40401


class TaskTypeNotFound(NotFound):
    code = 40402


class AccountNotFound(NotFound):
    code = 40403


class AssetNotFound(NotFound):
    code = 40404


class Conflict(ApiError):
    code = 40900
    status = 409


class TaskFinished(Conflict):
    code = 40901


class TaskRunning(Conflict):
    code = 40902


class AccountExists(Conflict):
    code = 40903


class IdempotencyMismatch(ApiError):
    """The key was used before, with another request."""

    code = 42200
    status = 422


class TooManyPending(ApiError):
    code = 42900
    status = 429


class LaneNotFound(NotFound):
    code = 40405


class KeyNotFound(NotFound):
    code = 40406


class Unavailable(ApiError):
    """A part the service needs (store, queue) does not answer."""

    code = 50300
    status = 503


class InternalError(ApiError):
    code = 50000
    status = 500


# --- what an executor raises ------------------------------------------------------------------------------------


class TaskError(CamError):
    """An executor could not finish its work."""


class RetryableError(TaskError):
    """May succeed later. ``retry_after`` is the wait in seconds that the other side asked for, if it did."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class FatalError(TaskError):
    """Will fail the same way every time."""


class Throttled(RetryableError):
    """The cloud refused a call because of its rate limit."""


class CloudUnavailable(RetryableError):
    """The cloud did not answer, or answered with a fault of its own (network, time-out, 5xx)."""


class AccessDenied(FatalError):
    """The credentials are valid but may not do this."""


class InvalidCredentials(FatalError):
    """The cloud does not accept the credentials."""


class CloudRejected(FatalError):
    """The cloud calls the request wrong, or its answer cannot be understood."""


class Refused(CloudRejected):
    """The cloud calls the request wrong by a ``code`` of its own."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


# --- how a running task is told to stop -------------------------------------------------------------------------


class Interruption(BaseException):
    """Raised by ``TaskContext.check`` inside an executor. Executors let it pass."""


class TaskCancelled(Interruption):
    """Somebody asked for this task to be cancelled."""


class LeaseLost(Interruption):
    """Another worker owns this task now: nothing may be written for it any more."""


class TimedOut(Interruption):
    """The task has used up its ``timeout_seconds``, across all invocations."""


class HandedBack(Interruption):
    """This worker must stop: the task goes on elsewhere."""
