"""What the SDK raises, as the errors of the service."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Set
from http import HTTPStatus

from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from chalicelib.errors import (
    AccessDenied,
    CloudRejected,
    CloudUnavailable,
    InvalidCredentials,
    RetryableError,
    TaskError,
    Throttled,
)
from chalicelib.providers.redaction import redacted

REFUSED = "AWS does not accept the credentials of this account"

CODES: Mapping[type[TaskError], frozenset[str]] = {
    Throttled: frozenset(
        {
            "BandwidthLimitExceeded",
            "EC2ThrottledException",
            "LimitExceededException",
            "PriorRequestNotComplete",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "SlowDown",
            "ThrottledException",
            "Throttling",
            "ThrottlingException",
            "TooManyRequests",
            "TooManyRequestsException",
        }
    ),
    CloudUnavailable: frozenset(
        {
            "InternalError",
            "InternalFailure",
            "InternalServerError",
            "RequestTimeout",
            "RequestTimeoutException",
            "ServiceUnavailable",
            "TargetGroupNotFound",  # gone since it was listed: the listing is to be repeated
            "Unavailable",
        }
    ),
    AccessDenied: frozenset(
        {
            "AccessDenied",
            "AccessDeniedException",
            "AuthorizationError",
            "AuthorizationErrorException",
            "Blocked",
            "NotAuthorized",
            "OptInRequired",
            "PendingVerification",
            "UnauthorizedOperation",
        }
    ),
    InvalidCredentials: frozenset(
        {
            "AuthFailure",
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "InvalidToken",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException",
        }
    ),
}
_BY_CODE = {code: kind for kind, codes in CODES.items() for code in codes}
_BY_STATUS: Mapping[int, type[TaskError]] = {
    HTTPStatus.UNAUTHORIZED: InvalidCredentials,
    HTTPStatus.FORBIDDEN: AccessDenied,
    HTTPStatus.TOO_MANY_REQUESTS: Throttled,
}
_NO_CREDENTIALS = (sdk.NoCredentialsError, sdk.PartialCredentialsError, sdk.CredentialRetrievalError)
_NO_ANSWER = (sdk.HTTPClientError, sdk.ConnectionError, sdk.IncompleteReadError, sdk.ResponseStreamingError)
_NOT_UNDERSTOOD = (ResponseParserError, KeyError, ValueError)
"""What botocore's parsers raise, the last two by themselves, for an answer of another shape than the model's."""
_SAYS_WHERE = (sdk.ConnectionError, sdk.ReadTimeoutError)


@contextlib.contextmanager
def translated(service: str, operation: str, secrets: Set[str]) -> Iterator[None]:
    """Raise the SDK's errors as provider errors, whose text has none of ``secrets``, to which the call may add.

    Nothing is chained: the SDK's own text may quote the request, headers included.
    """
    call = f"aws {service} {operation}"
    try:
        yield
    except sdk.ClientError as error:
        fault = _from_answer(error, call, tuple(secrets))
    except _NO_CREDENTIALS as error:
        fault = InvalidCredentials(f"{call}: {type(error).__name__}: this service has no AWS credentials of its own")
    except _NO_ANSWER as error:
        why = f": {redacted(str(error), tuple(secrets))}" if isinstance(error, _SAYS_WHERE) else ""
        fault = CloudUnavailable(f"{call}: {type(error).__name__}{why}")
    except sdk.ParamValidationError as error:
        fault = CloudRejected(f"{call}: {type(error).__name__}: {redacted(str(error), tuple(secrets))}")
    except (sdk.BotoCoreError, *_NOT_UNDERSTOOD) as error:
        fault = CloudRejected(f"{call}: {type(error).__name__}")
    else:
        return
    raise fault from None


def _from_answer(error: sdk.ClientError, call: str, secrets: tuple[str, ...]) -> TaskError:
    """A refused signature is answered with the request it was made for, so that message is never repeated."""
    said = error.response.get("Error", {})
    about = error.response.get("ResponseMetadata", {})
    code = str(said.get("Code", "Unknown"))
    kind = _kind(code, int(about.get("HTTPStatusCode", 0)))
    message = REFUSED if kind is InvalidCredentials else redacted(str(said.get("Message", "")), secrets)
    text = f"{call}: {redacted(code, secrets)}: {message}"
    if issubclass(kind, RetryableError):
        return kind(text, retry_after=_seconds(about.get("HTTPHeaders", {}).get("retry-after", "")))
    return kind(text)


def _kind(code: str, status: int) -> type[TaskError]:
    if known := _BY_CODE.get(code) or _BY_STATUS.get(status):
        return known
    return CloudUnavailable if status >= HTTPStatus.INTERNAL_SERVER_ERROR else CloudRejected


def _seconds(header: str) -> float | None:
    return float(header) if header.isascii() and header.isdigit() else None
