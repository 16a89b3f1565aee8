"""Deploying a package into the AWS emulator, as ``aws cloudformation package`` and ``deploy`` do into AWS."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from infra.local import emulator
from infra.local.config import ACCOUNT_ID, LOOPBACK, REGION
from infra.package.places import Output
from tests.support.conditions import eventually
from tests.support.stack import free_ports

NAME = "cam-tasks-prod"
ARTIFACTS = "artifacts"
DEPLOY_SECONDS = 60
ON_LOOPBACK = "test"
"""A stage whose functions take clouds that are on this machine; those of a deployed one refuse them."""
DIRECT = Config(proxies={}, retries={"total_max_attempts": 1})


@dataclass(frozen=True)
class Stack:
    """A stack that is deployed to the emulator at ``url``."""

    url: str

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": ACCOUNT_ID, "aws_secret_access_key": "local"}
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, config=DIRECT, **keys)  # type: ignore[call-overload]

    def resources(self) -> list[dict[str, str]]:
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=NAME)
        return [one for page in pages for one in page["StackResourceSummaries"]]

    def physical(self, logical: str) -> str:
        return next(one["PhysicalResourceId"] for one in self.resources() if one["LogicalResourceId"] == logical)

    def functions(self) -> dict[str, str]:
        """The resource of each function, by the name that the emulator gave it."""
        return {
            one["PhysicalResourceId"]: one["LogicalResourceId"]
            for one in self.resources()
            if one["ResourceType"] == "AWS::Lambda::Function"
        }

    @property
    def api(self) -> str:
        """Where the emulator has the deployed API."""
        return f"{self.url}/restapis/{self.physical('RestAPI')}/prod/_user_request_/api/v1/cam"


def deploy(package: Output, url: str, *, stage: str | None = None) -> Stack:
    stack = Stack(url)
    s3 = stack.client("s3")
    s3.create_bucket(Bucket=ARTIFACTS)
    s3.upload_file(str(package.zip), ARTIFACTS, package.zip.name)
    template = json.loads(package.template.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            assert resource["Properties"]["CodeUri"] == f"./{package.zip.name}"
            resource["Properties"]["CodeUri"] = {"Bucket": ARTIFACTS, "Key": package.zip.name}
            if stage is not None:
                resource["Properties"]["Environment"]["Variables"]["CAM_STAGE"] = stage
            resource["Properties"].pop("DeploymentPreference", None)  # the emulator has aliases and no CodeDeploy
    status = _apply(stack, template, stack.client("cloudformation").create_stack)
    events = stack.client("cloudformation").describe_stack_events(StackName=NAME)["StackEvents"]
    failed = [
        (one["LogicalResourceId"], one.get("ResourceStatusReason"))
        for one in events
        if "FAILED" in one["ResourceStatus"]
    ]
    assert status == "CREATE_COMPLETE", failed
    return stack


@contextmanager
def running(
    package: Output, folder: Path, *, stage: str | None = None, environ: Mapping[str, str] | None = None
) -> Iterator[Stack]:
    """The package deployed into an emulator of its own. Functions inherit the emulator's environment, which
    ``environ`` adds to, and go by another ``stage`` than the package's where one is given.
    """
    given = os.environ.get("EMULATOR_PYTHON")
    (port,) = free_ports(1)
    with pytest.MonkeyPatch.context() as inherited:
        for name in ("NO_PROXY", "no_proxy"):
            inherited.setenv(name, LOOPBACK)
        for name in ("HTTP_PROXY", "http_proxy"):
            inherited.setenv(name, "")
        for name, value in (environ or {}).items():
            inherited.setenv(name, value)
        server = emulator.launch(folder, port=port, log=folder / "log", python=Path(given) if given else None)
    try:
        yield deploy(package, emulator.wait_ready(server), stage=stage)
    finally:
        server.stop()


def update(stack: Stack, template: dict[str, Any]) -> str:
    """The status in which it ends."""
    return _apply(stack, template, stack.client("cloudformation").update_stack)


def _apply(stack: Stack, template: dict[str, Any], call: Callable[..., Any]) -> str:
    stack.client("s3").put_object(Bucket=ARTIFACTS, Key="template.json", Body=json.dumps(template).encode())
    call(
        StackName=NAME,
        TemplateURL=f"{stack.url}/{ARTIFACTS}/template.json",
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )

    def ended() -> str | None:
        found = stack.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]
        status: str = found["StackStatus"]
        return None if status.endswith("IN_PROGRESS") else status

    status = eventually(ended, within=DEPLOY_SECONDS, every=0.2)
    assert status is not None
    return status
