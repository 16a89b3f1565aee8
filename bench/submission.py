"""What submitting costs, alone and in bulk: ``python -m bench.submission``.

The API's own handler is called as Lambda calls it, without a network before it. Beside it the same documents are
inserted by pymongo and the same messages sent by boto3, one by one.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bench.rows import Bound, Row, table
from bench.substrate import BenchContainer, container, environment, substrate
from chalicelib import container as wiring
from chalicelib.clock import utc_now
from chalicelib.logs import logger
from chalicelib.tasks.ids import new_task_id
from chalicelib.tasks.model import Task
from chalicelib.tasks.queue import Message
from chalicelib.tasks.store import TaskStore

MEASURE = "submit"
SINGLE_BOUND = Bound(1.5)
BULK_BOUND = Bound(10, least=True)
ROUNDS = 3
API = "/api/v1/cam"
EXPORT = {"format": "json"}
"""A task that is submitted without a look at the store."""
Handler = Callable[[dict[str, Any], None], Mapping[str, Any]]


def post(app: Handler, path: str, body: Any) -> Any:
    """The data of the answer to what API Gateway hands to the function (a REST API's proxy event)."""
    event = {
        "requestContext": {"httpMethod": "POST", "resourcePath": API + path, "identity": {}, "requestId": "bench"},
        "headers": {"content-type": "application/json"},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "isBase64Encoded": False,
        "body": json.dumps(body),
    }
    answer = app(event, None)
    assert answer["statusCode"] == 202, answer
    return json.loads(answer["body"])["data"]


class Raw:
    """The fewest calls that could do the same."""

    def __init__(self, wired: BenchContainer) -> None:
        self._tasks = wired.database["raw"]
        TaskStore(self._tasks, wired.policy, wired.texts).ensure_indexes()
        self._sqs = wired.sqs
        self._url = wired.settings.queue_normal_url

    def submit(self, task: Task) -> None:
        self._tasks.insert_one(task.to_document())
        body = Message.of(task).body
        self._sqs.send_message(QueueUrl=self._url, MessageBody=body, MessageGroupId="bench")


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(*, small: bool = False) -> list[Row]:
    singles, bulk = (20, 200) if small else (200, 1000)
    batch = {"tasks": [{"type": "export_assets", "body": EXPORT}] * bulk}
    ours: list[float] = []
    raws: list[float] = []
    batches: list[float] = []
    with substrate() as config:
        wired = container(environment(config) | {"CAM_AUTHENTICATION": "off"})
        wiring.install(wired)
        from app import app  # noqa: PLC0415  as late as a Lambda would

        raw = Raw(wired)
        first = wired.task_store.get("default", post(app, "/tasks/export-assets", EXPORT)["task_id"])
        assert first is not None
        template = first
        for _ in range(ROUNDS):
            pairs = [
                (
                    seconds(lambda: post(app, "/tasks/export-assets", EXPORT)),
                    seconds(lambda: raw.submit(replace(template, id=new_task_id(utc_now())))),
                )
                for _ in range(singles)
            ]
            ours.append(statistics.median(mine for mine, _ in pairs))
            raws.append(statistics.median(theirs for _, theirs in pairs))
            batches.append(seconds(lambda: post(app, "/tasks/batch", batch)) / bulk)
        wiring.install(None)
        wired.close()
    ratios = [mine / theirs for mine, theirs in zip(ours, raws, strict=True)]
    gains = [one / each for one, each in zip(ours, batches, strict=True)]
    return [
        Row(MEASURE, "handler's time, to a bare insert and send", ratios, SINGLE_BOUND, "medians"),
        Row(MEASURE, "rate in bulk, to one by one", gains, BULK_BOUND, f"{bulk} in a call"),
        Row(MEASURE, "ms of one", [1000 * each for each in ours]),
        Row(MEASURE, "ms of a bare insert and send", [1000 * each for each in raws]),
        Row(MEASURE, "ms of one in bulk", [1000 * each for each in batches]),
    ]


def main() -> None:
    logger.setLevel("ERROR")
    print(table(measure()))


if __name__ == "__main__":
    main()
