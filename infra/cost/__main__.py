"""Counts, and writes ``docs/cost.md``: ``python -m infra.cost``."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

import boto3
from moto import mock_aws
from pydantic import SecretStr

from chalicelib.logs import logger
from chalicelib.settings import Settings
from chalicelib.tasks.model import Lane
from infra.cost.bill import queue_requests
from infra.cost.page import PAGE, document
from infra.cost.workloads import count
from infra.local import mongodb

DUMMY_AWS = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "us-east-1"}


def main() -> None:
    os.environ.update(DUMMY_AWS)  # nothing leaves this process: moto answers
    logger.registered_handler.setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as directory, mock_aws():
        server, uri = mongodb.start(Path(directory))
        try:
            counted = count(_settings(uri))
        finally:
            server.stop()
    PAGE.write_text(document(counted), encoding="utf-8")
    print(f"SQS requests for a task: {sum(queue_requests(counted).values()):g}; written: {PAGE.name}")


def _settings(uri: str) -> Settings:
    sqs = boto3.client("sqs")
    urls = {lane: sqs.create_queue(QueueName=f"cost-{lane}")["QueueUrl"] for lane in Lane}
    return Settings(
        stage="test",
        mongodb_uri=SecretStr(uri),
        queue_high_url=urls[Lane.HIGH],
        queue_normal_url=urls[Lane.NORMAL],
        queue_low_url=urls[Lane.LOW],
        parameter_prefix="/cam/test",
    )


if __name__ == "__main__":
    main()
