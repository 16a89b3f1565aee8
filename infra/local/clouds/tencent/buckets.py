"""COS as the fake has it: checks its signature, as the public algorithm says, and answers XML with an HTTP status."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote
from xml.sax.saxutils import escape

from infra.local.clouds.faults import Fault
from infra.local.clouds.inventory import Item
from infra.local.clouds.server import Answer, Request
from infra.local.clouds.tencent.refusal import Refusal
from infra.local.clouds.tencent.signature import AccessKey

ACTION = "cos.GetService"
MOST = 2000
XML = {"Content-Type": "application/xml"}
PARAMETERS = frozenset({"max-keys", "marker"})
SERVICE = "service.cos.myqcloud.com"
_SAID = ("q-sign-algorithm", "q-ak", "q-sign-time", "q-key-time", "q-header-list", "q-url-param-list", "q-signature")
_TIMES = re.compile(r"(\d+);(\d+)")
_IN_ITS_WORDS = {
    "RequestLimitExceeded": (503, "SlowDown"),
    "UnauthorizedOperation": (403, "AccessDenied"),
    "ServiceUnavailable": (503, "ServiceUnavailable"),
    "InternalError": (500, "InternalError"),
}
"""What the APIs say otherwise."""


class Denied(Exception):
    """A request that COS answers with an error document."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message

    @classmethod
    def of(cls, refusal: Refusal) -> Denied:
        status, code = _IN_ITS_WORDS[refusal.code]
        return cls(status, code, refusal.message)

    def answer(self, request_id: str) -> Answer:
        parts = {"Code": self.code, "Message": self.message, "Resource": SERVICE, "RequestId": request_id}
        body = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts.items())
        return Answer(self.status, f"<?xml version='1.0' encoding='utf-8' ?>\n<Error>{body}</Error>".encode(), XML)


@dataclass(frozen=True, slots=True)
class Window:
    """Up to ``size`` buckets behind the one with the number ``after``."""

    size: int
    after: int


def is_meant(request: Request) -> bool:
    return request.headers.get("authorization", "").startswith("q-sign-algorithm=")


def verified(request: Request, keys: Mapping[str, AccessKey]) -> AccessKey:
    """The key that signed a request. Raises Denied as COS refuses."""
    said = dict(part.partition("=")[::2] for part in request.headers["authorization"].split("&"))
    times = _TIMES.fullmatch(said.get("q-key-time", ""))
    if tuple(said) != _SAID or said["q-sign-algorithm"] != "sha1" or times is None:
        raise Denied(403, "AccessDenied", "The Authorization header does not conform to the standard.")
    key = keys.get(said["q-ak"])
    if key is None:
        raise Denied(403, "InvalidAccessKeyId", "The Access Key Id you provided does not exist in our records.")
    if not int(times[1]) <= time.time() <= int(times[2]):
        raise Denied(403, "RequestTimeTooSkewed", "The request has expired, or is not good yet.")
    query = parse_qsl(request.query, keep_blank_values=True)
    parameters = [(name, value) for name, value in query if name in said["q-url-param-list"].split(";")]
    headers = [(name, request.headers.get(name, "")) for name in filter(None, said["q-header-list"].split(";"))]
    text = "\n".join((request.method.lower(), request.path, _joined(parameters), _joined(headers), ""))
    to_sign = f"sha1\n{said['q-sign-time']}\n{hashlib.sha1(text.encode()).hexdigest()}\n"
    if "host" not in dict(headers) or not hmac.compare_digest(
        _mac(_mac(key.access_key_secret, said["q-key-time"]), to_sign), said["q-signature"]
    ):
        raise Denied(403, "SignatureDoesNotMatch", "The signature we calculated does not match the one you provided.")
    if request.headers.get("x-cos-security-token", "") != key.security_token:
        raise Denied(403, "InvalidToken", "The security token is not that of the key.")
    return key


def window_of(request: Request) -> Window:
    """Raises Denied for a parameter, size or marker that COS does not take."""
    asked = dict(parse_qsl(request.query, keep_blank_values=True))
    size, marker = asked.get("max-keys", str(MOST)), asked.get("marker", "0")
    known = asked.keys() <= PARAMETERS and size.isdecimal() and marker.isdecimal()
    if request.path != "/" or not known or not 1 <= int(size) <= MOST:
        raise Denied(400, "InvalidArgument", "A parameter is not known, or has a value that is not valid.")
    return Window(int(size), int(marker))


def page_of(window: Window, entries: list[tuple[int, Item]]) -> int:
    return sum(number <= window.after for number, _ in entries) // window.size + 1


def listed(window: Window, owner: str, entries: list[tuple[int, Item]], faults: Mapping[str, Fault]) -> bytes:
    rest = [entry for entry in entries if entry[0] > window.after]
    shown, more = rest[: window.size], len(rest) > window.size
    following = f"<NextMarker>{shown[-1][0]}</NextMarker>" if more else ""
    if "duplicate_page" in faults:
        before = [entry for entry in entries if entry[0] <= window.after]
        shown = before[-window.size :] or shown
    if "empty" in faults:
        shown, more, following = [], False, ""
    buckets = "".join(f"<Bucket>{_fields(item)}</Bucket>" for _, item in shown)
    body = (
        "<?xml version='1.0' encoding='utf-8' ?>\n<ListAllMyBucketsResult>"
        f"<Owner><ID>qcs::cam::uin/{owner}:uin/{owner}</ID><DisplayName>{owner}</DisplayName></Owner>"
        f"<IsTruncated>{str(more).lower()}</IsTruncated>{following}<Buckets>{buckets}</Buckets></ListAllMyBucketsResult>"
    ).encode()
    return body[: len(body) // 2] if "truncated" in faults else body


def _fields(item: Item) -> str:
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in item.items())


def _joined(pairs: list[tuple[str, str]]) -> str:
    encoded = sorted((quote(name.lower(), safe=""), quote(value, safe="")) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def _mac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha1).hexdigest()
