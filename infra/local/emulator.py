"""The AWS emulator (SQS, SSM, S3, EventBridge): a process in a virtual environment of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config as ClientConfig
from botocore.exceptions import ClientError

from infra.local.config import ACCOUNT_ID, PROJECT, REGION, emulator_credentials
from infra.local.processes import Child, StartError

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType

READY_SECONDS = 30
VISIBILITY_TIMEOUTS = 6  # AWS asks for a queue's visibility timeout to be this many times the function's time limit


def default_python() -> Path:
    """The interpreter of the virtual environment that ``make`` prepares."""
    return PROJECT / ".local" / "ministack-venv" / "bin" / "python"


def launch(data: Path, *, port: int, log: Path, python: Path | None = None) -> Child:
    """Start the emulator without waiting for it. State is kept in ``data``, and only by a clean stop."""
    interpreter = python or default_python()
    if not interpreter.exists():
        raise StartError(f"the AWS emulator is not installed: run `make run`, or set EMULATOR_PYTHON ({interpreter})")
    home = data / "home"
    home.mkdir(parents=True, exist_ok=True)
    return Child(
        "emulator",
        [str(interpreter), "-m", "ministack"],
        cwd=home,
        log=log,
        env={
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_ACCOUNT_ID": ACCOUNT_ID,
            "MINISTACK_REGION": REGION,
            "IOT_MTLS_ENABLED": "0",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(data / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(data / "s3"),
            "TMPDIR": str(home),
            **emulator_credentials(),
        },
    )


def wait_ready(server: Child) -> str:
    """Wait for it to listen; answers its URL. Raises StartError."""
    ready = server.wait_for_line(r"Running on (http://[\d.]+:\d+)", within=READY_SECONDS)
    return ready[1]


def sqs_client(url: str | None) -> SQSClient:
    """A client for any number of threads; without ``url``, for the AWS that the environment leads to."""
    patient = ClientConfig(
        max_pool_connections=64,
        connect_timeout=2,
        read_timeout=30,
        retries={"mode": "standard", "total_max_attempts": 2},
    )
    if url is None:
        return boto3.client("sqs", config=patient)
    keys = emulator_credentials()
    return boto3.client(
        "sqs",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        config=patient,
    )


def create_queues(sqs: SQSClient, names: Mapping[str, str], *, function_timeout: int) -> None:
    """Make the queues, by name and expected URL, unless they are there."""
    wanted: dict[QueueAttributeNameType, str] = {
        "VisibilityTimeout": str(min(VISIBILITY_TIMEOUTS * function_timeout, 43200))
    }
    for name, url in names.items():
        try:
            sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
            sqs.set_queue_attributes(QueueUrl=url, Attributes=wanted)
        except ClientError as error:
            if "NonExistentQueue" not in str(error) and "QueueDoesNotExist" not in str(error):
                raise
            made = sqs.create_queue(QueueName=name, Attributes=wanted)["QueueUrl"]
            if made != url:
                raise StartError(f"the queue {name} is at {made}, not at {url}") from None
