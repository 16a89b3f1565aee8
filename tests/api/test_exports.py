"""Exports: the whole of a filter, in three formats, behind a link."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any
from urllib.parse import urlencode

import boto3
import openpyxl  # type: ignore[import-untyped]
import pytest

from chalicelib.api.assets import ListQuery
from chalicelib.assets.filter import AssetFilter
from chalicelib.assets.upload import PART_BYTES, S3Writer
from chalicelib.executors.export_assets import ExportParams
from infra.local.clouds.aliyun import FakeAliyun
from tests.api.conftest import INSTANCES, REGIONS, Service
from tests.conftest import BUCKET

SYNC = {"provider": "aliyun", "asset_types": ["ecs"]}


@pytest.fixture(autouse=True)
def _synced(service: Service, account: int, fake: FakeAliyun) -> None:
    native_id = fake.inventory.native_ids("ecs", REGIONS[0])[0]
    fake.inventory.update("ecs", REGIONS[0], native_id, InstanceName="=cmd|'/c calc'!A1")
    service.finished("/tasks/sync-assets", SYNC)


def content(task: dict[str, Any]) -> bytes:
    """What lies where the task says."""
    assert task["status"] == "completed", task["error"]
    assert task["result"]["key"] in task["result"]["url"]
    assert task["result"]["expires_at"] > task["completed_at"]
    body = boto3.client("s3").get_object(Bucket=BUCKET, Key=task["result"]["key"])["Body"].read()
    assert len(body) == task["result"]["bytes"]
    return body


def test_csv_has_a_row_an_asset_and_no_formula(service: Service) -> None:
    task = service.finished("/tasks/export-assets", {})
    rows = list(csv.DictReader(io.StringIO(content(task).decode("utf-8-sig"))))
    assert len(rows) == task["result"]["count"] == INSTANCES
    names = {row["name"] for row in rows}
    assert "'=cmd|'/c calc'!A1" in names
    assert not any(name.startswith("=") for name in names)
    assert task["progress"] == 100


def test_json_is_an_object_a_line_with_everything(service: Service) -> None:
    task = service.finished("/tasks/export-assets", {"format": "json", "region": REGIONS[0]})
    rows = [json.loads(line) for line in content(task).splitlines()]
    assert {row["region"] for row in rows} == {REGIONS[0]}
    assert all(row["attributes"]["InstanceId"] == row["native_id"] for row in rows)
    assert len({row["id"] for row in rows}) == len(rows) == task["result"]["count"]


@pytest.mark.parametrize("name", ["xlsx", "excel"])
def test_excel_opens_and_holds_text_only(service: Service, name: str) -> None:
    task = service.finished("/tasks/export-assets", {"format": name, "type": "ecs"})
    sheet = openpyxl.load_workbook(io.BytesIO(content(task)), read_only=True).active
    header, *rows = sheet.iter_rows(values_only=True)
    assert header[:3] == ("id", "provider", "account_id")
    assert len(rows) == INSTANCES
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}


def test_an_export_is_of_any_filter_that_a_list_has(service: Service) -> None:
    listed = set(ListQuery.model_fields) - {"sort", "offset", "limit", "cursor"} | {"tags"}
    assert set(ExportParams.model_fields) - {"format"} == listed
    assert listed == {it.name for it in fields(AssetFilter)} - {"tenant"}
    some = service.get("/assets?limit=1&type=ecs").data["assets"][0]
    for chosen in (
        {"name": some["name"]},
        {"native_id": some["native_id"]},
        {"ip": some["ips"][0]},
        {"refers_to": some["relations"][0]["native_id"], "native_id": some["native_id"]},
        {"first_seen_since": some["first_seen_at"], "name": some["name"]},
        {"changed_since": "2999-01-01"},
    ):
        exported = service.finished("/tasks/export-assets", {"format": "json", **chosen})["result"]["count"]
        assert exported == service.get(f"/assets?{urlencode(chosen)}&limit=1").data["total"] < INSTANCES, chosen
        assert (exported > 0) == ("changed_since" not in chosen), chosen


def test_deleted_assets_are_exported_when_asked_for(service: Service, fake: FakeAliyun) -> None:
    fake.inventory.remove("ecs", REGIONS[0], fake.inventory.native_ids("ecs", REGIONS[0])[0])
    for _ in range(2):
        service.finished("/tasks/sync-assets", SYNC)
    counts = [
        service.finished("/tasks/export-assets", {"deleted": deleted})["result"]["count"] for deleted in (False, True)
    ]
    assert counts == [INSTANCES - 1, INSTANCES]


def test_nothing_that_matches_is_an_empty_file(service: Service) -> None:
    task = service.finished("/tasks/export-assets", {"format": "json", "tags": {"no": "such"}})
    assert (content(task), task["result"]["count"]) == (b"", 0)


@pytest.mark.parametrize(
    "body",
    [{"format": "pdf"}, {"changed_since": "soon"}, {"tags": {"a": {"$gt": ""}}}, {"type": "../etc"}, {"limit": 1}],
)
def test_a_bad_request_for_an_export_answers_400(service: Service, body: dict[str, Any]) -> None:
    assert service.post("/tasks/export-assets", body).status == 400


def test_a_large_file_goes_up_in_parts_and_an_interrupted_one_leaves_nothing(service: Service) -> None:
    client = boto3.client("s3")

    def blocks() -> Iterator[bytes]:
        yield from [b"x" * (PART_BYTES // 2)] * 5

    with S3Writer(client, BUCKET, "large", content_type="text/plain") as sink:
        for block in blocks():
            sink.write(block)
    stored = client.head_object(Bucket=BUCKET, Key="large")
    assert stored["ContentLength"] == sink.bytes_written == 5 * (PART_BYTES // 2)
    assert stored["ETag"].strip('"').endswith("-3")

    def break_off() -> None:
        with S3Writer(client, BUCKET, "broken", content_type="text/plain") as sink:
            sink.write(b"x" * PART_BYTES)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        break_off()
    assert client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == []
    assert [item["Key"] for item in client.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["large"]
