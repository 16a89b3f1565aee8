"""Clouds that refuse every call in words that tell what they should not."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from xml.sax.saxutils import escape

from infra.local.clouds.faults import FaultBook
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.server import Answer, Request
from tests.hostile.secrets.accounts import Marked

FORMS: Mapping[str, Callable[[str], str]] = {
    "as it is": lambda secret: secret,
    "percent-encoded": lambda secret: quote(secret, safe=""),
    "percent-encoded in lower case": lambda secret: quote(secret, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
    "percent-encoded twice": lambda secret: quote(quote(secret, safe="~"), safe="~"),
    "in base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "in base64 behind one byte": lambda secret: base64.b64encode(f":{secret}\n".encode()).decode(),
    "in base64 behind a name": lambda secret: base64.b64encode(f"token={secret};".encode()).decode(),
    "in base64 for addresses": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "with slashes escaped": lambda secret: secret.replace("/", "\\/"),
    "its beginning": lambda secret: f"the key {secret[:14]}... is not known",
    "its middle": lambda secret: f"...{secret[3:17]}...",
    "its end": lambda secret: f"the key ...{secret[-14:]} is not known",
    "in the request that was signed": lambda secret: (
        f"The signature does not match. server string to sign is:[POST\n/\nx-security-token:{secret}\n]"
    ),
}

CODES: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "signature": {
        "aliyun": (400, "SignatureDoesNotMatch"),
        "aws": (401, "AuthFailure"),
        "tencent": (200, "AuthFailure.SignatureFailure"),
        "huawei": (401, "APIGW.0301"),
        "volcano": (401, "SignatureDoesNotMatch"),
    },
    "denied": {
        "aliyun": (403, "Forbidden.RAM"),
        "aws": (403, "UnauthorizedOperation"),
        "tencent": (200, "UnauthorizedOperation"),
        "huawei": (403, "ECS.0403"),
        "volcano": (403, "AccessDenied"),
    },
    "throttled": {
        "aliyun": (400, "Throttling.User"),
        "aws": (503, "RequestLimitExceeded"),
        "tencent": (200, "RequestLimitExceeded"),
        "huawei": (429, "APIGW.0308"),
        "volcano": (429, "FlowLimitExceeded"),
    },
    "unavailable": dict.fromkeys(("aliyun", "aws", "tencent", "huawei", "volcano"), (503, "ServiceUnavailable")),
    "other": dict.fromkeys(("aliyun", "aws", "tencent", "huawei", "volcano"), (400, "InvalidSomething")),
}
"""HTTP status and code of each kind of refusal."""

PLACES = ("message", "code", "request id", "header", "page", "torn document", "another document")
XML = {"Content-Type": "application/xml"}


@dataclass(frozen=True)
class Saying:
    """``words`` stand in one of the ``PLACES``; ``kind`` is one of the ``CODES``."""

    words: str
    kind: str = "other"
    place: str = "message"

    def put(self, place: str, usual: str) -> str:
        return self.words if self.place == place else usual


@dataclass
class Talkative:
    """A fake of any cloud. The role of an ``account`` is given, unless ``refuses_roles``, and all else is refused."""

    account: Marked
    saying: Saying = field(default_factory=lambda: Saying("no"))
    refuses_roles: bool = False
    faults: FaultBook = field(default_factory=FaultBook)
    requests: Counter[str] = field(default_factory=Counter)
    inventory: Inventory = field(init=False)

    def answer(self, request: Request) -> Answer:
        self.requests["any"] += 1
        action = request.headers.get("x-acs-action") or request.headers.get("x-tc-action") or ""
        if self.account.issued and not self.refuses_roles and "AssumeRole" in (action + request.body.decode()):
            return _ASSUMED[self.account.provider](self.account.issued)
        saying, provider = self.saying, self.account.provider
        status, usual = CODES[saying.kind][provider]
        if saying.place == "page":
            page = f"<html><body>{escape(saying.words)}</body></html>"
            return Answer(502, page.encode(), {"Content-Type": "text/html"})
        if saying.place == "another document":
            return Answer.json({"said": saying.words})
        refusal = _refusal(provider, _is_for_objects(request), saying, usual)
        body = refusal if isinstance(refusal, str) else json.dumps(refusal)
        if saying.place == "torn document":
            body = body[: body.index("InvalidSomething") + 8] + saying.words
        request_id = saying.put("header", "R").replace("\n", " ")
        headers = dict.fromkeys(("X-Request-Id", "x-amzn-RequestId", "x-acs-request-id", "Retry-After"), request_id)
        return Answer(status, body.encode(), headers | dict(XML if isinstance(refusal, str) else Answer().headers))


def _is_for_objects(request: Request) -> bool:
    signed = request.headers.get("authorization", "")
    return signed.startswith(("OSS", "OBS", "TOS", "q-sign-algorithm")) or "/s3/aws4_request" in signed


def _refusal(provider: str, objects: bool, saying: Saying, usual: str) -> object:
    code, message, request_id = (
        saying.put("code", usual),
        saying.put("message", "no"),
        saying.put("request id", "R"),
    )
    if objects and provider == "volcano":
        return {"Code": code, "Message": message, "RequestId": request_id}
    if objects:
        parts = {"Code": code, "Message": message, "RequestId": request_id}
        return f"<Error>{''.join(f'<{name}>{escape(value)}</{name}>' for name, value in parts.items())}</Error>"
    return _REFUSALS[provider](code, message, request_id)


_REFUSALS: Mapping[str, Callable[[str, str, str], object]] = {
    "aliyun": lambda code, message, request_id: {"Code": code, "Message": message, "RequestId": request_id},
    "aws": lambda code, message, request_id: (
        f"<Response><Errors><Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error></Errors>"
        f"<RequestID>{escape(request_id)}</RequestID></Response>"
    ),
    "tencent": lambda code, message, request_id: {
        "Response": {"Error": {"Code": code, "Message": message}, "RequestId": request_id}
    },
    "huawei": lambda code, message, request_id: {"error_code": code, "error_msg": message, "request_id": request_id},
    "volcano": lambda code, message, request_id: {
        "ResponseMetadata": {"RequestId": request_id, "Error": {"Code": code, "Message": message}}
    },
}


def _later() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


_ASSUMED: Mapping[str, Callable[[Mapping[str, str]], Answer]] = {
    "aliyun": lambda issued: Answer.json(
        {
            "Credentials": {
                "AccessKeyId": issued["access_key_id"],
                "AccessKeySecret": issued["access_key_secret"],
                "SecurityToken": issued["security_token"],
                "Expiration": _later().strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        }
    ),
    "tencent": lambda issued: Answer.json(
        {
            "Response": {
                "Credentials": {
                    "TmpSecretId": issued["access_key_id"],
                    "TmpSecretKey": issued["access_key_secret"],
                    "Token": issued["security_token"],
                },
                "ExpiredTime": round(_later().timestamp()),
            }
        }
    ),
    "aws": lambda issued: Answer(
        200,
        (
            '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>'
            f"<AccessKeyId>{issued['access_key_id']}</AccessKeyId>"
            f"<SecretAccessKey>{issued['access_key_secret']}</SecretAccessKey>"
            f"<SessionToken>{issued['security_token']}</SessionToken>"
            f"<Expiration>{_later().strftime('%Y-%m-%dT%H:%M:%SZ')}</Expiration>"
            "</Credentials></AssumeRoleResult></AssumeRoleResponse>"
        ).encode(),
        XML,
    ),
}
