"""A role for each function, which may do what the function does and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from infra.package.overlay.intrinsics import Value, arn, attribute, policy, resource, statement, sub
from infra.package.overlay.names import (
    API,
    AUTHORIZE,
    BUCKET,
    BURY,
    CONSUMERS,
    FUNCTIONS,
    KEY,
    LOST_EVENTS,
    QUEUES,
    RECOVER,
    SCHEDULE_SYNCS,
    SYNC_REQUESTED,
    Function,
)
from infra.package.stage import Stage

Grant = Callable[[Stage, Function], Value]

WHOLE = {
    "xray:PutTraceSegments": "X-Ray has no narrower resource for writing",
    "xray:PutTelemetryRecords": "X-Ray has no narrower resource for writing",
    "ec2:CreateNetworkInterface": "Lambda makes its interfaces in a VPC by the function's role; AWS documents only *",
    "ec2:DescribeNetworkInterfaces": "EC2 has no narrower resource for describing",
    "ec2:DescribeSubnets": "EC2 has no narrower resource for describing",
    "ec2:DeleteNetworkInterface": "Lambda names interfaces by itself; AWS documents only *",
    "ec2:AssignPrivateIpAddresses": "Lambda names interfaces by itself; AWS documents only *",
    "ec2:UnassignPrivateIpAddresses": "Lambda names interfaces by itself; AWS documents only *",
}
"""Actions that are allowed on every resource, and why."""


def _write_logs(_: Stage, function: Function) -> Value:
    return statement(["logs:CreateLogStream", "logs:PutLogEvents"], attribute(function.log_group))


def _trace(_: Stage, __: Function) -> Value:
    return statement(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")


def _use_key(_: Stage, __: Function) -> Value:
    return statement(["kms:Decrypt", "kms:GenerateDataKey"], attribute(KEY))


def _open_messages(_: Stage, __: Function) -> Value:
    return statement(["kms:Decrypt"], attribute(KEY))


def _send(_: Stage, __: Function) -> Value:
    return statement(["sqs:SendMessage"], [attribute(queue) for queue in QUEUES.values()])


def _send_back(_: Stage, function: Function) -> Value:
    """What a task leads to, its children included, is of its own lane."""
    assert function.queue
    return statement(["sqs:SendMessage"], attribute(function.queue))


def _send_lost_events(_: Stage, __: Function) -> Value:
    return statement(["sqs:SendMessage"], attribute(LOST_EVENTS))


def _check_queues(_: Stage, __: Function) -> Value:
    return statement(["sqs:GetQueueAttributes"], [attribute(queue) for queue in QUEUES.values()])


def _receive(_: Stage, function: Function) -> Value:
    assert function.queue
    actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    return statement(actions, attribute(function.queue))


def _read_store_address(stage: Stage, _: Function) -> Value:
    return statement(["ssm:GetParameter"], arn("ssm", f"parameter{stage.mongodb_parameter}"))


def _read_credentials(stage: Stage, _: Function) -> Value:
    return statement(["ssm:GetParameter"], _accounts(stage))


def _keep_credentials(stage: Stage, _: Function) -> Value:
    return statement(["ssm:GetParameter", "ssm:PutParameter", "ssm:DeleteParameter"], _accounts(stage))


def _encrypt_credentials(stage: Stage, _: Function) -> Value:
    """Parameter Store encrypts a parameter by the rights of who writes it, and names it to KMS."""
    only = {"ArnLike": {"kms:EncryptionContext:PARAMETER_ARN": _accounts(stage)}}
    return statement(["kms:Encrypt"], attribute(KEY), only)


def _accounts(stage: Stage) -> Value:
    return arn("ssm", f"parameter{stage.parameter_prefix}/accounts/*")


def _take_inventories(stage: Stage, _: Function) -> Value:
    role = sub(f"arn:${{AWS::Partition}}:iam::*:role/{stage.overlay.inventory_role}")
    return statement(["sts:AssumeRole"], role)


def _export(_: Stage, __: Function) -> Value:
    return statement(["s3:PutObject", "s3:AbortMultipartUpload", "s3:GetObject"], sub(f"${{{BUCKET}.Arn}}/*"))


def _join_network(_: Stage, __: Function) -> Value:
    return statement([action for action in WHOLE if action.startswith("ec2:")], "*")


EVERY: tuple[Grant, ...] = (_write_logs, _trace, _read_store_address)
SENDING: tuple[Grant, ...] = (_send, _use_key)
RUNNING: tuple[Grant, ...] = (_send_back, _use_key, _receive, _read_credentials, _take_inventories, _export)
GRANTS: dict[Function, tuple[Grant, ...]] = {
    API: (*SENDING, _check_queues, _keep_credentials, _encrypt_credentials, _take_inventories),
    AUTHORIZE: (),
    **dict.fromkeys(CONSUMERS, RUNNING),
    BURY: (_receive, _open_messages),
    RECOVER: SENDING,
    SCHEDULE_SYNCS: SENDING,
    SYNC_REQUESTED: (*SENDING, _send_lost_events),
}


def resources(stage: Stage) -> dict[str, Any]:
    return {function.role: _role(stage, function) for function in FUNCTIONS}


def _role(stage: Stage, function: Function) -> Value:
    grants = (*EVERY, *GRANTS[function], *((_join_network,) if stage.subnets else ()))
    trusted = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    allowed = policy(*(grant(stage, function) for grant in grants))
    return resource(
        "IAM::Role",
        {
            "AssumeRolePolicyDocument": policy(trusted),
            "Policies": [{"PolicyName": function.name.replace("_", "-"), "PolicyDocument": allowed}],
        },
    )
