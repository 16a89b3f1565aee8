"""What Lambda reads from the answer of a function that reports batch item failures."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.sqs_event import BatchFailed, failed_ids


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}, {"other": 1}])
def test_an_empty_answer_is_success(answer: object) -> None:
    assert failed_ids(answer, {"a", "b"}) == frozenset()


def test_the_named_messages_failed() -> None:
    answer = {"batchItemFailures": [{"itemIdentifier": "b"}, {"itemIdentifier": "b"}]}
    assert failed_ids(answer, {"a", "b"}) == {"b"}


@pytest.mark.parametrize(
    "item",
    [{"itemIdentifier": ""}, {"itemIdentifier": None}, {"itemIdentifier": "c"}, {"messageId": "a"}, "a", {}],
)
def test_an_identifier_that_is_not_of_the_batch_fails_all_of_it(item: object) -> None:
    with pytest.raises(BatchFailed):
        failed_ids({"batchItemFailures": [{"itemIdentifier": "a"}, item]}, {"a", "b"})


@pytest.mark.parametrize("answer", ["ok", 1, [], {"batchItemFailures": {"itemIdentifier": "a"}}])
def test_an_answer_of_another_shape_fails_the_batch(answer: Any) -> None:
    with pytest.raises(BatchFailed):
        failed_ids(answer, {"a"})
