"""Clients of the AWS services that this service uses for itself. boto3 is imported by the first that is made: a cold
start that needs none does not pay for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient

QUEUE_CONNECT_SECONDS = 1
QUEUE_READ_SECONDS = 3
"""Nobody waits long for the queue: what it does not take is sent later. boto3 by itself would wait for five minutes."""


def sqs_client(endpoint: str | None) -> SQSClient:
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    impatient = Config(
        connect_timeout=QUEUE_CONNECT_SECONDS,
        read_timeout=QUEUE_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 2},
    )
    return boto3.client("sqs", endpoint_url=endpoint, config=impatient)


def ssm_client(endpoint: str | None) -> SSMClient:
    import boto3  # noqa: PLC0415

    return boto3.client("ssm", endpoint_url=endpoint)


def s3_client(endpoint: str | None) -> S3Client:
    """Its links to what KMS encrypts, and to a bucket that is young, work in every region."""
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    signed = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    return boto3.client("s3", endpoint_url=endpoint, config=signed)
