"""The memory that exports of a large inventory take: ``python -m bench.export [--assets 100000]``.

Each format is exported by a process of its own, as a worker does it, from the real store to S3; both are processes of
their own. A small export tells what is constant.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import boto3
from pydantic import SecretStr
from pymongo import InsertOne, MongoClient

from bench.memory import peak_mib
from chalicelib.assets import store as writes
from chalicelib.assets.model import Scope, content
from chalicelib.assets.sheets import FORMATS
from chalicelib.assets.store import AssetStore
from chalicelib.clock import utc_now
from chalicelib.container import Container
from chalicelib.executors.export_assets import ExportAssets, ExportParams
from chalicelib.providers.aliyun.parsing import asset_of
from chalicelib.providers.aliyun.types import BY_NAME
from chalicelib.settings import Settings
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.model import Task
from infra.local import mongodb
from infra.local.clouds.aliyun import generate
from infra.local.processes import Child

DATABASE, BUCKET = "bench", "cam-bench-exports"
BOUND_MIB = 256
SMALL_SHARE = 10
BATCH = 500
SEEDED = 5_000
"""Assets that are made once, and repeated under other ids."""
AWS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
Document = dict[str, Any]


@dataclass(frozen=True)
class Exported:
    """``before_mib`` and ``peak_mib`` are of the whole process, with its code."""

    count: int
    bytes: int
    seconds: float
    before_mib: float
    peak_mib: float


def export(answer: Pipe, settings: Settings, form: str, region: str | None) -> None:
    """The process of one export."""
    container = Container(settings)
    now = utc_now()
    task = Task(f"{form}-{region}", "export_assets", {}, "default", "bench", now)
    context = TaskContext(task, leased_until=now + timedelta(days=1), clock=utc_now)
    before, started = peak_mib(), time.perf_counter()
    params = ExportParams.model_validate({"format": form, "region": region})
    result: Any = ExportAssets(container.services).run(params, context)
    seconds = time.perf_counter() - started
    answer.send(Exported(result["count"], result["bytes"], seconds, before, peak_mib()))
    container.close()


def exported(settings: Settings, form: str, region: str | None = None) -> Exported:
    here, there = multiprocessing.Pipe()
    worker = multiprocessing.get_context("spawn").Process(target=export, args=(there, settings, form, region))
    worker.start()
    there.close()
    done = here.recv()
    worker.join()
    assert isinstance(done, Exported)
    return done


def documents(count: int) -> Iterator[Document]:
    """Instances of the fake aliyun as they are stored: a part in a region of its own, to be exported alone."""
    made = [
        asset_of(item, BY_NAME["ecs"])
        for item in generate(min(count, SEEDED), regions=("cn-shenzhen",)).items("ecs", "cn-shenzhen")
    ]
    now = utc_now()
    for number in range(count):
        region = "cn-beijing" if number % SMALL_SHARE == 0 else "cn-shenzhen"
        fields = content(made[number % len(made)]) | {"native_id": f"i-{number:08d}"}
        written = writes.insert(Scope("default", "aliyun", 1, region, "ecs"), fields, "bench", now)
        assert isinstance(written, InsertOne)
        yield dict(written._doc)  # noqa: SLF001 the operation has no other reader


def fill(uri: str, count: int) -> None:
    with MongoClient[Document](uri) as client:
        assets = client[DATABASE]["assets"]
        AssetStore(assets).ensure_indexes()
        batch: list[Document] = []
        for document in documents(count):
            batch.append(document)
            if len(batch) == BATCH:
                assets.insert_many(batch)
                batch = []
        if batch:
            assets.insert_many(batch)


def tell(settings: Settings) -> bool:
    """Whether all exports kept to the bound."""
    good = True
    for form in FORMATS:
        small, whole = exported(settings, form, "cn-beijing"), exported(settings, form)
        print(
            f"{form:5} {whole.count:7} assets, {whole.bytes / 2**20:6.1f} MiB, {whole.seconds:6.1f} s: peak "
            f"{whole.peak_mib:4.0f} MiB, {whole.before_mib:.0f} before it began; of {small.count} assets: peak "
            f"{small.peak_mib:4.0f} MiB"
        )
        good = good and whole.peak_mib <= BOUND_MIB
    print(f"bound {BOUND_MIB} MiB: {'kept' if good else 'BROKEN'}")
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description="Memory of exports of a large inventory")
    parser.add_argument("--assets", type=int, default=100_000)
    count = parser.parse_args().assets
    os.environ.update(AWS)
    with tempfile.TemporaryDirectory() as folder:
        server, uri = mongodb.start(Path(folder) / "mongodb")
        cloud = Child(
            "s3", [sys.executable, "-m", "infra.local.clouds.aws", "--port", "0"], log=Path(folder) / "s3.log"
        )
        endpoint = "http://" + cloud.wait_for_line(r"listening on (\S+)", within=120)[1]
        boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=BUCKET)
        fill(uri, count)
        settings = Settings(
            mongodb_uri=SecretStr(uri),
            mongodb_database=DATABASE,
            mongodb_timeout_seconds=120,
            queue_high_url=endpoint,
            queue_normal_url=endpoint,
            queue_low_url=endpoint,
            aws_endpoint_url=endpoint,
            export_bucket=BUCKET,
        )
        good = tell(settings)
        cloud.stop()
        server.stop()
    sys.exit(not good)


if __name__ == "__main__":
    main()
