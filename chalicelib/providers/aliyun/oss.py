"""What the SDK lacks to speak with the object storage: its signature (OSS4-HMAC-SHA256) and its XML.

Importing this module loads the SDK.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from alibabacloud_gateway_spi.client import Client as Gateway
from alibabacloud_gateway_spi.models import AttributeMap, InterceptorContext
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException
from darabonba.utils.stream import Stream

ALGORITHM = "OSS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
MOMENT = "%Y%m%dT%H%M%SZ"


class OssGateway(Gateway):  # type: ignore[misc] # the SDK has no types
    """Signs a request before the SDK sends it, and gives the body of an answer as the text that it is."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        super().__init__()
        self._credentials = credentials

    def modify_configuration(self, context: InterceptorContext, attribute_map: AttributeMap) -> None:
        """The endpoint is known from the start."""

    def modify_request(self, context: InterceptorContext, attribute_map: AttributeMap) -> None:
        request, place = context.request, context.configuration
        moment = datetime.now(UTC).strftime(MOMENT)
        headers = {"x-oss-date": moment, "x-oss-content-sha256": UNSIGNED}
        if token := self._credentials.get("security_token"):
            headers["x-oss-security-token"] = token
        scope = f"{moment[:8]}/{place.region_id}/oss/aliyun_v4_request"
        text = canonical_request(request.method, request.pathname, request.query, headers)
        signed = signature(self._credentials["access_key_secret"], moment, scope, text)
        credential = f"{self._credentials['access_key_id']}/{scope}"
        headers["authorization"] = f"{ALGORITHM} Credential={credential},Signature={signed}"
        request.headers = headers | {"host": place.endpoint, "user-agent": request.user_agent}

    def modify_response(self, context: InterceptorContext, attribute_map: AttributeMap) -> None:
        answer = context.response
        body = Stream.read_as_string(answer.body)
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise _refusal(answer.status_code, body)
        answer.deserialized_body = body


def canonical_request(method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """What is signed of a request whose ``headers`` are all its x-oss ones, in lower case."""
    pairs = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in query.items())
    parameters = "&".join(f"{name}={value}" if value else name for name, value in pairs)
    lines = "".join(f"{name}:{value.strip()}\n" for name, value in sorted(headers.items()))
    return "\n".join((method, quote(path, safe="/~"), parameters, lines, "", UNSIGNED))


def signature(secret: str, moment: str, scope: str, canonical: str) -> str:
    """``scope`` is day/region/oss/aliyun_v4_request: each part in turn makes the key."""
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = functools.reduce(_mac, scope.split("/"), f"aliyun_v4{secret}".encode())
    return _mac(key, f"{ALGORITHM}\n{moment}\n{scope}\n{digest}").hex()


def read_xml(body: str) -> dict[str, Any] | None:
    """The document of ListBuckets, its buckets as a list; None where there is no XML."""
    try:
        root = _root(body)
    except ValueError:
        return None
    document: dict[str, Any] = {part.tag: part.text or "" for part in root}
    buckets = root.find("Buckets")
    if buckets is not None:
        document["Buckets"] = {"Bucket": [{field.tag: field.text or "" for field in bucket} for bucket in buckets]}
    return document


def _refusal(status: int, body: str) -> Exception:
    """Where there is no XML, an error page has been answered by something on the way: RuntimeError."""
    try:
        said = {part.tag: part.text or "" for part in _root(body)}
    except ValueError:
        return RuntimeError("not XML")
    kind = ClientException if status < HTTPStatus.INTERNAL_SERVER_ERROR else ServerException
    refusal: Exception = kind(status_code=status, code=said.get("Code", ""), message="", data=said)
    return refusal


def _root(body: str) -> ET.Element:
    try:
        return ET.fromstring(body)  # noqa: S314 - expat bounds the expansion of entities, and loads none from outside
    except ET.ParseError as error:
        raise ValueError("not XML") from error


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
