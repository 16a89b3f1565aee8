"""Volcano's error codes as errors of the service."""

from __future__ import annotations

import pytest

from chalicelib.errors import (
    AccessDenied,
    CloudRejected,
    CloudUnavailable,
    InvalidCredentials,
    TaskError,
    Throttled,
)
from chalicelib.providers.volcano.translation import error_of


def translated(code: str, message: str = "Words.", status: int = 400) -> TaskError:
    secrets = ("AKLTCanaryKeyId01", "canary/secret+value", "canary-token")
    return error_of(code, message, status=status, request_id="R-1", secrets=secrets)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("FlowLimitExceeded", Throttled),
        ("AccountFlowLimitExceeded", Throttled),
        ("ExceedAccountQPSLimit", Throttled),
        ("AccessDenied", AccessDenied),
        ("AccessDeniedException", AccessDenied),
        ("InvalidAccessKey", InvalidCredentials),
        ("InvalidAccessKeyId", InvalidCredentials),
        ("SignatureDoesNotMatch", InvalidCredentials),
        ("InvalidSecurityToken", InvalidCredentials),
        ("InvalidTimestamp", CloudRejected),
        ("InternalError", CloudUnavailable),
        ("InternalServiceTimeout", CloudUnavailable),
        ("ServiceUnavailable", CloudUnavailable),
        ("ServiceNotFound", CloudRejected),
        ("InvalidParameter.PageSize", CloudRejected),
        ("AccountNotVerified", CloudRejected),
    ],
)
def test_a_code_has_its_kind_of_error(code: str, kind: type[TaskError]) -> None:
    assert type(translated(code)) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, CloudRejected),
        (401, InvalidCredentials),
        (403, AccessDenied),
        (404, CloudRejected),
        (429, Throttled),
        (500, CloudUnavailable),
        (503, CloudUnavailable),
    ],
)
def test_an_unknown_code_counts_by_its_status_and_a_known_one_does_not(status: int, kind: type[TaskError]) -> None:
    assert type(translated("Strange", status=status)) is kind
    assert type(translated("FlowLimitExceeded", status=status)) is Throttled


def test_the_text_has_code_message_and_request() -> None:
    assert translated("InvalidParameter").message == "InvalidParameter: Words. (request R-1)"


@pytest.mark.parametrize(
    "message",
    [
        "key [AKLTCanaryKeyId01] AKLTcanarycanary1234 AKTPcanarycanary1234",
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
