"""What a stage's stack is in AWS: read only, and asked for when a check first needs it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from chalicelib.clock import Clock
from infra.doctor import template
from infra.package.overlay.names import ALIAS, BURY, CONSUMERS, FUNCTIONS, Function
from infra.package.stage import Stage

PATIENCE = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})

Document = Mapping[str, Any]


class NotKnownError(Exception):
    """It cannot be told whether something is well; the text says why."""


class MissingError(Exception):
    """A resource that the stack lacks."""


@dataclass(frozen=True)
class Trigger:
    """A function that a queue triggers: what the template says of the event, what the queue and its mappings are."""

    function: Function
    said: template.Mapped
    queue: Mapping[str, str]
    mappings: tuple[Document, ...]

    @property
    def name(self) -> str:
        return self.function.resource

    @property
    def redrive(self) -> Document:
        found: Document = json.loads(self.queue.get("RedrivePolicy", "{}"))
        return found


@dataclass(frozen=True)
class Deployed:
    """The stack ``name``. ``resources`` and ``zip`` are what would be deployed now; ``client`` answers a boto3 client
    of a service. What is asked raises botocore's errors, NotKnownError and MissingError.
    """

    stage: Stage
    name: str
    resources: template.Resources
    zip: Path
    client: Callable[[str], Any]
    clock: Clock

    @cached_property
    def status(self) -> str:
        status: str = self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]
        return status

    @cached_property
    def deployed_resources(self) -> dict[str, Any]:
        """Those of the template that was deployed last, before SAM has transformed it."""
        body = self.client("cloudformation").get_template(StackName=self.name, TemplateStage="Original")["TemplateBody"]
        if isinstance(body, str):
            raise NotKnownError("the stack's template is not JSON, as make deploy has it")
        resources: dict[str, Any] = body["Resources"]
        return resources

    @cached_property
    def physical(self) -> dict[str, str]:
        """What AWS calls each resource, by its name in the template."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        found = (one for page in pages for one in page["StackResourceSummaries"])
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found if "PhysicalResourceId" in one}

    def physical_of(self, resource: str) -> str:
        try:
            return self.physical[resource]
        except KeyError:
            raise MissingError(f"the stack has no {resource}") from None

    @cached_property
    def functions(self) -> dict[str, Any]:
        """The configuration of each function's code that is called: where there are aliases, that of theirs."""
        at = {"Qualifier": ALIAS} if self.stage.overlay.deployment else {}
        return {
            one.resource: self.client("lambda").get_function_configuration(
                FunctionName=self.physical_of(one.resource), **at
            )
            for one in FUNCTIONS
        }

    @cached_property
    def triggers(self) -> tuple[Trigger, ...]:
        said = {one.name: one for one in template.mapped(self.resources)}
        return tuple(self._trigger(one, said[one.resource]) for one in (*CONSUMERS, BURY))

    def _trigger(self, function: Function, said: template.Mapped) -> Trigger:
        queue = self.queue(str(function.queue))
        pages = (
            self.client("lambda").get_paginator("list_event_source_mappings").paginate(EventSourceArn=queue["QueueArn"])
        )
        return Trigger(function, said, queue, tuple(one for page in pages for one in page["EventSourceMappings"]))

    def queue(self, resource: str) -> dict[str, str]:
        answer = self.client("sqs").get_queue_attributes(QueueUrl=self.physical_of(resource), AttributeNames=["All"])
        attributes: dict[str, str] = answer["Attributes"]
        return attributes

    def variables(self, function: Function) -> dict[str, str | None]:
        """What the template gives a function, with the stack's own names in place of references; None for attributes
        of resources, which AWS alone knows.
        """
        said = template.functions(self.resources)[function.resource]["Environment"]["Variables"]
        return {name: self._known(value) for name, value in said.items()}

    def _known(self, value: str | Mapping[str, Any]) -> str | None:
        if isinstance(value, str):
            return value
        return self.physical_of(value["Ref"]) if "Ref" in value else None

    def reserved(self, function: Function) -> int | None:
        answer = self.client("lambda").get_function_concurrency(FunctionName=self.physical_of(function.resource))
        reserved: int | None = answer.get("ReservedConcurrentExecutions")
        return reserved

    def recursive_loop(self, function: Function) -> str:
        answer = self.client("lambda").get_function_recursion_config(FunctionName=self.physical_of(function.resource))
        loop: str = answer["RecursiveLoop"]
        return loop

    def alarms(self) -> Iterator[Document]:
        pages = self.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{self.name}-")
        for page in pages:
            yield from page["MetricAlarms"]

    def subscriptions(self, topic: str) -> Iterator[Document]:
        pages = self.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
        for page in pages:
            yield from page["Subscriptions"]

    def parameter(self, name: str) -> Document | None:
        """What SSM says of a parameter, without its value."""
        wanted = [{"Key": "Name", "Option": "Equals", "Values": [name]}]
        found: list[Document] = self.client("ssm").describe_parameters(ParameterFilters=wanted)["Parameters"]
        return found[0] if found else None

    def date(self) -> str:
        """When AWS answered, as HTTP has it: to the second."""
        answer = self.client("cloudformation").describe_stacks(StackName=self.name)
        date: str = answer["ResponseMetadata"]["HTTPHeaders"]["date"]
        return date


def clients(endpoint: str | None) -> Callable[[str], Any]:
    """Makes each client once, with the credentials and the region of the environment; ``endpoint`` is that of an
    emulator.
    """

    @cache
    def client(service: str) -> Any:
        return boto3.session.Session().client(service, endpoint_url=endpoint, config=PATIENCE)  # type: ignore[call-overload]

    return client
