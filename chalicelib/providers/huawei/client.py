"""Calls to huawei's APIs through the core of the official SDK. Importing this module loads it."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import SdkException
from huaweicloudsdkcore.http.http_client import HttpClient
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.sdk_request import SdkRequest
from requests import RequestException
from urllib3.util import Retry

from chalicelib.errors import CloudRejected, CloudUnavailable, TaskError
from chalicelib.providers.answers import json_object
from chalicelib.providers.base import GLOBAL, Connection
from chalicelib.providers.fields import text
from chalicelib.providers.huawei.declaration import Api, Product
from chalicelib.providers.huawei.endpoints import Address, address_of, home_among
from chalicelib.providers.huawei.obs import buckets_in, signed_headers
from chalicelib.providers.huawei.translation import error_of

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0

IAM = Product("iam", regional=False, acts_for="nothing")
PROJECTS = Api(IAM, "KeystoneListProjects", "/v3/projects")

# A system project is called like its region. Others are divisions of a region, made by the customer, or of OBS.
_REGION = re.compile(r"[a-z]{2}-[a-z]+-\d+")

# It would log addresses and errors that are raised anyway.
_SILENT = logging.getLogger("huaweicloudsdkcore")
_SILENT.disabled = True


@dataclass(frozen=True, slots=True)
class Project:
    """The part of an account (``domain_id``) that has its resources of one region."""

    project_id: str
    domain_id: str


class Client:
    """One account's calls. Asks for the account's projects once."""

    def __init__(self, connection: Connection, *, read_seconds: float = READ_SECONDS) -> None:
        self._connection = connection
        self._http = _OneTry(HttpConfig(timeout=(CONNECT_SECONDS, read_seconds)), None, _Accepting(), _SILENT)
        self._projects: dict[str, Project] = {}

    def call(self, api: Api, region: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        """The answer of one call, not repeated. Raises the provider errors of ``chalicelib.errors``.

        What belongs to no region is called with the region ``GLOBAL``.
        """
        product = api.product
        if region == GLOBAL and (product.regional or product.acts_for != "nothing"):
            region = home_among(self.projects())
        if product.acts_for != "nothing":
            self._project(region)  # a call of its own, which is not a part of this one
        address = address_of(product, region, self._connection.endpoint)
        with self._connection.calling(region, f"{product.host}.{api.action}"):
            status, headers, body = self._send(self._signed(api, region, address, query))
            if status != 200:
                raise error_of(status, headers, body, self._connection.credentials.values())
            return buckets_in(body) if product.signature == "obs" else _parsed(body, api.action)

    def projects(self) -> Mapping[str, Project]:
        """The system project of each region the account can use."""
        if not self._projects:
            listed = self.call(PROJECTS, GLOBAL, {}).get("projects")
            if not isinstance(listed, list):
                raise CloudRejected("KeystoneListProjects answered without projects")
            self._projects = {
                text(project, "name"): Project(text(project, "id"), text(project, "domain_id"))
                for project in listed
                if _REGION.fullmatch(text(project, "name")) and project.get("enabled", True)
            }
        return self._projects

    def _signed(self, api: Api, region: str, address: Address, query: Mapping[str, str]) -> SdkRequest:
        secrets, acts_for = self._connection.credentials, api.product.acts_for
        request = SdkRequest(
            method="GET",
            schema=address.protocol,
            host=address.connect_to,
            resource_path=api.path,
            uri=api.path,
            query_params=list(query.items()),
        )
        if api.product.signature == "obs":
            request.header_params = signed_headers(secrets, address.host, api.path)
            return request
        request.header_params = {"Host": address.host, "Content-Type": "application/json"}
        keys = secrets["access_key_id"], secrets["access_key_secret"]
        if acts_for == "domain":
            signer = GlobalCredentials(*keys, self._project(region).domain_id)
        elif acts_for == "project":
            project_id = self._project(region).project_id
            request.resource_path = api.path.replace("{project_id}", project_id)
            signer = BasicCredentials(*keys, project_id)
        else:
            signer = BasicCredentials(*keys)
        return signer.with_security_token(secrets.get("security_token") or None).sign_request(request)

    def _project(self, region: str) -> Project:
        project = self.projects().get(region)
        if project is None:
            raise CloudRejected(f"the account has no project in the region {region}")
        return project

    def _send(self, request: SdkRequest) -> tuple[int, Mapping[str, str], bytes]:
        problem: TaskError
        try:
            response = self._http.do_request_sync(request)
        except (SdkException, RequestException):
            problem = CloudUnavailable("the cloud cannot be reached or did not answer in time")
        except ValueError as error:
            problem = CloudRejected(f"the SDK could not make the call: {type(error).__name__}")
        else:
            return response.status_code, response.headers, response.content
        # Raised here and not above: the SDK's own exception, which quotes the request, must not become its context.
        raise problem


class _OneTry(HttpClient):  # type: ignore[misc]
    """The SDK's client without tries of its own: even with none allowed it turns a 429 into an error that has lost
    the cloud's words and the wait it asks for.
    """

    def _init_session(self) -> Any:
        session = super()._init_session()
        for adapter in session.adapters.values():
            adapter.max_retries = Retry(0, read=False)
        return session


class _Accepting:
    """Takes the place of the SDK's exception handler, and leaves an answer as it is whatever its status."""

    def handle_exception(self, request: Any, response: Any) -> None:
        pass


def _parsed(body: bytes, action: str) -> Mapping[str, Any]:
    answer = json_object(body)
    if answer is None:
        raise CloudRejected(f"{action} answered something that is not a JSON object")
    return answer
