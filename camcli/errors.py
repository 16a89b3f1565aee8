"""What goes wrong on this side of the API, as one tree. Messages say what to do and never hold a secret."""

from __future__ import annotations

from camcli.exits import Exit


class CamError(Exception):
    """Ends the command with ``exit_status``."""

    exit_status = Exit.FAILED

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Misused(CamError):
    """The command line, the environment or the profile is wrong."""

    exit_status = Exit.USAGE


class Unreachable(CamError):
    """The service does not answer, or is not ready. May pass: ``retry_after`` is the wait it asked for, in seconds."""

    exit_status = Exit.UNREACHABLE

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotTheService(CamError):
    """Something else answers at this address."""


class Refused(CamError):
    """The service answered with an error: the envelope's ``code`` and the HTTP ``status``."""

    def __init__(self, message: str, *, code: int, status: int) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.exit_status = Exit.USAGE if status in (400, 422) else Exit.FAILED
