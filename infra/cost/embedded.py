"""Counts on servers of its own: the embedded store, and AWS played in this process."""

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
from infra.cost.workloads import Counted, count
from infra.local import mongodb

DUMMY_AWS = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "us-east-1"}


def counted() -> Counted:
    os.environ.update(DUMMY_AWS)  # nothing leaves this process: moto answers
    handler = logger.registered_handler
    before = handler.level
    handler.setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as directory, mock_aws():
        server, uri = mongodb.start(Path(directory))
        try:
            return count(_settings(uri))
        finally:
            server.stop()
            handler.setLevel(before)


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
