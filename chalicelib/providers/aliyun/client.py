"""Calls to aliyun's APIs through the generic client of the official SDK. Importing this module loads the SDK."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from alibabacloud_tea_openapi.client import Client as SdkClient
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.core import DaraCore
from darabonba.exceptions import ResponseException, RetryError
from darabonba.runtime import RuntimeOptions
from requests import Session
from Tea.exceptions import TeaException

from chalicelib.errors import CloudRejected, CloudUnavailable, TaskError
from chalicelib.providers.aliyun.declaration import Product
from chalicelib.providers.aliyun.endpoints import endpoint_of
from chalicelib.providers.aliyun.oss import OssGateway, read_xml
from chalicelib.providers.aliyun.translation import error_of
from chalicelib.providers.answers import json_object
from chalicelib.providers.assumed import Source
from chalicelib.providers.base import Connection, Credentials

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0

# With DEBUG=sdk in the environment the SDK prints every request's headers, session token included.
logging.getLogger("darabonba-core").disabled = True


class _Sessions(dict[str, Session]):
    """The SDK's sessions, one for each host, which would all follow redirects and send the signature along."""

    def __setitem__(self, host: str, session: Session) -> None:
        session.max_redirects = 0
        super().__setitem__(host, session)


DaraCore._sessions = _Sessions(DaraCore._sessions)  # noqa: SLF001 - there is no option for it

# Method, style and form of the body that the SDK is to use.
_STYLES = {
    "RPC": ("POST", "RPC", "formData"),
    "FORM": ("POST", "RPC", "formData"),
    "ROA": ("GET", "ROA", "json"),
    "OSS": ("GET", "ROA", "xml"),
}


class Client:
    """One account's calls, signed with what ``source`` says: without one, with the connection's own credentials.

    Keeps one SDK client for each product, region and access key.
    """

    def __init__(
        self, connection: Connection, *, source: Source | None = None, read_seconds: float = READ_SECONDS
    ) -> None:
        self._connection = connection
        self._source = source or (lambda: connection.credentials)
        self._read_seconds = read_seconds
        self._sdk_clients: dict[tuple[str, str, str], SdkClient] = {}

    def call(
        self, product: Product, action: str, region: str, query: Mapping[str, str], path: str = "/"
    ) -> Mapping[str, Any]:
        """The answer of one call, not repeated. Raises the provider errors of ``chalicelib.errors``."""
        credentials = self._source()
        parameters = dict(query)
        request = OpenApiRequest(body=parameters) if product.style == "FORM" else OpenApiRequest(query=parameters)
        sdk = self._sdk_client(product, region, credentials)
        with self._connection.calling(region, f"{product.name}.{action}"):
            return self._answer(sdk, product, action, request, credentials, path)

    def _answer(
        self,
        sdk: SdkClient,
        product: Product,
        action: str,
        request: OpenApiRequest,
        credentials: Credentials,
        path: str,
    ) -> Mapping[str, Any]:
        method, style, form = _STYLES[product.style]
        params = Params(
            action=action,
            version=product.version,
            protocol="HTTPS",
            pathname=path,
            method=method,
            auth_type="AK",
            style=style,
            req_body_type=form,
            body_type="string",
        )
        problem: TaskError
        try:
            make = sdk.execute if product.style == "OSS" else sdk.call_api
            answer = make(params, request, RuntimeOptions())
        except TeaException as error:
            problem = self._translate(error, credentials)
        else:
            return _read(product.style, answer["body"], action)
        # Raised here and not above: the SDK's own exception, which quotes the request, must not become its context.
        raise problem

    def _sdk_client(self, product: Product, region: str, credentials: Credentials) -> SdkClient:
        key = (product.name, region, credentials["access_key_id"])
        client = self._sdk_clients.get(key)
        if client is None:
            endpoint = endpoint_of(product.name, region, self._connection.endpoint)
            client = SdkClient(
                Config(
                    access_key_id=credentials["access_key_id"],
                    access_key_secret=credentials["access_key_secret"],
                    security_token=credentials.get("security_token"),
                    endpoint=endpoint.host,
                    protocol=endpoint.protocol.upper(),
                    region_id=region,
                    connect_timeout=round(CONNECT_SECONDS * 1000),
                    read_timeout=round(self._read_seconds * 1000),
                )
            )
            if product.style == "OSS":
                client.set_gateway_client(OssGateway(credentials))
            self._sdk_clients[key] = client
        return client

    def _translate(self, error: TeaException, credentials: Credentials) -> TaskError:
        if isinstance(error, ResponseException):
            milliseconds = error.retry_after
            data = error.data or {}
            return error_of(
                str(error.code),
                str(data.get("Message") or data.get("message") or ""),
                status=error.status_code,
                request_id=str(data.get("RequestId") or data.get("requestId") or ""),
                retry_after=None if milliseconds is None else milliseconds / 1000,
                secrets=self._connection.credentials.secrets | credentials.secrets,
            )
        cause = getattr(error, "inner_exception", None)
        if isinstance(cause, RetryError):
            return CloudUnavailable("the cloud cannot be reached or did not answer in time")
        if isinstance(cause, (RuntimeError, AttributeError)):  # what the SDK makes of an error page that is not JSON
            return CloudUnavailable("something on the way to the cloud answered an error page in its place")
        return CloudRejected(f"the SDK could not make the call: {type(cause).__name__}")


def _read(style: str, body: str, action: str) -> Mapping[str, Any]:
    read, form = (read_xml, "XML document") if style == "OSS" else (json_object, "JSON object")
    answer = read(body)
    if answer is None:
        raise CloudRejected(f"{action} answered something that is not a {form}")
    return answer
