"""How long a pass of the recoverer takes that has much to do: ``python -m bench.recovery``.

Beside it the fewest calls that could do the same, without knowing who else takes them on: as many at once are found in
one query and marked by one update, and their messages sent by boto3, ten a call, one call after another.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from bench.rows import Row, table
from bench.substrate import BenchContainer, container, environment, substrate
from bench.task_types import NOTHING
from chalicelib.clock import utc_now
from chalicelib.logs import logger
from chalicelib.tasks.queue import BATCH, Message
from chalicelib.tasks.recoverer import BATCH as TAKEN_AT_ONCE
from chalicelib.tasks.recoverer import Recovered
from chalicelib.tasks.service import Caller

MEASURE = "recovery"
ROUNDS = 5
CALLER = Caller("default", "bench")


class Stranded:
    """Tasks that no message tells of any more. The embedded server takes seconds for what changes all at once."""

    def __init__(self, wired: BenchContainer, count: int) -> None:
        self._wired = wired
        self._tasks = wired.database["tasks"]
        drafts = [wired.tasks.draft(NOTHING, {}, caller=CALLER) for _ in range(count)]
        self._parts = [drafts[start : start + TAKEN_AT_ONCE] for start in range(0, count, TAKEN_AT_ONCE)]
        for part in self._parts:
            self._tasks.insert_many([task.to_document() for task in part], ordered=False)

    def make(self) -> None:
        """All of them once more."""
        past = utc_now() - timedelta(minutes=5)
        for part in self._parts:
            ids = [task.id for task in part]
            self._tasks.update_many({"_id": {"$in": ids}}, {"$set": {"resend_at": past, "resends": 0}})

    def recover(self) -> None:
        assert self._wired.recoverer.run() == Recovered(sent=sum(map(len, self._parts)))

    def recover_raw(self) -> None:
        for _ in self._parts:
            now = utc_now()
            due = {"resend_at": {"$lte": now}}
            found = list(self._tasks.find(due, {"lane": 1, "group": 1}).sort("resend_at", 1).limit(TAKEN_AT_ONCE))
            later = {"$set": {"resend_at": now + timedelta(minutes=4)}, "$inc": {"resends": 1}}
            self._tasks.update_many(due | {"_id": {"$in": [document["_id"] for document in found]}}, later)
            messages = [Message.from_document(document) for document in found]
            for start in range(0, len(messages), BATCH):
                self._wired.sqs.send_message_batch(
                    QueueUrl=self._wired.settings.queue_normal_url,
                    Entries=[
                        {"Id": str(number), "MessageBody": message.body, "MessageGroupId": "bench"}
                        for number, message in enumerate(messages[start : start + BATCH])
                    ],
                )


def seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(*, small: bool = False) -> list[Row]:
    count = TAKEN_AT_ONCE * (2 if small else 15)
    ours: list[float] = []
    raws: list[float] = []
    with substrate() as config:
        wired = container(environment(config))
        stranded = Stranded(wired, count)
        for _ in range(ROUNDS):
            for found, way in ((ours, stranded.recover), (raws, stranded.recover_raw)):
                stranded.make()
                found.append(seconds(way))
        wired.close()
    ratios = [mine / theirs for mine, theirs in zip(ours, raws, strict=True)]
    return [
        Row(MEASURE, "a pass, to bare calls", ratios, note=f"{count:,} stranded tasks"),
        Row(MEASURE, "s of a pass", ours),
        Row(MEASURE, "s of the bare calls", raws),
    ]


def main() -> None:
    logger.setLevel("ERROR")
    print(table(measure()))


if __name__ == "__main__":
    main()
