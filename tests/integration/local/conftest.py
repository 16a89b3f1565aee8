"""Small functions to run as Lambda would, and a queue to feed them from."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from types_boto3_sqs import SQSClient

from infra.local.function import FunctionEnvironment
from infra.local.functions import Function

HANDLERS = '''
import json, os, signal, threading

draining = threading.Event()


def drain():
    draining.set()


def echo(event, context):
    return {
        "event": event,
        "pid": os.getpid(),
        "function": context.function_name,
        "arn": context.invoked_function_arn,
        "request": context.aws_request_id,
        "left": context.get_remaining_time_in_millis(),
        "trace": os.environ["_X_AMZN_TRACE_ID"],
    }


def fail(event, context):
    raise ValueError("no good")


def hang(event, context):
    signal.pause()


def die(event, context):
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(event, context):
    """Dies in the first process that runs it."""
    if not os.path.exists(event["mark"]):
        open(event["mark"], "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def until_drained(event, context):
    print("running", flush=True)
    draining.wait(60)
    return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in event.get("Records", [])][:1]}


def refuse_bad(event, context):
    """Reports the messages whose body is "bad"; writes down what it was given."""
    with open(os.environ["SEEN"], "a") as seen:
        seen.write(json.dumps(event) + "\\n")
    bad = [r["messageId"] for r in event["Records"] if r["body"] == "bad"]
    return {"batchItemFailures": [{"itemIdentifier": i} for i in bad]}


def refuse_unknown(event, context):
    return {"batchItemFailures": [{"itemIdentifier": "not in this batch"}]}


def answer_nothing(event, context):
    pass
'''

MakeEnvironment = Callable[..., FunctionEnvironment]


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[MakeEnvironment]:
    """Makes environments for a handler by its name; ends what is left of them."""
    (tmp_path / "tiny.py").write_text(HANDLERS)
    made: list[FunctionEnvironment] = []

    def make(handler: str, *, timeout: float = 30, name: str = "worker-1") -> FunctionEnvironment:
        environment = FunctionEnvironment(
            name,
            Function("tiny", f"tiny.{handler}", "tiny.drain", timeout),
            environ={"SEEN": str(tmp_path / "seen")},
            log=tmp_path / f"{name}.log",
            pid_file=tmp_path / "run" / f"{name}.pid",
            root=tmp_path,
        )
        made.append(environment)
        return environment

    yield make
    for environment in made:
        environment.close()


@pytest.fixture(scope="session")
def sqs() -> Iterator[SQSClient]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "sqs",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="none",
    )
    yield client
    client.close()
    server.stop()


@pytest.fixture
def queue(sqs: SQSClient) -> str:
    """The URL of an empty queue whose messages come back after two seconds."""
    return sqs.create_queue(QueueName=str(uuid.uuid4()), Attributes={"VisibilityTimeout": "2"})["QueueUrl"]
