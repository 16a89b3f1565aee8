"""The object storage, which the SDK cannot ask: a signature of its own (TOS4-HMAC-SHA256), and answers without a frame.

Importing this module loads the SDK.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

from volcenginesdkcore.signv4 import SignerV4

ALGORITHM = "TOS4-HMAC-SHA256"
MOMENT = "%Y%m%dT%H%M%SZ"
EMPTY = hashlib.sha256(b"").hexdigest()


def signed_headers(credentials: Mapping[str, str], host: str, region: str) -> dict[str, str]:
    """The headers of a GET that names no bucket, signed now."""
    moment = datetime.now(UTC).strftime(MOMENT)
    headers = {"host": host, "x-tos-content-sha256": EMPTY, "x-tos-date": moment}
    if token := credentials.get("security_token"):
        headers["x-tos-security-token"] = token
    scope = f"{moment[:8]}/{region}/tos/request"
    signed = ";".join(sorted(headers))
    value = signature(credentials["access_key_secret"], moment, region, canonical_request(headers))
    credential = f"{credentials['access_key_id']}/{scope}"
    authorization = f"{ALGORITHM} Credential={credential}, SignedHeaders={signed}, Signature={value}"
    return headers | {"Authorization": authorization}


def canonical_request(headers: Mapping[str, str]) -> str:
    """What is signed of a GET / whose ``headers`` are in lower case."""
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    return "\n".join(("GET", "/", "", lines, ";".join(sorted(headers)), headers["x-tos-content-sha256"]))


def signature(secret: str, moment: str, region: str, canonical: str) -> str:
    """The key is made as for the APIs, which the SDK does; the rest is the object storage's own."""
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"{ALGORITHM}\n{moment}\n{moment[:8]}/{region}/tos/request\n{digest}"
    key = SignerV4.get_signing_secret_key_v4(secret, moment[:8], region, "tos")
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
