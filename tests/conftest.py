"""The real parts every test runs on: an embedded store over the wire, a queue and a parameter store."""

from __future__ import annotations

import logging
import os
import ssl
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from moto.sqs import models as moto_sqs
from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.database import Database

from chalicelib import collector
from chalicelib.settings import Settings
from chalicelib.tasks.model import Lane
from infra.local import mongodb, service_models
from tests.support import inventories

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 8 * 2**30

EARLY = (
    *("hostile/test_schemathesis.py", "e2e/walks/test_walk.py"),
    *("e2e/test_stack.py", "integration/deletions/", "e2e/test_cli.py", "integration/aws/", "e2e/test_command.py"),
    *("integration/test_samples.py", "cli/", "e2e/test_all_clouds.py", "integration/test_guides.py", "e2e/"),
)
"""What takes long comes first; and whole stacks, which wait most, each beside what keeps the processor busy."""

BUCKET = "cam-test-exports"
DUMMY_AWS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}


def pytest_configure() -> None:
    """What tests write is kept in memory where there is room: the embedded store waits for the disk at every commit."""
    if "PYTEST_DEBUG_TEMPROOT" not in os.environ and MEMORY.is_dir() and disk_usage(MEMORY).free > ENOUGH_BYTES:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(MEMORY)
    service_models.share()
    _spare_time()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        return next((turn for turn, place in enumerate(EARLY) if f"tests/{place}" in item.nodeid), len(EARLY))

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """The collector is set as the service sets it: a seventh of the time of tests of clouds was its."""
    collector.relax()


def _spare_time() -> None:
    """What takes seconds of a run, and no test is about: the machine's own certificates are read for each host that
    aliyun's SDK meets, and moto makes three datetimes of each message in a queue whenever one is sent.
    """
    ssl.SSLContext.load_default_certs = lambda self, purpose=ssl.Purpose.SERVER_AUTH: None  # type: ignore[method-assign]
    vars(moto_sqs)["unix_time_millis"] = _milliseconds


def _milliseconds() -> float:
    return time.time() * 1000


@pytest.fixture(scope="session", autouse=True)
def _inventories_are_shared() -> Iterator[None]:
    yield
    assert not inventories.changed()


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server a run; every test has a database of its own."""
    data: Path = tmp_path_factory.mktemp("mongodb")
    server, uri = mongodb.start(data)
    yield uri
    server.stop()


@pytest.fixture(scope="session")
def mongo(mongodb_uri: str) -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True) as client:
        yield client


@pytest.fixture
def database(mongo: MongoClient[dict[str, Any]]) -> Database[dict[str, Any]]:
    """Left to end with its server: dropping a database with many assets takes the embedded one seconds."""
    return mongo[f"test_{uuid.uuid4().hex[:12]}"]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """SQS, SSM and S3 in this process, behind real boto3 clients. Other endpoints are reached as usual."""
    for name, value in DUMMY_AWS.items():
        monkeypatch.setenv(name, value)
    logging.getLogger("botocore").setLevel(logging.CRITICAL)
    with mock_aws():
        yield


@pytest.fixture
def sqs(aws: None) -> SQSClient:
    return boto3.client("sqs", region_name="us-east-1")


@pytest.fixture
def queue_urls(sqs: SQSClient) -> dict[Lane, str]:
    return {
        lane: sqs.create_queue(QueueName=f"cam-{lane}", Attributes={"VisibilityTimeout": "360"})["QueueUrl"]
        for lane in Lane
    }


@pytest.fixture
def settings(mongodb_uri: str, database: Database[dict[str, Any]], queue_urls: dict[Lane, str]) -> Settings:
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    return Settings(
        stage="test",
        mongodb_uri=SecretStr(mongodb_uri),
        mongodb_database=database.name,
        queue_high_url=queue_urls[Lane.HIGH],
        queue_normal_url=queue_urls[Lane.NORMAL],
        queue_low_url=queue_urls[Lane.LOW],
        parameter_prefix="/cam/test",
        lease_seconds=5,
        beat_seconds=0.1,
        export_bucket=BUCKET,
        patience_seconds=0,
        first_backoff_seconds=0.001,
    )
