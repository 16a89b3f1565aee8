"""What workers used: counted while they work, and what a lost one costs."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from chalicelib.tasks.buckets import Buckets
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.emf import Emf
from chalicelib.tasks.ended import EndedTasks
from chalicelib.tasks.load import LoadGauge
from chalicelib.tasks.meter import EVERY, Meter
from chalicelib.tasks.report import MinuteReport
from chalicelib.tasks.spans import Span
from chalicelib.tasks.tallier import LATENESS, Tallier
from chalicelib.tasks.usage import Usage, UsageFigures
from tests.integration.conftest import Framework
from tests.support.clock import FakeClock
from tests.support.conditions import eventually
from tests.support.probe import Probe, ProbeParams


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_time_is_busy_for_each_task_that_runs_and_available_for_each_that_could() -> None:
    seconds = Seconds()
    usage = Usage(4, clock=seconds)
    with usage.running():
        seconds.now = 1
        with usage.running():
            seconds.now = 3
        half = usage.take()
        seconds.now = 4
    seconds.now = 5
    rest = usage.take()
    assert (half.busy_seconds, half.available_seconds) == (5, 12)
    assert (rest.busy_seconds, rest.available_seconds) == (1, 8)
    assert (half.batches, rest.batches) == (1, 0)
    assert (usage.total.busy_seconds, usage.total.utilisation) == (6, 6 / 20)


def test_a_long_batch_is_told_of_while_it_runs(
    framework: Framework, database: Database[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    buckets, clock, done = Buckets(database["stats"]), FakeClock(), threading.Event()
    start = clock()

    def used() -> UsageFigures:
        return buckets.usage(Span.MINUTE, start - Span.MINUTE.length, clock() + Span.MINUTE.length)

    def works(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        context.usage.called("aliyun")
        done.wait()
        context.usage.called("aliyun")
        return {}

    framework.probe = Probe(works)
    framework.meter = Meter(buckets, Emf("test"), clock=clock)
    task = framework.submit()
    working = threading.Thread(target=framework.worker().run, args=([task.id],))
    working.start()
    try:
        assert framework.probe.started.wait(10)

        def told() -> UsageFigures | None:
            clock.advance(EVERY.total_seconds())
            found = used()
            return found if found.calls else None

        found = eventually(told)
        assert found
        assert found.calls["aliyun"] == 1
    finally:
        done.set()
        working.join()
    found = used()
    assert (found.calls["aliyun"], found.batches) == (2, 1)
    assert capsys.readouterr().out.count('"BusySeconds"') == 2  # its definition and its value, in one line


def test_a_store_that_does_not_take_the_figures_keeps_no_task_from_ending(
    framework: Framework, database: Database[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    database.create_collection("refusing", validator={"$jsonSchema": {"required": ["never"]}})
    framework.meter = Meter(Buckets(database["refusing"]), Emf("test"), clock=framework.clock)
    task = framework.submit()
    assert framework.worker().run([task.id]) == set()
    assert framework.get(task).status == "completed"
    assert "what was used could not be stored" in caplog.text


def test_a_report_that_the_store_fails_is_made_up_for_and_fails_nobody(
    framework: Framework, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock()
    framework.clock = clock

    def report(database: Database[dict[str, Any]]) -> MinuteReport:
        ended = EndedTasks(database["tasks"], database["ended"], clock=clock)
        gauge = LoadGauge(database["tasks"], framework.lanes, clock=clock)
        return MinuteReport(Tallier(ended, Buckets(database["stats"]), clock=clock), gauge, Emf("test"), clock=clock)

    framework.worker(beat=timedelta(minutes=1)).run([framework.submit().id])
    clock.advance(LATENESS.total_seconds() + 60)
    with MongoClient[dict[str, Any]]("mongodb://127.0.0.1:9/", serverSelectionTimeoutMS=50) as away:
        report(away["nowhere"]).run()
    assert "figures could not be summed up" in caplog.text
    assert '"_aws"' not in capsys.readouterr().out
    report(framework.tasks.database).run()
    assert '"Completed":[1.0]' in capsys.readouterr().out
