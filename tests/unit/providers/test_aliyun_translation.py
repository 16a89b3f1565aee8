"""Aliyun's error codes as errors of the service."""

from __future__ import annotations

import pytest

from chalicelib.errors import (
    AccessDenied,
    CloudUnavailable,
    InvalidCredentials,
    Refused,
    RetryableError,
    TaskError,
    Throttled,
)
from chalicelib.providers.aliyun.translation import error_of


def translated(code: str, message: str = "Words.", *, status: int = 400, retry_after: float | None = None) -> TaskError:
    secrets = ("LTAI5tCanaryKeyId", "canary/secret+value", "canary-token")
    return error_of(code, message, status=status, request_id="R-1", retry_after=retry_after, secrets=secrets)


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("Throttling", 400, Throttled),
        ("Throttling.User", 400, Throttled),
        ("Throttling.Api", 503, Throttled),
        ("Forbidden.RAM", 403, AccessDenied),
        ("NoPermission", 400, AccessDenied),
        ("UnauthorizedOperation", 403, AccessDenied),
        ("InvalidAccessKeyId.NotFound", 404, InvalidCredentials),
        ("InvalidAccessKeyId.Inactive", 403, InvalidCredentials),
        ("SignatureDoesNotMatch", 400, InvalidCredentials),
        ("InvalidSecurityToken.Expired", 400, InvalidCredentials),
        ("ServiceUnavailable", 503, CloudUnavailable),
        ("InternalError", 500, CloudUnavailable),
        ("Anything", 500, CloudUnavailable),
        ("InvalidMaxResults", 400, Refused),
        ("InvalidAction.NotFound", 404, Refused),
        ("InvalidLoadBalancerId.NotFound", 404, CloudUnavailable),
        ("ResourceNotFound.ServerGroup", 404, CloudUnavailable),
        ("ResourceNotFound.serverGroup", 404, CloudUnavailable),
        ("EntityNotExist.Role", 404, InvalidCredentials),
        ("InvalidParameter.RoleArn", 400, InvalidCredentials),
    ],
)
def test_a_code_has_its_kind_of_error(code: str, status: int, kind: type[TaskError]) -> None:
    assert type(translated(code, status=status)) is kind


def test_the_text_has_code_message_status_and_request() -> None:
    assert translated("InvalidMaxResults").message == "InvalidMaxResults: Words. (HTTP 400, request R-1)"


def test_the_wait_asked_for_comes_along() -> None:
    error = translated("Throttling.User", retry_after=2.5)
    assert isinstance(error, RetryableError)
    assert error.retry_after == 2.5


@pytest.mark.parametrize(
    "signed",
    [
        "server string to sign is:POST&%2F&AccessKeyId%3DLTAI5tCanaryKeyId%26Token%3Dcanary-token",
        "server StringToSign is [POST\n/] and more",
        "server signString is [x] server CanonicalRequest is [POST\n\nx-acs-security-token:of somebody else]",
    ],
)
def test_the_request_that_was_signed_is_cut_off_the_text(signed: str) -> None:
    words = translated("SignatureDoesNotMatch", f"Bad signature. {signed}").message
    assert words == "SignatureDoesNotMatch: Bad signature. (HTTP 400, request R-1)"


@pytest.mark.parametrize(
    "message",
    [
        "key LTAI5tCanaryKeyId LTAIcanarycanary STS.canarycanary",
        "secret canary/secret+value canary%2Fsecret%2Bvalue canary%252Fsecret%252Bvalue",
        "token canary-token",
    ],
)
def test_credentials_are_taken_out_of_the_text_in_every_spelling(message: str) -> None:
    words = translated("Anything", message).message
    assert "***" in words
    assert "canary" not in words.lower()


def test_a_long_message_is_shortened() -> None:
    assert len(translated("Anything", "x" * 5000).message) < 400
