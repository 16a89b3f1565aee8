"""How the parts are wired."""

from __future__ import annotations

import socket
import time

import pytest

from chalicelib.container import Container
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
