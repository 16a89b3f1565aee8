"""The AWS emulator (SQS, SSM, S3, EventBridge): a process in a virtual environment of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import botocore.session
from botocore.config import Config as ClientConfig

from infra.local.config import ACCOUNT_ID, PROJECT, REGION, emulator_credentials
from infra.local.processes import Child, StartError

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_sqs import SQSClient

READY_SECONDS = 30
PATIENT = ClientConfig(
    max_pool_connections=64,
    connect_timeout=2,
    read_timeout=30,
    retries={"mode": "standard", "total_max_attempts": 2},
)


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


def _session() -> boto3.session.Session:
    return boto3.session.Session(  # deaf to AWS_PROFILE
        botocore_session=botocore.session.Session(session_vars={"profile": (None, None, None, None)}),
        aws_access_key_id=ACCOUNT_ID,
        aws_secret_access_key=emulator_credentials()["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )


def sqs_client(url: str | None) -> SQSClient:
    """A client for any number of threads; without ``url``, for the AWS that the environment leads to."""
    if url is None:
        return boto3.client("sqs", config=PATIENT)
    return _session().client("sqs", endpoint_url=url, config=PATIENT.merge(ClientConfig(proxies={})))


def events_client(url: str) -> EventBridgeClient:
    return _session().client("events", endpoint_url=url, config=PATIENT.merge(ClientConfig(proxies={})))


def create_bucket(url: str, name: str) -> None:
    """Idempotent: in us-east-1 making one's own bucket again is no error."""
    client = _session().client("s3", endpoint_url=url, config=PATIENT.merge(ClientConfig(proxies={})))
    client.create_bucket(Bucket=name)
    client.close()
