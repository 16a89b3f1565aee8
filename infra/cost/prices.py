"""Prices in dollars of us-east-1 without free tiers, each with where it was read; and what is stated, not counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MILLION = 1_000_000
GB = 1_000_000_000


@dataclass(frozen=True)
class Price:
    """``dollars`` for ``per`` of ``unit``."""

    dollars: float
    per: float
    unit: str
    source: str


PRICES: Mapping[str, Price] = {
    "API Gateway, REST": Price(
        3.50,
        MILLION,
        "requests",
        "[AWS whitepaper](https://docs.aws.amazon.com/whitepapers/latest/best-practices-api-gateway-private-apis-"
        "integration/cost-optimization.html), undated",
    ),
    "Lambda requests": Price(
        0.20, MILLION, "requests", "[AWS Lambda](https://aws.amazon.com/lambda/pricing/), by others"
    ),
    "Lambda arm64": Price(
        13.3334, MILLION, "GB-seconds", "[AWS Lambda](https://aws.amazon.com/lambda/pricing/), by others in May 2026"
    ),
    "SQS, standard": Price(
        0.40, MILLION, "requests", "[cloudburn](https://cloudburn.io/blog/amazon-sqs-pricing), March 2026"
    ),
    "SQS, fair queues": Price(
        0.10,
        MILLION,
        "requests",
        "the same: on top, for messages with a group, which all of ours have. Taken for every request; it may be less",
    ),
    "CloudWatch Logs": Price(
        0.50,
        GB,
        "bytes taken in",
        "[factualminds](https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/), "
        "2026",
    ),
    "CloudWatch metric": Price(
        0.30, 1, "metric and month", "[signoz](https://signoz.io/guides/cloudwatch-pricing), February 2026"
    ),
    "CloudWatch alarm": Price(0.10, 1, "alarm and month", "not found in a source: from memory"),
    "CloudWatch dashboard": Price(3.00, 1, "dashboard and month", "as the logs"),
    "X-Ray": Price(5.00, MILLION, "traces", "[AWS X-Ray](https://aws.amazon.com/xray/pricing/)"),
    "KMS key": Price(1.00, 1, "key and month", "[AWS KMS](https://aws.amazon.com/kms/pricing/)"),
    "KMS requests": Price(
        0.03, 10_000, "requests", "[cloudburn](https://cloudburn.io/blog/aws-kms-pricing), March 2026"
    ),
    "Parameter Store": Price(0.0, 1, "reads", "standard parameters and throughput cost nothing; from memory"),
    "Atlas M30": Price(
        0.54,
        1,
        "hours",
        "[Atlas](https://www.mongodb.com/docs/atlas/billing/invoice-breakdown/): on AWS with default settings",
    ),
}

DAYS = 30
MINUTES = DAYS * 24 * 60
"""A month, as all bills below have it."""

API_SECONDS = 0.03
BATCH_REQUEST_SECONDS = 1.0
"""A request that submits a thousand tasks: as many bodies to check, one large write, and a hundred calls of SQS, some
of them side by side.
"""
BATCH_SECONDS = 0.25
"""A consumer with ten tasks that do nothing: five commands to a store a few milliseconds away."""
SYNC_BATCH_SECONDS = 8.0
"""A consumer with ten scopes side by side, ten pages each at half a second, and reading what is stored."""
PARENT_SECONDS = 1.0
"""A consumer with a parent: it fans out, and joins later."""
MINUTE_SECONDS = 0.2
BEAT_SECONDS = 1.5
"""The default of ``CAM_BEAT_SECONDS``; a beat is two commands."""
PLATFORM_LOG_BYTES = 400
"""What Lambda itself logs of an invocation."""
ACCESS_LOG_BYTES = 500
SUBMIT_LOG_BYTES = 250
"""The service's own lines, of a task that is submitted; a test holds these figures to what is counted."""
BATCH_REQUEST_LOG_BYTES = 190
WORK_LOG_BYTES = 285
BATCH_FIGURES_BYTES = 620
SYNC_LOG_BYTES = 6_000
"""Lines and figures of a sync of ten scopes."""
MINUTE_LOG_BYTES = 1_300
"""Figures of what is open, each minute."""
TRACED_SHARE = 0.05
"""Of requests, and of invocations by the queue: X-Ray's default rule, beside one a second."""
POLLERS = 5
POLL_SECONDS = 20
"""An event source mapping asks an idle queue by five connections, for 20 seconds each time."""
MAPPINGS = 4
TASK_TYPES = 3
STORE_COMMANDS_PER_SECOND = 1000
"""What an M30 is taken to carry for a long time. Not measured: replace it by your own figure."""
