"""Huawei's error answers as errors of the service."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.errors import (
    AccessDenied,
    CloudRejected,
    CloudUnavailable,
    InvalidCredentials,
    RetryableError,
    TaskError,
    Throttled,
)
from chalicelib.providers.huawei.translation import error_of

SECRETS = ("CANARYKEYID", "canary/secret+value", "canary-token")


def translated(document: Any, status: int, **headers: str) -> TaskError:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return error_of(status, named, body, SECRETS)


def told(code: str) -> dict[str, str]:
    return {"error_code": code, "error_msg": "Words.", "request_id": "R-1"}


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("APIGW.0301", 401, InvalidCredentials),
        ("APIGW.0301", 403, InvalidCredentials),
        ("APIGW.0303", 401, InvalidCredentials),
        ("APIGW.0302", 403, AccessDenied),
        ("APIGW.0308", 429, Throttled),
        ("APIG.0308", 400, Throttled),
        ("Ecs.0001", 429, Throttled),
        ("SlowDown", 503, Throttled),
        ("InvalidAccessKeyId", 403, InvalidCredentials),
        ("SignatureDoesNotMatch", 403, InvalidCredentials),
        ("AccessDenied", 403, AccessDenied),
        ("Anything", 401, InvalidCredentials),
        ("Anything", 408, CloudUnavailable),
        ("Anything", 500, CloudUnavailable),
        ("Anything", 503, CloudUnavailable),
        ("Anything", 400, CloudRejected),
        ("Anything", 302, CloudRejected),
        ("APIGW.0101", 404, CloudRejected),
    ],
)
def test_a_code_or_a_status_has_its_kind_of_error(code: str, status: int, kind: type[TaskError]) -> None:
    assert type(translated(told(code), status)) is kind


@pytest.mark.parametrize(
    "document",
    [
        {"error_code": "X.1", "error_msg": "Words.", "request_id": "R-1"},
        {"code": "X.1", "message": "Words.", "request_id": "R-1"},
        {"errCode": "X.1", "externalMessage": "Words.", "request_id": "R-1"},
        {"error": {"code": "X.1", "message": "Words."}, "request_id": "R-1"},
        {"error": {"error_code": "X.1", "error_msg": "Words."}, "request_id": "R-1"},
        b"<Error><Code>X.1</Code><Message>Words.</Message><RequestId>R-1</RequestId></Error>",
    ],
)
def test_the_text_has_code_message_status_and_request_in_every_shape(document: Any) -> None:
    assert translated(document, 400).message == "X.1: Words. (HTTP 400, request R-1)"


def test_the_request_is_known_by_the_header_where_the_document_does_not_say() -> None:
    error = translated({"code": "X.1", "message": "Words."}, 400, X_Request_Id="R-2")
    assert error.message == "X.1: Words. (HTTP 400, request R-2)"


@pytest.mark.parametrize("body", [b"<html>Bad Gateway</html>", b"", b"\xff", b"[1]", b'"x"', b"{}"])
def test_an_error_page_is_known_by_its_status(body: bytes) -> None:
    assert translated(body, 502).message == "502: no reason given (HTTP 502, request unknown)"


@pytest.mark.parametrize(("header", "wait"), [("7", 7.0), ("soon", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)])
def test_the_wait_asked_for_comes_along_if_it_is_a_number(header: str, wait: float | None) -> None:
    error = translated(told("APIGW.0308"), 429, Retry_After=header)
    assert isinstance(error, RetryableError)
    assert error.retry_after == wait


@pytest.mark.parametrize(
    "message",
    [
        "Get secretKey failed,ak:CANARYKEYID,err:ak not exist",
        "Get secretKey failed,ak:CANARYOFSOMEBODYELSE,err:ak not exist",
        "access key = CANARYOFSOMEBODYELSE",
        "secret canary/secret+value canary%2Fsecret%2Bvalue",
        "token canary-token",
    ],
)
def test_credentials_are_taken_out_of_the_text_in_every_spelling(message: str) -> None:
    words = translated({"error_code": "X.1", "error_msg": message}, 400).message
    assert "***" in words
    assert "canary" not in words.lower()


def test_a_long_message_is_shortened() -> None:
    assert len(translated({"error_code": "X.1", "error_msg": "x" * 5000}, 400).message) < 400
