"""One page that tells how the service is."""

from __future__ import annotations

import json
from typing import Any

from infra.package.overlay.alarms import alarms, logical_id
from infra.package.overlay.api import API_NAME
from infra.package.overlay.graphs import Graph, Metric, graphs
from infra.package.overlay.intrinsics import resource, sub
from infra.package.overlay.names import CONSUMERS, DEAD_LETTERS, FUNCTIONS, QUEUES
from infra.package.stage import Stage

WIDTH, HEIGHT = 8, 6
COLUMNS = 3


def resources(stage: Stage) -> dict[str, Any]:
    body = json.dumps({"widgets": [_alarms(stage), *_graphs(stage)]})
    named = {"DashboardName": sub("${AWS::StackName}"), "DashboardBody": sub(body)}
    return {"Dashboard": resource("CloudWatch::Dashboard", named)}


def _alarms(stage: Stage) -> dict[str, Any]:
    arns = [f"${{{logical_id(alarm.name)}.Arn}}" for alarm in alarms(stage)]
    place = {"x": 0, "y": 0, "width": COLUMNS * WIDTH, "height": HEIGHT}
    return {"type": "alarm", **place, "properties": {"title": "Alarms", "alarms": arns}}


def _graphs(stage: Stage) -> list[dict[str, Any]]:
    queues = [*QUEUES.values(), DEAD_LETTERS]
    api = ["ApiName", API_NAME, "Stage", stage.name]
    of_aws: list[Graph] = [
        ("Oldest message (s)", "Maximum", [_queue("ApproximateAgeOfOldestMessage", queue) for queue in queues]),
        ("Messages waiting", "Maximum", [_queue("ApproximateNumberOfMessagesVisible", queue) for queue in queues]),
        ("Messages being worked on", "Maximum", [_queue("ApproximateNumberOfMessagesNotVisible", q) for q in queues]),
        ("Consumers at once", "Maximum", [_function("ConcurrentExecutions", one.resource) for one in CONSUMERS]),
        ("Duration (ms, 95 %)", "p95", [_function("Duration", one.resource) for one in FUNCTIONS]),
        ("Errors", "Sum", [_function("Errors", one.resource) for one in FUNCTIONS]),
        ("Throttles", "Sum", [_function("Throttles", one.resource) for one in FUNCTIONS]),
        ("Requests", "Sum", [["AWS/ApiGateway", name, *api] for name in ("Count", "4XXError", "5XXError")]),
        ("Request latency (ms, 95 %)", "p95", [["AWS/ApiGateway", "Latency", *api]]),
    ]
    return [_graph(number, *graph) for number, graph in enumerate([*graphs(stage), *of_aws])]


def _graph(number: int, title: str, statistic: str, metrics: list[Metric]) -> dict[str, Any]:
    row, column = divmod(number, COLUMNS)
    place = {"x": column * WIDTH, "y": HEIGHT + row * HEIGHT, "width": WIDTH, "height": HEIGHT}
    shown = {"title": title, "stat": statistic, "period": 60, "region": "${AWS::Region}", "metrics": metrics}
    return {"type": "metric", **place, "properties": shown}


def _queue(metric: str, queue: str) -> Metric:
    return ["AWS/SQS", metric, "QueueName", f"${{{queue}.QueueName}}"]


def _function(metric: str, function: str) -> Metric:
    return ["AWS/Lambda", metric, "FunctionName", f"${{{function}}}"]
