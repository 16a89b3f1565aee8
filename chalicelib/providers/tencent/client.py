"""Calls to tencent's APIs through the generic client of the official SDK. Importing this module loads the SDK."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from chalicelib.errors import CloudRejected, CloudUnavailable, InvalidCredentials, TaskError
from chalicelib.providers.answers import json_object
from chalicelib.providers.assumed import Source
from chalicelib.providers.base import Connection, Credentials
from chalicelib.providers.tencent import cos
from chalicelib.providers.tencent.declaration import Product
from chalicelib.providers.tencent.endpoints import endpoint_of
from chalicelib.providers.tencent.translation import error_of

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0

# At the level DEBUG the SDK logs every request's headers, session token included.
logging.getLogger("tencentcloud_sdk_common").disabled = True

_UNREACHABLE = "the cloud cannot be reached or did not answer in time"
_SDK_PROBLEMS = {
    "ClientNetworkError": _UNREACHABLE,
    "ServerNetworkError": "something on the way to the cloud answered an error page in its place",
}
"""Codes that the SDK makes up itself; what it quotes beside them is not for people."""


class Client:
    """One account's calls, signed with what ``source`` says: without one, with the connection's own credentials.

    Keeps one SDK client for each product, region and access key. Raises InvalidCredentials for what cannot be a key.
    """

    def __init__(
        self, connection: Connection, *, source: Source | None = None, read_seconds: float = READ_SECONDS
    ) -> None:
        _usable(connection.credentials)
        self._connection = connection
        self._source = source or (lambda: connection.credentials)
        self._read_seconds = read_seconds
        self._sdk_clients: dict[tuple[Product, str, str], CommonClient] = {}

    def call(self, product: Product, action: str, region: str, query: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer of one call, not repeated. Raises the provider errors of ``chalicelib.errors``."""
        credentials = self._source()
        sdk = self._sdk_client(product, region, credentials)
        with self._connection.calling(region, f"{product.name}.{action}"):
            if product.signature == "cos":
                return self._buckets(sdk, query, credentials)
            return self._answer(sdk, action, query, credentials)

    def _buckets(self, sdk: CommonClient, query: Mapping[str, Any], credentials: Credentials) -> Mapping[str, Any]:
        """Over the SDK's connection, which has its time limits."""
        place = endpoint_of("cos", "", self._connection.endpoint)
        url = f"{place.protocol}://{place.host}/?{cos.query_text(query)}"
        headers = cos.signed_headers(credentials, place.host, query)
        try:
            answer = sdk.request.conn.request("GET", url, headers=headers)
            status, body = answer.status_code, answer.content
        except (OSError, ValueError):
            status, body = HTTPStatus.SERVICE_UNAVAILABLE, b""
        name, said = cos.read_xml(body) or ("", {})
        if name == cos.LISTED and status == HTTPStatus.OK:
            return said
        if name == cos.REFUSED:
            raise self._error(said.get("Code"), said.get("Message"), said.get("RequestId"), credentials)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise CloudUnavailable(_UNREACHABLE)
        raise CloudRejected("COS answered something that is neither a list of buckets nor an error")

    def _answer(
        self, sdk: CommonClient, action: str, query: Mapping[str, Any], credentials: Credentials
    ) -> Mapping[str, Any]:
        problem: TaskError
        try:
            body = sdk.call(action, dict(query))
        except TencentCloudSDKException as error:
            problem = self._translate(error, credentials)
        except OSError:
            problem = CloudUnavailable(_UNREACHABLE)
        except (ValueError, KeyError, TypeError):  # what the SDK makes of an answer that is no Response
            problem = _unreadable(action)
        else:
            return self._response(body, action, credentials)
        # Raised here and not above: the SDK's own exception, which quotes the request, must not become its context.
        raise problem

    def _sdk_client(self, product: Product, region: str, credentials: Credentials) -> CommonClient:
        key = (product, region, credentials["access_key_id"])
        client = self._sdk_clients.get(key)
        if client is None:
            endpoint = endpoint_of(product.name, region, self._connection.endpoint)
            http = HttpProfile(
                protocol=endpoint.protocol,
                endpoint=endpoint.host,
                reqTimeout=(CONNECT_SECONDS, self._read_seconds),
                keepAlive=True,
            )
            client = self._sdk_clients[key] = CommonClient(
                product.name,
                product.version,
                _usable(credentials),
                region,
                ClientProfile(httpProfile=http, language="en-US"),
            )
            client.request.conn._session.max_redirects = 0  # noqa: SLF001 - there is no option for it
        return client

    def _response(self, body: bytes, action: str, credentials: Credentials) -> Mapping[str, Any]:
        """What is inside of ``Response``. The SDK has looked for an Error only where it liked the Content-Type."""
        response = (json_object(body) or {}).get("Response")
        if not isinstance(response, dict):
            raise _unreadable(action)
        error = response.get("Error")
        if error is None:
            return response
        if not isinstance(error, dict):
            raise _unreadable(action)
        raise self._error(error.get("Code"), error.get("Message"), response.get("RequestId"), credentials)

    def _translate(self, error: TencentCloudSDKException, credentials: Credentials) -> TaskError:
        known = _SDK_PROBLEMS.get(error.code)
        if known is not None:
            return CloudUnavailable(known)
        return self._error(error.code, error.message, error.requestId, credentials)

    def _error(self, code: Any, message: Any, request_id: Any, credentials: Credentials) -> TaskError:
        return error_of(
            str(code),
            str(message or ""),
            request_id=str(request_id or ""),
            secrets=self._connection.credentials.secrets | credentials.secrets,
        )


def _usable(given: Credentials) -> Credential:
    """Raises InvalidCredentials for what is missing or could not be sent in a header."""
    parts = [given.get(name) or None for name in ("access_key_id", "access_key_secret", "security_token")]
    if not all(part.isascii() and part.isprintable() for part in parts if part):
        raise InvalidCredentials("the credentials hold characters that no key of tencent has")
    try:
        return Credential(*parts)
    except TencentCloudSDKException as error:
        problem = InvalidCredentials(f"the credentials cannot be used: {error.message}")
    raise problem


def _unreadable(action: str) -> CloudRejected:
    return CloudRejected(f"{action} answered something that is not a JSON object with a Response")
