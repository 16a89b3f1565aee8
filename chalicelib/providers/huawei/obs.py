"""OBS, which differs from all other products: a signature of its own, and XML. Importing this module loads the SDK."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from huaweicloudsdkcore.utils.xml_utils import XmlTransfer

from chalicelib.errors import CloudRejected


def signed_headers(credentials: Mapping[str, str], host: str, path: str) -> dict[str, str]:
    """The headers of a GET that names no bucket, signed now."""
    headers = {"Host": host, "x-obs-date": format_datetime(datetime.now(UTC), usegmt=True)}
    if token := credentials.get("security_token"):
        headers["x-obs-security-token"] = token
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers) if name.startswith("x-obs-"))
    to_sign = f"GET\n\n\n\n{lines}{path}"
    digest = hmac.new(credentials["access_key_secret"].encode(), to_sign.encode(), hashlib.sha1).digest()
    headers["Authorization"] = f"OBS {credentials['access_key_id']}:{base64.b64encode(digest).decode()}"
    return headers


def buckets_in(body: bytes) -> dict[str, Any]:
    """The answer as its elements are nested, with a list of buckets however many there are. Raises CloudRejected."""
    try:
        answer = XmlTransfer().to_dict(body, ignore_root=True)
    except (ParseError, ValueError):
        answer = None
    if not isinstance(answer, dict):
        raise CloudRejected("OBS answered something that is not an XML document")
    holder = answer.get("Buckets", "")
    if holder is None:
        return answer | {"Buckets": {"Bucket": []}}
    if isinstance(holder, dict) and isinstance(holder.get("Bucket"), dict):
        return answer | {"Buckets": {"Bucket": [holder["Bucket"]]}}
    return answer
