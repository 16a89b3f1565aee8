"""Calls of AWS operations by name, on one account."""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping
from typing import Any

from botocore import xform_name
from botocore.config import Config

from chalicelib.errors import CloudRejected
from chalicelib.providers.aws.credentials import new_session, session_for
from chalicelib.providers.aws.declaration import Paging
from chalicelib.providers.aws.faults import translated
from chalicelib.providers.aws.transport import Transport
from chalicelib.providers.base import Connection, Sleep
from chalicelib.providers.retry import with_retries

HOME_REGIONS: Mapping[str, str] = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""The region of each partition that every account can use."""


class Clients:
    """The clients of one account, made when first used. All methods raise the provider errors of the service."""

    def __init__(self, connection: Connection, transport: Transport, sleep: Sleep) -> None:
        self.home_region = _home_region(connection.credentials.get("role_arn", ""))
        self._secrets = set(connection.credentials.secrets)
        self._calling = connection.calling
        self._again = functools.partial(with_retries, sleep=sleep, attempts=transport.attempts)
        self._options: dict[str, Any] = {
            "endpoint_url": connection.endpoint,
            "config": _config(transport),
        }
        sts = functools.partial(new_session().create_client, region_name=self.home_region, **self._options)
        with translated("sts", "AssumeRole", self._secrets):
            self._session = session_for(connection.credentials, sts, self._secrets.update)
        self._clients: dict[tuple[str, str], Any] = {}
        self._making = threading.Lock()

    def call(self, service: str, operation: str, region: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer, of the first try that succeeds. What ``sleep`` raises between tries passes."""
        return self._again(lambda: self._call(service, operation, region, request))

    def _call(self, service: str, operation: str, region: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        with (
            self._calling(region, f"{service}.{operation}"),
            translated(service, operation, self._secrets),
        ):
            method = getattr(self._client(service, region), xform_name(operation))
            answer: Mapping[str, Any] = method(**request)
            return answer

    def paging(self, service: str, operation: str) -> Paging | None:
        """None where the operation answers everything at once."""
        models = self._session.get_component("data_loader")
        declared = models.load_service_model(service, "paginators-1")["pagination"].get(operation)
        if declared is None:
            return None
        limit = declared.get("limit_key", "")
        request = self._session.get_service_model(service).operation_model(operation).input_shape
        return Paging(
            token=declared["input_token"],
            limit=limit,
            next_token=declared["output_token"],
            more=declared.get("more_results", ""),
            written=bool(limit) and request is not None and request.members[limit].type_name == "string",
        )

    def _client(self, service: str, region: str) -> Any:
        with self._making:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._make(service, region)
            return self._clients[service, region]

    def _make(self, service: str, region: str) -> Any:
        try:
            return self._session.create_client(service, region_name=region, **self._options)
        except ValueError:
            raise CloudRejected(f"aws {service}: the region or the account's endpoint is not an address") from None


def _config(transport: Transport) -> Config:
    """Endpoints set in the environment are this service's own (its queues) and not those of its accounts."""
    return Config(  # type: ignore[call-arg] # the stubs lack ignore_configured_endpoint_urls
        connect_timeout=transport.connect_timeout,
        read_timeout=transport.read_timeout,
        retries={"mode": "standard", "total_max_attempts": 1},
        user_agent_extra="cam-tasks",
        ignore_configured_endpoint_urls=True,
    )


def _home_region(role_arn: str) -> str:
    partition = role_arn.split(":")[1] if role_arn.count(":") > 1 else "aws"
    return HOME_REGIONS.get(partition, HOME_REGIONS["aws"])
