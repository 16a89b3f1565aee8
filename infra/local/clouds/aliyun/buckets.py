"""The object storage of the fake: ListBuckets with its own signature (OSS4-HMAC-SHA256), markers and XML."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from functools import reduce
from urllib.parse import parse_qsl, quote
from xml.etree import ElementTree as ET

from infra.local.clouds.aliyun.actions import Window, repeated, shown_in
from infra.local.clouds.aliyun.listings import BUCKETS, MOST_BUCKETS
from infra.local.clouds.aliyun.refusal import Refusal
from infra.local.clouds.aliyun.signature import AccessKey
from infra.local.clouds.faults import Fault
from infra.local.clouds.inventory import Item
from infra.local.clouds.server import Request

ACTION = BUCKETS.action
ALGORITHM = "OSS4-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=([^/]+)/(\d{{8}}/[a-z0-9-]+/oss/aliyun_v4_request),Signature=(\w+)"
)
DEFAULT_SIZE = 100


def is_meant(request: Request) -> bool:
    return request.headers.get("authorization", "").startswith("OSS")


def verified(request: Request, keys: Mapping[str, AccessKey]) -> AccessKey:
    """The key that signed the request. Raises Refusal as the object storage refuses."""
    match = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if match is None:
        raise Refusal(400, "InvalidArgument", "Authorization header is invalid.")
    access_key_id, scope, signature = match.groups()
    key = keys.get(access_key_id)
    if key is None:
        raise Refusal(403, "InvalidAccessKeyId", "The OSS Access Key Id you provided does not exist in our records.")
    if not hmac.compare_digest(_expected(request, key.access_key_secret, scope), signature):
        message = "The request signature we calculated does not match the signature you provided."
        raise Refusal(403, "SignatureDoesNotMatch", message)
    if request.headers.get("x-oss-security-token", "") != key.security_token:
        raise Refusal(403, "InvalidSecurityToken", "The security token you provided is invalid.")
    return key


def _expected(request: Request, secret: str, scope: str) -> str:
    signed = sorted((name, value) for name, value in request.headers.items() if name.startswith("x-oss-"))
    pairs = sorted(
        (quote(name, safe="~"), quote(value, safe="~"))
        for name, value in parse_qsl(request.query, keep_blank_values=True)
    )
    canonical = "\n".join(
        (
            request.method,
            request.path or "/",
            "&".join(f"{name}={value}" if value else name for name, value in pairs),
            "".join(f"{name}:{value}\n" for name, value in signed),
            "",
            request.headers.get("x-oss-content-sha256", ""),
        )
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"{ALGORITHM}\n{request.headers.get('x-oss-date', '')}\n{scope}\n{digest}"
    return reduce(_mac, (*scope.split("/"), text), f"aliyun_v4{secret}".encode()).hex()


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def window_of(parameters: Mapping[str, str], everything: list[tuple[int, Item]]) -> Window:
    """``max-keys`` buckets behind the one that ``marker`` names. Raises Refusal."""
    size = parameters.get("max-keys", str(DEFAULT_SIZE))
    if not size.isdecimal() or not 1 <= int(size) <= MOST_BUCKETS:
        raise Refusal(400, "InvalidArgument", "Argument max-keys must be an integer between 1 and 1000.")
    marker = parameters.get("marker", "")
    numbers = [number for number, item in everything if item["Name"] == marker]
    if marker and not numbers:
        raise Refusal(400, "InvalidArgument", "The marker is not a bucket of this account.")
    before = sum(number <= numbers[0] for number, _ in everything) if numbers else 0
    return Window(int(size), before // int(size) + 1, True, numbers[0] if numbers else 0)


def listed(window: Window, everything: list[tuple[int, Item]], account_id: str, faults: Mapping[str, Fault]) -> bytes:
    shown = shown_in(window, everything, faults)
    items = repeated(window, everything, shown) if "duplicate_page" in faults else shown.items
    root = ET.Element("ListAllMyBucketsResult")
    if shown.more:
        ET.SubElement(root, "IsTruncated").text = "true"
        ET.SubElement(root, "NextMarker").text = shown.entries[-1][1]["Name"]
        ET.SubElement(root, "MaxKeys").text = str(window.size)
    owner = ET.SubElement(root, "Owner")
    for name in ("ID", "DisplayName"):
        ET.SubElement(owner, name).text = account_id
    found = ET.SubElement(root, "Buckets")
    for item in items:
        bucket = ET.SubElement(found, "Bucket")
        for name, value in item.items():
            ET.SubElement(bucket, name).text = str(value)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body
