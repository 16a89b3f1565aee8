"""The event source in small: takes messages off a queue the way Lambda's SQS integration does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef


def event_of(messages: list[MessageTypeDef]) -> dict[str, Any]:
    """The event that Lambda hands to a consumer."""
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message.get("Attributes", {}),
                "messageAttributes": {},
                "md5OfBody": message["MD5OfBody"],
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:cam-normal",
                "awsRegion": "us-east-1",
            }
            for message in messages
        ]
    }


def receive(client: SQSClient, url: str, *, most: int = 10) -> list[MessageTypeDef]:
    return client.receive_message(QueueUrl=url, MaxNumberOfMessages=most, AttributeNames=["All"]).get("Messages", [])


def acknowledge(client: SQSClient, url: str, messages: list[MessageTypeDef], response: dict[str, Any]) -> None:
    """Delete what the response does not report as failed."""
    failed = {item["itemIdentifier"] for item in response["batchItemFailures"]}
    for message in messages:
        if message["MessageId"] not in failed:
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
