"""A function's environment, with Lambda's own runtime client in it."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from infra.local.function import Crashed, Draining, HandlerRaised, TimedOut
from tests.integration.local.conftest import MakeEnvironment
from tests.support.conditions import eventually


def test_a_handler_gets_the_event_and_the_context_that_lambda_gives(environment: MakeEnvironment) -> None:
    result = environment("echo", timeout=30).invoke({"a": [1, "二"]})
    assert isinstance(result, dict)
    assert result["event"] == {"a": [1, "二"]}
    assert result["function"] == "tiny"
    assert result["arn"] == "arn:aws:lambda:us-east-1:123456789012:function:tiny"
    assert result["trace"].startswith("Root=1-")
    assert 25_000 < result["left"] <= 30_000


def test_one_process_serves_one_invocation_after_the_other(environment: MakeEnvironment) -> None:
    made = environment("echo")
    first, second = made.invoke(1), made.invoke(2)
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert first["pid"] == second["pid"] == made.pid
    assert first["request"] != second["request"]


def test_the_pid_file_holds_the_process_and_goes_with_it(environment: MakeEnvironment, tmp_path: Path) -> None:
    made = environment("echo")
    made.start()
    assert (tmp_path / "run" / "worker-1.pid").read_text() == f"{made.pid}\n"
    made.close()
    assert not (tmp_path / "run" / "worker-1.pid").exists()


def test_a_handler_that_raises_fails_the_invocation_and_keeps_its_process(environment: MakeEnvironment) -> None:
    made = environment("fail")
    made.start()
    before = made.pid
    with pytest.raises(HandlerRaised, match="ValueError: no good"):
        made.invoke({})
    assert made.pid == before


def test_a_handler_over_its_time_is_killed_and_replaced(environment: MakeEnvironment) -> None:
    made = environment("hang", timeout=0.3)
    made.start()
    before = made.pid
    assert before
    with pytest.raises(TimedOut, match=r"longer than 0\.3 s"):
        made.invoke({})
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)
    made.start()
    assert made.pid not in (before, None)


def test_a_killed_process_fails_its_invocation_and_the_next_one_gets_a_new_process(
    environment: MakeEnvironment, tmp_path: Path
) -> None:
    made = environment("die_once")
    event = {"mark": str(tmp_path / "mark")}
    with pytest.raises(Crashed, match="SIGKILL"):
        made.invoke(event)
    assert made.invoke(event) == made.pid


def test_a_process_killed_between_two_invocations_is_replaced(environment: MakeEnvironment) -> None:
    made = environment("echo")
    made.start()
    before = made.pid
    assert before
    os.kill(before, signal.SIGKILL)
    eventually(lambda: made.pid is None, within=5)
    result = made.invoke({})
    assert isinstance(result, dict)
    assert result["pid"] != before


def test_a_handler_that_cannot_be_imported_says_why(environment: MakeEnvironment) -> None:
    with pytest.raises(Crashed, match="Handler 'absent' missing on module 'tiny'"):
        environment("absent").start()


def test_draining_lets_the_running_invocation_end_and_takes_no_more(
    environment: MakeEnvironment,
) -> None:
    made = environment("until_drained")
    made.start()

    def drain_while_busy() -> None:
        eventually(lambda: made.busy, within=10)
        made.drain()

    drainer = threading.Thread(target=drain_while_busy)
    drainer.start()
    assert made.invoke({}) == {"batchItemFailures": []}
    drainer.join()
    with pytest.raises(Draining):
        made.invoke({})
