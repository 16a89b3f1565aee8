"""Every query that the service can make, recorded while it makes them, each with its plans."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from moto import mock_aws
from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.database import Database

from bench.queries import filters
from bench.queries.plans import Flaw, Plan, plan
from bench.queries.recorder import Recorder
from bench.queries.shapes import Document, Shape
from chalicelib import indexes
from chalicelib.settings import Settings
from chalicelib.tasks.model import Lane
from infra.cost.embedded import DUMMY_AWS
from tests.integration.compatibility import scenario

SCANS = {"COLLSCAN": "scan", "IDHACK": "_id", "EXPRESS_IXSCAN": "_id"}


@dataclass(frozen=True)
class Asked:
    """``by`` are functions of the service. ``seen`` is what the server says that it does."""

    shape: Shape
    by: Sequence[str]
    plan: Plan
    seen: str

    @property
    def flaws(self) -> Sequence[Flaw]:
        return self.plan.flaws(self.shape)


@dataclass(frozen=True)
class Recording:
    """``callers`` are all functions of the service that were under way when it asked something."""

    asked: Sequence[Asked]
    callers: frozenset[str]


def record(settings: Settings) -> Recording:
    """Plays on the database of ``settings``, which had better be empty."""
    recorder = Recorder()
    container = scenario.RecordedContainer(settings.model_copy(update={"max_pending": 1000}), recorder)
    try:
        scenario.play(container)
        filters.play(container)
        found = [
            Asked(
                shape,
                sorted(recorder.asked[shape]),
                plan(shape, indexes.INDEXES.get(shape.collection, ())),
                explained(container.database, recorder.examples[shape]),
            )
            for shape in sorted(recorder.asked)
        ]
    finally:
        container.close()
    return Recording(found, frozenset(recorder.callers))


def explained(database: Database[dict[str, Any]], example: Document) -> str:
    """The indexes that the server reads, and whether it sorts."""
    answer = database.command("explain", dict(example), verbosity="queryPlanner")
    stages = list(_stages(answer["queryPlanner"]["winningPlan"]))
    used = sorted({str(stage.get("indexName") or SCANS[stage["stage"]]) for stage in stages if _reads(stage)})
    return ", ".join(used) + (", sorts" if any(stage["stage"] == "SORT" for stage in stages) else "")


def _stages(stage: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    stage = stage.get("queryPlan", stage)  # of MongoDB's slot-based engine
    if "stage" in stage:
        yield stage
    for inner in (stage.get("inputStage"), *stage.get("inputStages", ())):
        if inner:
            yield from _stages(inner)


def _reads(stage: Mapping[str, Any]) -> bool:
    return "indexName" in stage or stage["stage"] in SCANS


@contextmanager
def own_database(uri: str) -> Iterator[Settings]:
    """The settings of a database that is made for this, and gone afterwards; AWS is played in this process."""
    os.environ.update(DUMMY_AWS)  # nothing leaves this process: moto answers
    name = f"cam_queries_{secrets.token_hex(6)}"
    with mock_aws():
        sqs = boto3.client("sqs")
        urls = {lane: sqs.create_queue(QueueName=f"queries-{lane}")["QueueUrl"] for lane in Lane}
        try:
            yield Settings(
                stage="test",
                mongodb_uri=SecretStr(uri),
                mongodb_database=name,
                queue_high_url=urls[Lane.HIGH],
                queue_normal_url=urls[Lane.NORMAL],
                queue_low_url=urls[Lane.LOW],
                lease_seconds=5,
                beat_seconds=0.1,
                patience_seconds=0,
                first_backoff_seconds=0.001,
            )
        finally:
            with MongoClient[dict[str, Any]](uri) as client:
                client.drop_database(name)
