"""What somebody should look at, sent to a topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.tasks import emf
from infra.package.overlay import metrics
from infra.package.overlay.api import API_NAME
from infra.package.overlay.intrinsics import Value, attribute, policy, ref, resource, sub
from infra.package.overlay.names import (
    ALIAS,
    BURY,
    CONSUMERS,
    DEAD_LETTERS,
    FUNCTIONS,
    KEY,
    LOST_EVENTS,
    QUEUES,
    RECOVER,
    TOPIC,
)
from infra.package.stage import Stage

STUCK_SECONDS = 900
API_5XX = "api-5xx"


@dataclass(frozen=True)
class Alarm:
    """``text`` says what has happened; docs/operations.md what to do. Raised when the metric is over ``most``, or
    under ``least``.
    """

    name: str
    text: str
    namespace: str | Value
    metric: str
    dimensions: dict[str, Any]
    statistic: str = "Sum"
    most: int | None = 0
    least: int | None = None
    period: int = 60
    periods: int = 1
    """How many periods in a row it takes."""

    def resource(self) -> Value:
        threshold = self.most if self.least is None else self.least
        return resource(
            "CloudWatch::Alarm",
            {
                "AlarmName": sub(f"${{AWS::StackName}}-{self.name}"),
                "AlarmDescription": self.text,
                "Namespace": self.namespace,
                "MetricName": self.metric,
                "Dimensions": [{"Name": name, "Value": value} for name, value in self.dimensions.items()],
                "Statistic": self.statistic,
                "Period": self.period,
                "EvaluationPeriods": self.periods,
                "Threshold": threshold,
                "ComparisonOperator": "GreaterThanThreshold" if self.least is None else "LessThanThreshold",
                "TreatMissingData": "notBreaching" if self.least is None else "breaching",
                "AlarmActions": [ref(TOPIC)],
                "OKActions": [ref(TOPIC)],
            },
        )


def alarms(stage: Stage) -> list[Alarm]:
    return [*_queues(stage), *_functions(), *_once(stage), *_syncs(stage), *new_versions(stage)]


def _queues(stage: Stage) -> list[Alarm]:
    lanes = {consumer.lane: getattr(stage.overlay.lanes, str(consumer.lane)) for consumer in CONSUMERS}
    ages = [
        Alarm(
            f"{lane}-lane-is-late",
            f"A message of the {lane} lane has waited for more than {settings.oldest_message_seconds} s.",
            "AWS/SQS",
            "ApproximateAgeOfOldestMessage",
            {"QueueName": attribute(QUEUES[str(lane)], "QueueName")},
            "Maximum",
            most=settings.oldest_message_seconds,
            periods=3,
        )
        for lane, settings in lanes.items()
    ]
    return [
        *ages,
        Alarm(
            "messages-given-up",
            "A lane's queue has given messages up: invocations ended without a word of what became of them.",
            "AWS/Lambda",
            "Invocations",  # the queue itself is emptied too soon to be seen with something in it
            {"FunctionName": ref(BURY.resource)},
        ),
        Alarm(
            "given-up-messages-are-stuck",
            f"A dead letter has not been settled for {STUCK_SECONDS} s.",
            "AWS/SQS",
            "ApproximateAgeOfOldestMessage",
            {"QueueName": attribute(DEAD_LETTERS, "QueueName")},
            "Maximum",
            most=STUCK_SECONDS,
        ),
        Alarm(
            "lost-events",
            "A SyncRequested event could not be taken and lies in the queue of lost events.",
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            {"QueueName": attribute(LOST_EVENTS, "QueueName")},
            "Maximum",
        ),
    ]


def _functions() -> list[Alarm]:
    kinds = (("errors", "Errors", "has failed"), ("throttles", "Throttles", "was held back by a concurrency limit"))
    return [
        Alarm(
            f"{function.name.replace('_', '-')}-{suffix}",
            f"The function {function.name} {what}.",
            "AWS/Lambda",
            metric,
            {"FunctionName": ref(function.resource)},
            period=300,
        )
        for function in FUNCTIONS
        for suffix, metric, what in kinds
    ]


def _once(stage: Stage) -> list[Alarm]:
    return [
        Alarm(
            "dead-letters",
            "Tasks have failed for good and wait for somebody to replay or drop them.",
            emf.NAMESPACE,
            emf.DEAD_LETTERS,
            {"stage": stage.name},
            "Maximum",
        ),
        Alarm(
            API_5XX,
            "The API has answered requests with a status of 500 or more.",
            "AWS/ApiGateway",
            "5XXError",
            {"ApiName": API_NAME, "Stage": stage.name},
        ),
        Alarm(
            "recoverer-has-stopped",
            "The recoverer has not run for five minutes: stranded tasks stay where they are.",
            "AWS/Lambda",
            "Invocations",
            {"FunctionName": ref(RECOVER.resource)},
            least=1,
            period=300,
        ),
    ]


def _syncs(stage: Stage) -> list[Alarm]:
    hours = stage.overlay.hours_without_sync
    if hours is None:
        return []
    return [
        Alarm(
            "no-sync-has-completed",
            f"No sync, and no part of one, has completed for {hours} h: the inventory grows old.",
            metrics.namespace(),
            metrics.COMPLETED_SYNCS,
            {},
            least=1,
            period=3600,
            periods=hours,
        )
    ]


def new_versions(stage: Stage) -> list[Alarm]:
    """What takes a deploy back while it shifts traffic. Only the new version is looked at: the errors of the old one
    must not keep its repair from being deployed.
    """
    if not stage.shifts_traffic:
        return []
    return [
        Alarm(
            f"{function.name.replace('_', '-')}-new-version-errors",
            f"The version of {function.name} that is being deployed has failed.",
            "AWS/Lambda",
            "Errors",
            {
                "FunctionName": ref(function.resource),
                "Resource": sub(f"${{{function.resource}}}:{ALIAS}"),
                "ExecutedVersion": attribute(f"{function.resource}.Version", "Version"),
            },
        )
        for function in FUNCTIONS
    ]


def resources(stage: Stage) -> dict[str, Any]:
    topic: Value = {"KmsMasterKeyId": attribute(KEY)}
    if stage.overlay.alarm_email:
        topic["Subscription"] = [{"Protocol": "email", "Endpoint": stage.overlay.alarm_email}]
    publishes = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": ref(TOPIC),
        "Condition": {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}},
    }
    return {
        TOPIC: resource("SNS::Topic", topic),
        f"{TOPIC}Policy": resource("SNS::TopicPolicy", {"Topics": [ref(TOPIC)], "PolicyDocument": policy(publishes)}),
        **{logical_id(alarm.name): alarm.resource() for alarm in alarms(stage)},
    }


def logical_id(name: str) -> str:
    return f"{name.title().replace('-', '')}Alarm"
