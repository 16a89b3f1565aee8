"""Every error the service raises on purpose, as one tree.

Three families:

* ``ApiError``: the caller is told. Each has the ``code`` of the envelope and an HTTP ``status``.
* ``TaskError``: an executor could not do its work. ``RetryableError`` is worth another attempt, ``FatalError`` is not.
* ``Interruption``: a task is told to stop. Not an ``Exception``, so that an executor that catches everything cannot
  swallow it.

Messages are shown to people and stored in tasks: they must never carry a credential.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class CamError(Exception):
    """Root of all errors that carry a message for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


# --- what an API caller is told ---------------------------------------------------------------------------------


class ApiError(CamError):
    """An error answered to an HTTP caller. Its message says what is wrong in this one case.

    A kind with a ``code`` of its own is a row of docs/errors.md: its docstring says when it is met, its ``remedy`` what
    the caller can do. ``retry_after`` is the number of seconds after which the same request may succeed; it becomes
    the header.
    """

    code = 50000
    status = 500
    remedy = "Do what the message says."

    def __init__(self, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class InvalidRequest(ApiError):
    """A field, a parameter or a header is missing, unknown or wrong; the message names each."""

    code = 40000
    status = 400
    remedy = "Correct what the message names."


class Unauthenticated(ApiError):
    """Nobody known is asking: no key or token, or one that is not accepted."""

    code = 40100
    status = 401
    remedy = "Send a key or token that is good: Authorization: Bearer …"


class Forbidden(ApiError):
    """The caller is known and may not do this."""

    code = 40300
    status = 403
    remedy = "Ask an admin for the role that the message names."


class Foreign(Forbidden):
    """Authentication is off, as on a developer's machine, and the request came by another name than this machine's, or
    from a page of another origin.
    """

    code = 40301
    remedy = "Call localhost or 127.0.0.1, or turn authentication on (CAM_AUTHENTICATION)."


class NotFound(ApiError):
    """No route has this path."""

    code = 40400
    status = 404
    remedy = "Compare the path with /docs."


class TaskNotFound(NotFound):
    """There is no task with this id: it never was, or its time is over and it was removed."""

    code = 40401
    remedy = "Look the id up with GET /tasks."


class TaskTypeNotFound(NotFound):
    """There is no task type of this name."""

    code = 40402
    remedy = "Use one of the types that the message names."


class AccountNotFound(NotFound):
    """There is no cloud account with this id."""

    code = 40403
    remedy = "Look the id up with GET /accounts."


class AssetNotFound(NotFound):
    """There is no asset with this id."""

    code = 40404
    remedy = "Look the id up with GET /assets; what was deleted long ago is forgotten."


class LaneNotFound(NotFound):
    """There is no lane of this name."""

    code = 40405
    remedy = "Use high, normal or low."


class KeyNotFound(NotFound):
    """There is no API key with this id."""

    code = 40406
    remedy = "Look the id up in the list of keys."


class MethodNotAllowed(ApiError):
    """The path has no such method."""

    code = 40500
    status = 405
    remedy = "Use a method of the header Allow."


class Conflict(ApiError):
    """What is asked for does not go with the state that the thing is in."""

    code = 40900
    status = 409
    remedy = "Read its state anew, then do what the message says."


class TaskFinished(Conflict):
    """A task that has ended was to be cancelled."""

    code = 40901
    remedy = "Nothing is left to do."


class TaskRunning(Conflict):
    """A task that is running was to be deleted."""

    code = 40902
    remedy = "Cancel it first, or delete it with force=true."


class AccountExists(Conflict):
    """The id of a new account is taken."""

    code = 40903
    remedy = "Leave the id out to get a free one, or change the account with PUT."


class BodyTooLarge(ApiError):
    """The body is larger than any request of this API has to be. It was not read."""

    code = 41300
    status = 413
    remedy = "Send less: the message has the limit."


class UnsupportedMediaType(ApiError):
    """The body is not said to be JSON."""

    code = 41500
    status = 415
    remedy = "Send JSON, with the header Content-Type: application/json."


class IdempotencyMismatch(ApiError):
    """The Idempotency-Key was used before, with another request."""

    code = 42200
    status = 422
    remedy = "Take a new key for a new request."


class TooManyPending(ApiError):
    """As many tasks are pending as may be."""

    code = 42900
    status = 429
    remedy = "Wait for the seconds of the header Retry-After."


class TooManyRequests(ApiError):
    """More requests come than the gateway lets through. This one did not reach the service."""

    code = 42901
    status = 429
    remedy = "Send it again after the seconds of the header Retry-After, and fewer at once."


class HeadersTooLarge(ApiError):
    """The headers of the request are larger than any request of this API has to have."""

    code = 43100
    status = 431
    remedy = "Send less: the message has the limit."


class InternalError(ApiError):
    """A fault of the service. It has been logged."""

    code = 50000
    status = 500
    remedy = "Tell whoever runs the service when it was, with your X-Correlation-Id."


class Unavailable(ApiError):
    """A part that the service needs (store, queue, parameter store) does not answer."""

    code = 50300
    status = 503
    remedy = "Wait for the seconds of the header Retry-After; a repeated submission is safe with an Idempotency-Key."


def api_errors() -> list[type[ApiError]]:
    """Every kind of error that has a code of its own, ordered by it."""
    return sorted((kind for kind in _below(ApiError) if "code" in vars(kind)), key=lambda kind: kind.code)


def _below(kind: type[ApiError]) -> Iterator[type[ApiError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


# --- what an executor raises ------------------------------------------------------------------------------------


class TaskError(CamError):
    """An executor could not finish its work. ``done`` is the result (JSON types) as far as there is one."""

    done: Mapping[str, Any] | None = None


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
