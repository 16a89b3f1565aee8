"""COS, which the SDK does not speak: a signature of its own (HMAC-SHA1 over what ``q-…`` names), and XML."""

from __future__ import annotations

import hashlib
import hmac
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

SERVICE = "service.cos.myqcloud.com"
"""Lists the buckets of all regions."""
GOOD_SECONDS = 900
EARLY_SECONDS = 60
"""How much the cloud's clock may be behind this one."""
LISTED = "ListAllMyBucketsResult"
REFUSED = "Error"


def signed_headers(credentials: Mapping[str, str], host: str, query: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a GET that names no bucket, signed now."""
    now = int(time.time())
    headers = {"Host": host}
    if token := credentials.get("security_token"):
        headers["x-cos-security-token"] = token
    good = f"{now - EARLY_SECONDS};{now + GOOD_SECONDS}"
    signed = authorization(
        credentials["access_key_id"], credentials["access_key_secret"], good, query=query, headers=headers
    )
    return headers | {"Authorization": signed}


def query_text(query: Mapping[str, Any]) -> str:
    return "&".join(f"{name}={value}" for name, value in _encoded(query))


def authorization(
    key: str, secret: str, good: str, *, query: Mapping[str, Any], headers: Mapping[str, str], path: str = "/"
) -> str:
    """The header that signs a GET. ``good`` is from when to when it is, in Unix seconds, with a semicolon between."""
    parameters, fields = _encoded(query), _encoded(headers)
    joined = ("&".join(f"{name}={value}" for name, value in pairs) for pairs in (parameters, fields))
    digest = hashlib.sha1("\n".join(("get", path, *joined, "")).encode()).hexdigest()  # noqa: S324 - COS has no other
    signature = _mac(_mac(secret, good), f"sha1\n{good}\n{digest}\n")
    said = {
        "q-sign-algorithm": "sha1",
        "q-ak": key,
        "q-sign-time": good,
        "q-key-time": good,
        "q-header-list": ";".join(name for name, _ in fields),
        "q-url-param-list": ";".join(name for name, _ in parameters),
        "q-signature": signature,
    }
    return "&".join(f"{name}={value}" for name, value in said.items())


def read_xml(body: bytes) -> tuple[str, dict[str, Any]] | None:
    """The name of the document and what is in it, its buckets as a list; None where there is no XML."""
    try:
        root = ET.fromstring(body)  # noqa: S314 - expat bounds the expansion of entities, and loads none from outside
    except (ET.ParseError, ValueError, LookupError):
        return None
    document: dict[str, Any] = {_name(part): part.text or "" for part in root}
    buckets = next((part for part in root if _name(part) == "Buckets"), None)
    if buckets is not None:
        document["Buckets"] = {"Bucket": [{_name(field): field.text or "" for field in bucket} for bucket in buckets]}
    return _name(root), document


def _name(part: ET.Element) -> str:
    return part.tag.rpartition("}")[2]


def _encoded(pairs: Mapping[str, Any]) -> list[tuple[str, str]]:
    return sorted((quote(name.lower(), safe=""), quote(str(value), safe="")) for name, value in pairs.items())


def _mac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha1).hexdigest()
