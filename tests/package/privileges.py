"""What the functions of a deployed stack did, and what their roles let them do, in the words of IAM."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from infra.local.config import ACCOUNT_ID, REGION
from tests.package.stack import Stack

ACTIONS = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:UploadPart": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject",
}
"""The operations whose action has another name, by the Service Authorization Reference."""
HERE = f"{REGION}:{ACCOUNT_ID}"
RESOURCES: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "sqs": lambda named: f"arn:aws:sqs:{HERE}:{named['QueueUrl'].rpartition('/')[2]}",
    "ssm": lambda named: f"arn:aws:ssm:{HERE}:parameter{named['Name']}",
    "s3": lambda named: f"arn:aws:s3:::{named['Bucket']}/{named['Key']}",
    "sts": lambda named: named["RoleArn"],
}
"""The ARN of what an operation is about, by service; a service that is not here fails the test."""


class Call(NamedTuple):
    function: str
    """The resource of the template."""
    action: str
    resource: str


class Grant(NamedTuple):
    function: str
    action: str
    resources: str
    """An ARN, which may have wildcards."""

    def covers(self, call: Call) -> bool:
        same = (self.function, self.action) == (call.function, call.action)
        return same and fnmatchcase(call.resource, self.resources)


@dataclass(frozen=True)
class Record:
    """The calls that the ``recorder`` wrote into ``file``."""

    stack: Stack
    file: Path

    def calls(self) -> Counter[Call]:
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        logical = self.stack.functions()
        found: Counter[Call] = Counter()
        for one in map(json.loads, lines):
            action = f"{one['service']}:{one['operation']}"
            resource = RESOURCES[one["service"]](one["resource"])
            found[Call(logical[one["function"]], ACTIONS.get(action, action), resource)] += 1
        return found


def granted(stack: Stack) -> list[Grant]:
    """What the roles of the stack's functions allow, as the emulator resolved it."""
    iam, found = stack.client("iam"), []
    for function in stack.functions().values():
        role = stack.physical(f"{function}Role")
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            for statement in document["Statement"]:
                resources = statement["Resource"]
                found += [
                    Grant(function, action, resource)
                    for action in statement["Action"]
                    for resource in ([resources] if isinstance(resources, str) else resources)
                ]
    return found
