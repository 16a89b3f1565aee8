"""Clients of the AWS services that this service uses for itself. They are botocore's: what boto3 puts around them,
some 30 ms of a cold start, nobody here uses.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.session import Session

from chalicelib.hiding import USED

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient

QUEUE_CONNECT_SECONDS = 1
QUEUE_READ_SECONDS = 3
"""Nobody waits long for the queue: what it does not take is sent later. By itself botocore would wait for five minutes.
"""


class AwsClients:
    """All of one session. ``endpoint`` is that of an emulator; None means AWS itself."""

    def __init__(self, endpoint: str | None) -> None:
        self._endpoint = endpoint

    @cached_property
    def _session(self) -> Session:
        """The log hides the credentials that it has from its environment."""
        session = Session()
        if own := session.get_credentials():
            USED.keep(filter(None, (own.access_key, own.secret_key, own.token)))
        return session

    @cached_property
    def sqs(self) -> SQSClient:
        impatient = Config(
            connect_timeout=QUEUE_CONNECT_SECONDS,
            read_timeout=QUEUE_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
        return cast("SQSClient", self._session.create_client("sqs", endpoint_url=self._endpoint, config=impatient))

    @cached_property
    def ssm(self) -> SSMClient:
        return cast("SSMClient", self._session.create_client("ssm", endpoint_url=self._endpoint))

    @cached_property
    def s3(self) -> S3Client:
        """Its links to what KMS encrypts, and to a bucket that is young, work in every region."""
        signed = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
        return cast("S3Client", self._session.create_client("s3", endpoint_url=self._endpoint, config=signed))
