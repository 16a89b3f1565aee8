"""Submitting many tasks at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import replace

import pytest

from chalicelib.errors import IdempotencyMismatch, InvalidRequest, TaskTypeNotFound, TooManyPending
from chalicelib.tasks.batch import Answer, Wanted
from chalicelib.tasks.queue import Message, QueueUnavailable
from chalicelib.tasks.store import TaskFilter
from chalicelib.tasks.twins import Submitted
from tests.integration.conftest import CALLER, TENANT, Framework


def wanted(*names: str) -> list[Wanted]:
    return [Wanted("probe", json.dumps({"name": name}).encode()) for name in names]


def ids(answers: Iterable[Answer]) -> list[str]:
    found = []
    for answer in answers:
        assert isinstance(answer, Submitted), answer
        found.append(answer.task.id)
    return found


def stored(framework: Framework) -> int:
    return framework.store.count(TaskFilter(TENANT))


def test_every_task_of_a_batch_is_stored_sent_and_run(framework: Framework) -> None:
    task_ids = ids(framework.batch.submit(wanted(*map(str, range(25))), caller=CALLER))
    assert len(set(task_ids)) == stored(framework) == framework.messages() == 25
    assert framework.worker().run(task_ids) == set()
    assert framework.probe.runs == dict.fromkeys(task_ids, 1)


def test_a_bad_task_is_refused_by_itself_and_the_others_are_submitted(framework: Framework) -> None:
    batch = [*wanted("a"), Wanted("probe", b'{"nme": "b"}'), Wanted("pbe", b"{}"), *wanted("c")]
    first, misspelt, unknown, last = framework.batch.submit(batch, caller=CALLER)
    assert isinstance(misspelt, InvalidRequest)
    assert "nme" in misspelt.message
    assert isinstance(unknown, TaskTypeNotFound)
    assert [framework.store.get(TENANT, task_id) is not None for task_id in ids([first, last])] == [True, True]
    assert (stored(framework), framework.messages()) == (2, 2)


def test_a_batch_that_is_repeated_with_its_key_answers_the_same_tasks(framework: Framework) -> None:
    def submit(*names: str, key: str = "k") -> list[Answer]:
        return framework.batch.submit(wanted(*names), caller=CALLER, idempotency_key=key)

    first = ids(submit("a", "a", "b"))
    assert ids(submit("a", "a", "b")) == first
    assert (stored(framework), framework.messages()) == (3, 3)

    same, changed, longer = submit("a", "x", "b")[0], *submit("a", "x", "b", "c")[1::2]
    assert ids([same]) == first[:1]
    assert isinstance(changed, IdempotencyMismatch)
    assert isinstance(longer, Submitted)
    assert set(ids(submit("a", key="l"))).isdisjoint(first)


def test_a_key_of_a_batch_is_none_of_a_single_task(framework: Framework) -> None:
    ids(framework.batch.submit(wanted("a"), caller=CALLER, idempotency_key="k"))
    for key in ("k", "k:0", "batch:k"):
        framework.service.submit("probe", {"name": "other"}, caller=CALLER, idempotency_key=key)


def test_equal_tasks_of_a_batch_are_one_and_an_active_one_is_returned(framework: Framework) -> None:
    framework.probe.deduplicate = True
    active = framework.submit("a")
    answers = framework.batch.submit(wanted("a", "b", "b"), caller=CALLER, idempotency_key="k")
    old, new, twin = ids(answers)
    assert (old, new == twin) == (active.id, True)
    assert [isinstance(answer, Submitted) and answer.deduplicated for answer in answers] == [True, False, True]
    assert stored(framework) == framework.messages() == 2
    framework.worker().run([old, new])
    again = framework.batch.submit(wanted("a", "b", "b"), caller=CALLER, idempotency_key="k")
    assert ids(again) == [old, new, new], "not run again, although they have ended"


def test_a_batch_fills_the_backlog_up_to_its_cap_and_the_rest_is_submitted_by_its_key_later(
    framework: Framework,
) -> None:
    framework.policy = replace(framework.policy, max_pending=3)
    framework.submit("before")
    first = framework.batch.submit(wanted("a", "b", "c"), caller=CALLER, idempotency_key="k")
    assert [type(answer) for answer in first] == [Submitted, Submitted, TooManyPending]
    done = ids(first[:2])
    with pytest.raises(TooManyPending) as refused:
        framework.batch.submit(wanted("d", "e"), caller=CALLER)
    assert refused.value.retry_after
    assert stored(framework) == 3

    framework.worker().run(done)
    again = ids(framework.batch.submit(wanted("a", "b", "c"), caller=CALLER, idempotency_key="k"))
    assert again[:2] == done
    assert stored(framework) == 4


def test_a_batch_that_the_queue_does_not_take_is_submitted_all_the_same(framework: Framework) -> None:
    queue = framework.queue

    class Down:
        def send(self, message: Message, *, delay: object = None) -> None:
            raise QueueUnavailable("down")

        def send_all(self, messages: object) -> None:
            raise QueueUnavailable("down")

        def check(self) -> None:
            raise QueueUnavailable("down")

    framework.queue = Down()
    task_ids = ids(framework.batch.submit(wanted("a", "b"), caller=CALLER))
    assert (stored(framework), framework.messages()) == (2, 0)
    framework.queue = queue
    framework.recoverer().run()
    assert framework.messages() == 2
    framework.worker().run(task_ids)
    assert framework.probe.runs == dict.fromkeys(task_ids, 1)


def test_messages_of_many_tasks_are_sent_side_by_side(framework: Framework) -> None:
    meeting = threading.Barrier(3, timeout=30)

    def meet(**_: object) -> None:
        meeting.wait()

    framework.sqs.meta.events.register("before-call.sqs.SendMessageBatch", meet)
    framework.batch.submit(wanted(*map(str, range(30))), caller=CALLER)
    framework.sqs.meta.events.unregister("before-call.sqs.SendMessageBatch", meet)
    assert framework.messages() == 30
