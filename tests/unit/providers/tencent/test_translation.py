"""Tencent's error codes as errors of the service."""

from __future__ import annotations

import pytest

from chalicelib.errors import (
    AccessDenied,
    CloudRejected,
    CloudUnavailable,
    InvalidCredentials,
    Refused,
    TaskError,
    Throttled,
)
from chalicelib.providers.tencent.translation import error_of


def translated(code: str, message: str = "Words.") -> TaskError:
    secrets = ("AKIDCanaryKeyId01", "canary/secret+value", "canary-token")
    return error_of(code, message, request_id="R-1", secrets=secrets)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("RequestLimitExceeded", Throttled),
        ("RequestLimitExceeded.UinLimitExceeded", Throttled),
        ("UnauthorizedOperation", AccessDenied),
        ("UnauthorizedOperation.CamNoAuth", AccessDenied),
        ("AuthFailure.UnauthorizedOperation", AccessDenied),
        ("AuthFailure.SecretIdNotFound", InvalidCredentials),
        ("AuthFailure.SignatureFailure", InvalidCredentials),
        ("AuthFailure.TokenFailure", InvalidCredentials),
        ("AuthFailure.InvalidSecretId", InvalidCredentials),
        ("AuthFailure.SignatureExpire", CloudRejected),
        ("InternalError", CloudUnavailable),
        ("InternalError.DBError", CloudUnavailable),
        ("ServiceUnavailable", CloudUnavailable),
        ("ResourceNotFound.RoleNotFound", InvalidCredentials),
        ("InternalError.GetRoleError", InvalidCredentials),
        ("InvalidParameter.OverLimit", Throttled),
        ("InvalidParameterValue.LimitExceeded", Refused),
        ("LimitExceeded", Refused),
        ("UnsupportedRegion", Refused),
        ("ResourceNotFound", Refused),
    ],
)
def test_a_code_has_its_kind_of_error(code: str, kind: type[TaskError]) -> None:
    assert type(translated(code)) is kind


def test_what_is_refused_keeps_its_code_and_is_never_repeated() -> None:
    error = translated("UnsupportedRegion")
    assert isinstance(error, CloudRejected)
    assert isinstance(error, Refused)
    assert error.code == "UnsupportedRegion"


def test_the_text_has_code_message_and_request() -> None:
    assert translated("InvalidParameter").message == "InvalidParameter: Words. (request R-1)"


@pytest.mark.parametrize(
    "message",
    [
        "key AKIDCanaryKeyId01 AKIDcanarycanary1234",
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
