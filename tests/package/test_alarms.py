"""What the alarms watch, and that each is explained."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.tasks.emf import Emf
from chalicelib.tasks.load import Load
from infra.package.overlay.alarms import alarms
from infra.package.overlay.metrics import COMPLETED_SYNC, pattern
from infra.package.overlay.names import CONSUMERS, FUNCTIONS
from infra.package.places import PROJECT
from infra.package.stage import Stage
from tests.package.templates import of_type

EVERY = (
    "high-lane-is-late",
    "normal-lane-is-late",
    "low-lane-is-late",
    "messages-given-up",
    "given-up-messages-are-stuck",
    "lost-events",
    *(f"{function.name.replace('_', '-')}-{what}" for function in FUNCTIONS for what in ("errors", "throttles")),
    "dead-letters",
    "api-5xx",
    "recoverer-has-stopped",
    "no-sync-has-completed",
    *(f"{function.name.replace('_', '-')}-new-version-errors" for function in FUNCTIONS),
)
"""The alarms of a stage that shifts traffic and syncs by itself."""
OPERATIONS = (PROJECT / "docs" / "operations.md").read_text()


def test_what_goes_wrong_raises_an_alarm_that_reaches_the_topic(resources: dict[str, Any], stage: Stage) -> None:
    found = of_type(resources, "CloudWatch::Alarm")
    assert sorted(one["AlarmName"]["Fn::Sub"] for one in found.values()) == sorted(
        f"${{AWS::StackName}}-{name}" for name in EVERY
    )
    assert all(one["AlarmActions"] == [{"Ref": "AlarmTopic"}] for one in found.values())


def test_what_should_happen_and_does_not_raises_an_alarm_too(resources: dict[str, Any], stage: Stage) -> None:
    found = of_type(resources, "CloudWatch::Alarm")
    for name in ("RecovererHasStoppedAlarm", "NoSyncHasCompletedAlarm"):
        assert (found[name]["ComparisonOperator"], found[name]["TreatMissingData"]) == (
            "LessThanThreshold",
            "breaching",
        )
    waits = found["NoSyncHasCompletedAlarm"]
    assert waits["Period"] * waits["EvaluationPeriods"] == 3600 * (stage.overlay.hours_without_sync or 0)


def test_the_alarm_of_syncs_looks_at_what_is_counted_in_the_log_of_every_lane(resources: dict[str, Any]) -> None:
    filters = of_type(resources, "Logs::MetricFilter").values()
    assert {one["LogGroupName"]["Ref"] for one in filters} == {consumer.log_group for consumer in CONSUMERS}
    alarm = of_type(resources, "CloudWatch::Alarm")["NoSyncHasCompletedAlarm"]
    for one in filters:
        (counted,) = one["MetricTransformations"]
        assert (counted["MetricNamespace"], counted["MetricName"]) == (alarm["Namespace"], alarm["MetricName"])
        assert one["FilterPattern"] == pattern(COMPLETED_SYNC)


def test_one_task_that_failed_for_good_raises_the_alarm_by_the_figure_that_the_recoverer_prints(
    resources: dict[str, Any], stage: Stage
) -> None:
    alarm = of_type(resources, "CloudWatch::Alarm")["DeadLettersAlarm"]
    printed = io.StringIO()
    Emf(stage.environment["CAM_STAGE"], out=printed).load(Load([], pending=0, running=0, waiting=0, dead_letters=1))
    line = json.loads(printed.getvalue())
    (told,) = line["_aws"]["CloudWatchMetrics"]
    assert alarm["Namespace"] == told["Namespace"]
    assert alarm["MetricName"] in {metric["Name"] for metric in told["Metrics"]}
    assert [[one["Name"] for one in alarm["Dimensions"]]] == told["Dimensions"]
    assert {one["Name"]: one["Value"] for one in alarm["Dimensions"]} == {"stage": line["stage"]}
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    assert line[alarm["MetricName"]] == [1.0] > [alarm["Threshold"]]


def section(alarm: str) -> str:
    """The heading under which an alarm is explained: those of all lanes or functions share one."""
    for name, kind in ((one.name.replace("_", "-"), "FUNCTION") for one in FUNCTIONS):
        if alarm.startswith(f"{name}-"):
            return alarm.replace(name, kind)
    return re.sub(r"^(high|normal|low)-lane", "LANE-lane", alarm)


@pytest.mark.parametrize("alarm", sorted({section(name) for name in EVERY}))
def test_every_alarm_is_explained_with_a_query_and_what_to_do(alarm: str) -> None:
    _, _, rest = OPERATIONS.partition(f"\n### {alarm}\n")
    text = re.split(r"\n##", rest)[0]
    assert [said for said in ("**Meaning.**", "**Query.**", "**Action.**") if said not in text] == []


def test_no_alarm_is_explained_that_is_not_there() -> None:
    explained = re.findall(r"^### (.+)$", OPERATIONS, re.MULTILINE)
    assert sorted(explained) == sorted({section(name) for name in EVERY})


def test_a_stage_that_neither_syncs_by_itself_nor_shifts_traffic_lacks_those_alarms(stage: Stage) -> None:
    quiet = replace(stage, overlay=stage.overlay.model_copy(update={"hours_without_sync": None, "deployment": None}))
    names = {one.name for one in alarms(quiet)}
    assert names == {name for name in EVERY if name != "no-sync-has-completed" and "new-version" not in name}
