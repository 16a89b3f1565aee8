"""What released code has stored and sent, today's code takes on: tasks in flight survive a deploy."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.access.roles import Role
from chalicelib.tasks.model import OPEN, Lane
from infra.local.clouds.server import CloudServer
from tests.api.conftest import Service, aliyun_account
from tests.samples import files
from tests.samples.files import Sample, folder_of, versions
from tests.samples.make import play, stage, start
from tests.samples.scene import ACCOUNT, HERE, MINUTE, SYNC, THERE, Cloud, cloud, copy
from tests.samples.shapes import shapes
from tests.support.clock import FakeClock

PASSES = 20
NEXT_VERSION = (
    "what is stored has another shape than the newest samples: see that code of the last release can read it "
    "(docs/operations.md, Deploys), then make the next version with python -m tests.samples.make and commit it beside "
    "the others"
)


@dataclass
class Deployed:
    """Today's service on the store, the queues and the cloud as an earlier release left them."""

    service: Service
    sample: Sample
    clock: FakeClock

    @property
    def tasks(self) -> dict[str, dict[str, Any]]:
        return {task["_id"]: task for task in self.sample.stored["tasks"]}

    def all_of(self, path: str, name: str) -> list[dict[str, Any]]:
        """A list, page by page."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.service.get(f"{path}{cursor}").data
            found += page[name]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    def live(self) -> set[str]:
        return {asset["id"] for asset in self.all_of("/assets?limit=3", "assets")}

    def finish(self) -> dict[str, dict[str, Any]]:
        """Deliver the messages that were in the queues, then have everything run that is open; returns all tasks."""
        assert self.service.post("/lanes/low/resume").status == 200
        for body in self.sample.messages:
            lane = Lane(json.loads(body)["lane"])
            self.service.sqs.send_message(QueueUrl=self.service.urls[lane], MessageBody=body)
        self.service.work()
        for _ in range(PASSES):
            found = {task["id"]: task for task in self.all_of("/tasks?limit=50&include_children=true", "tasks")}
            if not any(task["status"] in OPEN for task in found.values()):
                return {task_id: self.service.get(f"/tasks/{task_id}").data for task_id in found}
            self.clock.advance(MINUTE)
            self.service.container.recoverer.run()
            self.service.work()
        raise AssertionError([task for task in found.values() if task["status"] in OPEN])


def cloud_of(sample: Sample) -> Cloud:
    """It has the machines that are stored as live."""
    fake = cloud()
    for region in (HERE, THERE):
        fake.inventory.remove("ecs", region, *fake.inventory.native_ids("ecs", region))
        stored = [it for it in sample.stored["assets"] if it.get("region") == region and "deleted_at" not in it]
        copy(fake.inventory, "ecs", region, [asset["native_id"] for asset in stored])
    return fake


@pytest.fixture(params=versions())
def deployed(request: pytest.FixtureRequest, mongodb_uri: str, aws: None) -> Iterator[Deployed]:
    clock = FakeClock(start())
    sample = files.read(folder_of(request.param), now=clock())
    with stage(mongodb_uri, clock) as service, CloudServer(cloud_of(sample)) as server:
        for collection, documents in sample.stored.items():
            service.container.database[collection].insert_many(documents)
        where = {name: aliyun_account(server.url)[name] for name in ("endpoint", "credentials")}
        assert service.call("PUT", f"/accounts/{ACCOUNT}", where).status == 200
        yield Deployed(service, sample, clock)


def test_every_document_is_shown(deployed: Deployed) -> None:
    listed = deployed.all_of("/tasks?limit=4&include_children=true", "tasks")
    assert Counter(task["status"] for task in listed) == Counter(it["status"] for it in deployed.tasks.values())
    for task in listed:
        shown = deployed.service.get(f"/tasks/{task['id']}").data
        assert _in_lists(shown) == _in_lists(task)
    live = {it["_id"] for it in deployed.sample.stored["assets"] if "tenant" in it and "deleted_at" not in it}
    assert deployed.live() == live
    for asset in live:
        assert deployed.service.get(f"/assets/{asset}").status == 200
        assert deployed.service.get(f"/assets/{asset}/changes").data["changes"]
    for path, name in {"/accounts": "accounts", "/keys": "keys", "/scopes": "scopes"}.items():
        assert len(deployed.service.get(path).data[name]) == len(deployed.sample.stored[name])
    rows = {row["id"] for row in deployed.all_of("/audit?limit=10", "rows")}
    assert {row["_id"] for row in deployed.sample.stored["audit"]} < rows
    paused = {lane["lane"] for lane in deployed.service.get("/lanes").data["lanes"] if lane["paused"]}
    assert paused == {it["_id"] for it in deployed.sample.stored["lanes"] if it["paused"]}
    assert deployed.service.get("/assets/summary").status == 200
    assert deployed.service.get("/dead-letters").data["total"] > 0
    assert deployed.service.get("/changes?since=2020-01-01T00:00:00Z").data["changes"]


def test_lists_go_on_where_a_former_page_ended(deployed: Deployed) -> None:
    for path, cursor in deployed.sample.cursors.items():
        assert deployed.service.get(f"{path}&cursor={cursor}").status == 200


def test_a_key_still_opens(deployed: Deployed) -> None:
    assert deployed.service.container.keys.principal(deployed.sample.key).role is Role.OPERATOR


def test_a_request_that_is_repeated_finds_its_task(deployed: Deployed) -> None:
    (keyed,) = (task for task in deployed.tasks.values() if len(task.get("requests", ())) > 1)
    body = SYNC | {"asset_types": ["vpc"], "priority": keyed["priority"]}
    for request in keyed["requests"]:
        header = {"Idempotency-Key": request["key"].removeprefix("api:")}
        assert deployed.service.post("/tasks/sync-assets", body, **header).data["task_id"] == keyed["_id"]


def test_all_that_was_in_flight_ends_as_it_should(deployed: Deployed) -> None:
    before = deployed.live()
    ended = deployed.finish()
    for task_id, task in deployed.tasks.items():
        if task["status"] in OPEN:
            wanted = "cancelled" if task["cancel_requested"] else "completed"
            assert ended[task_id]["status"] == wanted, ended[task_id]
        else:
            assert ended[task_id]["status"] == task["status"]
    assert before <= deployed.live()


def test_a_listing_goes_on_from_its_checkpoint(deployed: Deployed) -> None:
    (continued,) = (task for task in deployed.tasks.values() if "listing" in (task.get("checkpoint") or {}))
    result = deployed.finish()[continued["_id"]]["result"]
    (detail,) = result["details"]
    assert (detail["verdict"], result["error_count"]) == ("complete", 0)
    assert result["total_count"] > continued["checkpoint"]["counts"]["total"] > 0


def test_a_parent_that_waits_is_joined_with_children_of_both_releases(deployed: Deployed) -> None:
    waiting = [task for task in deployed.tasks.values() if task.get("waiting")]
    assert waiting
    ended = deployed.finish()
    for parent in waiting:
        children = [task for task in ended.values() if task["parent_id"] == parent["_id"]]
        result = ended[parent["_id"]]["result"]
        assert result["total_count"] == sum(child["result"]["total_count"] for child in children) > 0
        assert len(result["details"]) == len(children) > 1


def test_what_has_failed_can_be_retried(deployed: Deployed) -> None:
    failed = [task for task in deployed.finish().values() if task["status"] == "failed" and not task["parent_id"]]
    assert failed
    for task in failed:
        assert deployed.service.post(f"/tasks/{task['id']}/retry").status == 200
        deployed.service.work()
        assert deployed.service.get(f"/tasks/{task['id']}").data["status"] == "completed"


def test_a_sync_finds_the_inventory_as_it_was(deployed: Deployed) -> None:
    """What an earlier release wrote is neither added again nor deleted."""
    deployed.finish()
    body = SYNC | {"regions": [HERE, THERE], "asset_types": ["ecs"]}
    result = deployed.service.finished("/tasks/sync-assets", body)["result"]
    assert (result["added_count"], result["deleted_count"]) == (0, 0)
    assert result["total_count"] == result["unchanged_count"] > 0


def test_counting_goes_on(deployed: Deployed) -> None:
    before = deployed.service.container.stats.totals()
    deployed.finish()
    deployed.clock.advance(5 * MINUTE)
    deployed.service.container.minute_report.run()
    after = deployed.service.container.stats.totals()
    assert after.types["sync_assets"].completed > before.types["sync_assets"].completed > 0


def test_the_newest_samples_have_the_shapes_that_are_written_today(mongodb_uri: str, aws: None) -> None:
    written, made = play(mongodb_uri)
    newest = files.read(folder_of(versions()[-1]), now=made)
    today, known = (_shapes(sample) for sample in (written, newest))
    assert today == known, NEXT_VERSION


def _in_lists(task: dict[str, Any]) -> dict[str, Any]:
    """What a list tells of a task: not its parts. The duration of one that runs grows between two looks."""
    result = {name: value for name, value in (task["result"] or {}).items() if name not in ("details", "errors")}
    return task | {"duration": None, "result": result}


def _shapes(sample: Sample) -> dict[str, set[str]]:
    """Those of messages, too."""
    return shapes({**sample.stored, "messages": [json.loads(body) for body in sample.messages]})
