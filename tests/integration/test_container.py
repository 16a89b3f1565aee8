"""How the parts are wired."""

from __future__ import annotations

import socket
import time
import traceback

import boto3
import pytest
from pydantic import SecretStr

from chalicelib.container import Container
from chalicelib.errors import Unavailable
from chalicelib.settings import Settings
from chalicelib.tasks.model import Lane
from chalicelib.tasks.queue import Message, QueueUnavailable

LONGEST_SECONDS = 10


def test_a_queue_that_is_silent_holds_nobody_up_for_long(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        at = {"aws_endpoint_url": url, "queue_normal_url": f"{url}/1/q"}
        container = Container(settings.model_copy(update=at))
        begun = time.monotonic()
        with pytest.raises(QueueUnavailable):
            container.task_queue.send(Message("id", Lane.NORMAL, "group"))
        container.sqs.close()
    assert time.monotonic() - begun < LONGEST_SECONDS


def test_links_to_exported_files_are_signed_so_that_kms_takes_them(settings: Settings) -> None:
    exports = Container(settings).exports
    assert exports is not None
    link = exports.client.generate_presigned_url("get_object", Params={"Bucket": exports.bucket, "Key": "k"})
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in link


def test_the_address_of_the_store_is_read_from_its_parameter(settings: Settings, mongodb_uri: str) -> None:
    parameter = "/cam/test/mongodb-uri"
    boto3.client("ssm").put_parameter(Name=parameter, Value=mongodb_uri, Type="SecureString")
    container = Container(settings.model_copy(update={"mongodb_uri": None, "mongodb_uri_parameter": parameter}))
    assert container.mongo.admin.command("ping")["ok"] == 1
    container.close()


def test_a_parameter_that_is_not_there_is_an_answer_and_not_a_crash(settings: Settings) -> None:
    container = Container(settings.model_copy(update={"mongodb_uri": None, "mongodb_uri_parameter": "/cam/test/none"}))
    with pytest.raises(Unavailable, match="/cam/test/none"):
        _ = container.mongo


@pytest.mark.parametrize("uri", ["mongodb://cam:Secret+/Password=@127.0.0.1/", "mongodb://cam:pass/word@127.0.0.1/"])
def test_an_address_whose_password_is_not_encoded_is_an_error_without_it(settings: Settings, uri: str) -> None:
    container = Container(settings.model_copy(update={"mongodb_uri": SecretStr(uri)}))
    with pytest.raises(Unavailable, match="percent-encoded") as refused:
        _ = container.mongo
    shown = "".join(traceback.format_exception(refused.value))
    assert "assword=" not in shown
    assert "pass/word" not in shown
