"""The event that Lambda makes of a batch of SQS messages, and what it reads from the function's answer."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageAttributeValueOutputTypeDef, MessageTypeDef


class BatchFailed(Exception):
    """The answer cannot be understood: the whole batch counts as failed."""


def sqs_event(messages: Sequence[MessageTypeDef], *, queue_arn: str, region: str) -> dict[str, Any]:
    return {"Records": [_record(message, queue_arn, region) for message in messages]}


def failed_ids(response: object, batch: Collection[str]) -> frozenset[str]:
    """The message ids that the function reports as failed (``ReportBatchItemFailures``).

    As Lambda has it: no answer, an empty one and an empty list are success; an identifier that is empty or not of
    this batch, and an answer of another shape, fail the whole batch (BatchFailed).
    """
    if response is None:
        return frozenset()
    if not isinstance(response, Mapping):
        raise BatchFailed(f"the answer is a {type(response).__name__}, not an object")
    failures = response.get("batchItemFailures")
    if failures is None:
        return frozenset()
    if not isinstance(failures, list):
        raise BatchFailed("batchItemFailures is not a list")
    ids = [item.get("itemIdentifier") if isinstance(item, Mapping) else None for item in failures]
    unknown = [item for item in ids if item not in batch]
    if unknown:
        raise BatchFailed(f"batchItemFailures names {unknown[0]!r}, which is not in the batch")
    return frozenset(item for item in ids if item)


def _record(message: MessageTypeDef, queue_arn: str, region: str) -> dict[str, Any]:
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {name: _attribute(it) for name, it in message.get("MessageAttributes", {}).items()},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": region,
    }
    if "MD5OfMessageAttributes" in message:
        record["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return record


def _attribute(value: MessageAttributeValueOutputTypeDef) -> dict[str, Any]:
    made: dict[str, Any] = {"stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
    if "StringValue" in value:
        made["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        made["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return made
