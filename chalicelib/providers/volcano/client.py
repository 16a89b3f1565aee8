"""Calls to volcano's APIs through the core of the official SDK. Importing this module loads the SDK."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from urllib3.exceptions import HTTPError
from volcenginesdkcore import ApiClient, Configuration
from volcenginesdkcore.observability.debugger import sdk_core_logger
from volcenginesdkcore.rest import ApiException

from chalicelib.errors import CloudRejected, CloudUnavailable, InvalidCredentials, TaskError
from chalicelib.providers.answers import json_object
from chalicelib.providers.base import Connection, Credentials
from chalicelib.providers.volcano.declaration import Form, Product
from chalicelib.providers.volcano.endpoints import endpoint_of, object_storage
from chalicelib.providers.volcano.tos import signed_headers
from chalicelib.providers.volcano.translation import error_of, page_of_another

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0

# What the SDK logs holds signatures and session tokens.
for _logger in (sdk_core_logger, *map(logging.getLogger, ("volcenginesdkcore.rest", "volcenginesdkcore.api_client"))):
    _logger.disabled = True

_UNREACHABLE = "the cloud cannot be reached or did not answer in time"


class Client:
    """One account's calls. Keeps one SDK client for each region and thread: an SDK client keeps its last answer."""

    def __init__(self, connection: Connection, *, read_seconds: float = READ_SECONDS) -> None:
        self._credentials = _usable(connection.credentials)
        self._endpoint = endpoint_of(connection.endpoint)
        self._calling = connection.calling
        self._read_seconds = read_seconds
        self._of_thread = threading.local()

    def call(self, product: Product, action: str, region: str, query: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer of one call, not repeated. Raises the provider errors of ``chalicelib.errors``."""
        with self._calling(region, f"{product.name}.{action}"):
            if product.form is Form.BUCKETS:
                status, body = self._send(lambda: self._ask_buckets(region))
                return self._bare(status, body, action)
            status, body = self._send(lambda: self._ask(product, action, region, query))
            return self._framed(status, body, action)

    def _send(self, ask: Callable[[], str]) -> tuple[int, str]:
        """HTTP status and body of the answer, whatever it is."""
        problem: TaskError
        try:
            return HTTPStatus.OK, ask()
        except ApiException as error:
            if error.status and isinstance(error.body, str):
                return error.status, error.body
            problem = CloudUnavailable(_UNREACHABLE)
        except UnicodeDecodeError:
            return HTTPStatus.OK, ""
        except (HTTPError, OSError):
            problem = CloudUnavailable(_UNREACHABLE)
        # Raised here and not above: the SDK's own exception, which quotes the answer, must not become its context.
        raise problem

    def _ask(self, product: Product, action: str, region: str, query: Mapping[str, Any]) -> str:
        sdk, method = self._sdk_client(region), product.form.method
        sdk.call_api(
            f"/{action}/{product.version}/{product.name}/{method.lower()}/",
            method,
            query_params=[],
            header_params={"Accept": "application/json", "Content-Type": product.form.value},
            body=dict(query),
            auth_settings=["volcengineSign"],
            response_type=None,  # else the SDK reads the answer, and loses what an error says
        )
        return str(sdk.last_response.data)

    def _ask_buckets(self, region: str) -> str:
        place = object_storage(self._endpoint, region)
        headers = signed_headers(self._credentials, str(place.host), region)
        answer = self._sdk_client(region).request("GET", f"{place.protocol}://{place.host}/", headers=headers)
        return str(answer.data)

    def _sdk_client(self, region: str) -> ApiClient:
        clients: dict[str, ApiClient] = self._of_thread.__dict__.setdefault("clients", {})
        client = clients.get(region)
        if client is None:
            settings = _settings()
            settings.ak = self._credentials["access_key_id"]
            settings.sk = self._credentials["access_key_secret"]
            settings.session_token = self._credentials.get("security_token", "")
            settings.region = region
            settings.scheme = self._endpoint.protocol
            settings.host = self._endpoint.host
            settings.connect_timeout = CONNECT_SECONDS
            settings.read_timeout = self._read_seconds
            settings.auto_retry = False
            settings.num_max_retries = 0
            client = clients[region] = ApiClient(settings)
        return client

    def _framed(self, status: int, body: str, action: str) -> Mapping[str, Any]:
        """What is inside of ``Result``."""
        answer = json_object(body)
        frame = answer.get("ResponseMetadata") if answer else None
        if not answer or not isinstance(frame, dict):
            raise _unreadable(status, action)
        error = frame.get("Error")
        if isinstance(error, dict) and error.get("Code"):
            raise self._error(status, error, frame.get("RequestId"))
        result = answer.get("Result")
        if error is not None or status != HTTPStatus.OK or not isinstance(result, dict):
            raise _unreadable(status, action)
        return result

    def _bare(self, status: int, body: str, action: str) -> Mapping[str, Any]:
        answer = json_object(body)
        if answer and answer.get("Code"):
            raise self._error(status, answer, answer.get("RequestId"))
        if not answer or status != HTTPStatus.OK:
            raise _unreadable(status, action)
        return answer

    def _error(self, status: int, said: Mapping[str, Any], request_id: Any) -> TaskError:
        return error_of(
            str(said.get("Code")),
            str(said.get("Message") or ""),
            status=status,
            request_id=str(request_id or ""),
            secrets=self._credentials.values(),
        )


def _settings() -> Configuration:
    """The SDK's settings as they are by default. The first of them takes urllib3's logger over: it is given back."""
    logger = logging.getLogger("urllib3")
    level, propagate, handlers = logger.level, logger.propagate, list(logger.handlers)
    settings = Configuration()
    logger.setLevel(level)
    logger.propagate, logger.handlers[:] = propagate, handlers
    return settings


def _usable(given: Credentials) -> Credentials:
    """Raises InvalidCredentials for what is missing, which the SDK would look for elsewhere, or cannot be sent."""
    for name in ("access_key_id", "access_key_secret"):
        if not given.get(name):
            raise InvalidCredentials(f"the credentials cannot be used: there is no {name}")
    for name, value in given.items():
        if not value.isascii() or not value.isprintable() or value != value.strip():
            raise InvalidCredentials(f"the credentials cannot be used: {name} holds what no key of volcano has")
    return given


def _unreadable(status: int, action: str) -> TaskError:
    if status >= HTTPStatus.BAD_REQUEST:
        return page_of_another(status)
    return CloudRejected(f"{action} answered something that is not a JSON object with a Result")
