"""Every metric that is published is explained, and those of CloudWatch are on the dashboard."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chalicelib.api.exposition import Exposition
from chalicelib.tasks.emf import Emf
from chalicelib.tasks.figures import TypeFigures
from chalicelib.tasks.load import LaneLoad, Load
from chalicelib.tasks.model import Lane
from chalicelib.tasks.stats import Totals
from chalicelib.tasks.usage import UsageFigures
from infra.package.overlay import dashboard
from infra.package.stage import load as load_stage
from tests.support.clock import FakeClock

EXPLAINED = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text()


def totals() -> Totals:
    """With something of everything."""
    figures = TypeFigures(completed=1)
    figures.duration.add(1.0)
    figures.queue_delay.add(1.0)
    usage = UsageFigures(batches=1, memory_mib=1)
    for counter in (usage.calls, usage.throttles, usage.assets):
        counter["x"] = 1
    lanes = [LaneLoad(lane, paused=False, waiting=1, running=1, oldest_seconds=None) for lane in Lane]
    return Totals(Load(lanes, 1, 1, 1, 1), {"x": figures}, usage)


def names_in_log(capsys: pytest.CaptureFixture[str]) -> set[str]:
    emf, known = Emf("prod"), totals()
    emf.batch(known.usage)
    emf.minutes({FakeClock()(): known.types})
    emf.load(known.load)
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    directives = [directive for line in printed for directive in line["_aws"]["CloudWatchMetrics"]]
    return {metric["Name"] for directive in directives for metric in directive["Metrics"]}


def test_every_metric_of_cloudwatch_is_explained_and_on_the_dashboard(capsys: pytest.CaptureFixture[str]) -> None:
    names = names_in_log(capsys)
    assert len(names) > 20
    shown = dashboard.resources(load_stage("prod"))["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    for name in names:
        assert f"`{name}`" in EXPLAINED
        assert f'"{name}"' in shown.replace('\\"', '"'), name


def test_the_dashboard_shows_no_metric_that_is_not_published(capsys: pytest.CaptureFixture[str]) -> None:
    names = names_in_log(capsys)
    body = json.loads(dashboard.resources(load_stage("prod"))["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    shown = [metric for widget in body["widgets"] for metric in widget["properties"].get("metrics", ())]
    assert {metric[1] for metric in shown if metric[0] == "CamTasks"} <= names


def test_every_metric_of_prometheus_is_explained() -> None:
    for family in Exposition(totals()).collect():
        suffix = "_total" if family.type == "counter" else ""
        assert f"`{family.name.removeprefix('cam_')}{suffix}" in EXPLAINED, family.name
