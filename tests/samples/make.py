"""``python -m tests.samples.make``: store today's shapes as the next version of the samples."""

from __future__ import annotations

import os
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import boto3
from moto import mock_aws
from pydantic import SecretStr

from chalicelib.clock import utc_now
from chalicelib.settings import Settings
from chalicelib.tasks.model import Lane
from infra.local import mongodb
from infra.local.clouds.server import CloudServer
from tests.api.conftest import Service, serving
from tests.conftest import DUMMY_AWS
from tests.samples import files
from tests.samples.scene import Scene, cloud
from tests.support.clock import FakeClock

BUCKET = "cam-samples"


@contextmanager
def stage(mongodb_uri: str, clock: FakeClock) -> Iterator[Service]:
    """The service on a database of its own, with AWS in this process and a Lambda's own leases and waits."""
    sqs, s3 = boto3.client("sqs"), boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    urls = {lane: sqs.create_queue(QueueName=f"cam-{lane}")["QueueUrl"] for lane in Lane}
    settings = Settings(
        stage="test",
        mongodb_uri=SecretStr(mongodb_uri),
        mongodb_database=f"samples_{uuid.uuid4().hex[:12]}",
        queue_high_url=urls[Lane.HIGH],
        queue_normal_url=urls[Lane.NORMAL],
        queue_low_url=urls[Lane.LOW],
        parameter_prefix="/cam/samples",
        export_bucket=BUCKET,
    )
    with serving(settings, sqs, urls, clock=clock) as service:
        yield service


def start() -> datetime:
    """Now, in whole milliseconds, as the store keeps times."""
    now = utc_now()
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def play(mongodb_uri: str) -> tuple[files.Sample, datetime]:
    """A sample and when it was made."""
    clock, fake = FakeClock(start()), cloud()
    with stage(mongodb_uri, clock) as service, CloudServer(fake) as server:
        return Scene(service, fake, server.url, clock).play(), clock()


def main() -> None:
    os.environ.update(DUMMY_AWS)
    version = max(files.versions(), default=0) + 1
    with tempfile.TemporaryDirectory() as folder, mock_aws():
        server, uri = mongodb.start(Path(folder))
        try:
            sample, made = play(uri)
        finally:
            server.stop()
    files.write(sample, files.folder_of(version), made=made)
    sys.stdout.write(f"tests/samples/{version}: {sum(map(len, sample.stored.values()))} documents\n")


if __name__ == "__main__":
    main()
