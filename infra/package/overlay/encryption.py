"""One key for everything that is stored: credentials of accounts, queues, exported files, logs and alarms."""

from __future__ import annotations

from typing import Any

from infra.package.overlay.intrinsics import KEPT, arn, policy, ref, resource, statement, sub
from infra.package.overlay.names import KEY
from infra.package.stage import Stage

LOGS = "log-group:/${AWS::StackName}/*"


def resources(stage: Stage) -> dict[str, Any]:
    # In the policy of a key, the resource * is the key.
    account = statement(["kms:*"], "*") | {
        "Principal": {"AWS": sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")}
    }
    logs = statement(
        ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
        "*",
        {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": arn("logs", LOGS)}},
    ) | {"Principal": {"Service": sub("logs.${AWS::Region}.${AWS::URLSuffix}")}}
    alarms = statement(
        ["kms:Decrypt", "kms:GenerateDataKey*"],
        "*",
        {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}},
    ) | {"Principal": {"Service": "cloudwatch.amazonaws.com"}}
    return {
        KEY: resource(
            "KMS::Key",
            {
                "Description": sub("${AWS::StackName}: credentials, queues, exported files, logs and alarms"),
                "EnableKeyRotation": True,
                "KeyPolicy": policy(account, logs, alarms),
            },
            **KEPT,  # so that what outlives the stack stays readable
        ),
    }
