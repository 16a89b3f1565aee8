"""Least privilege: the roles of a deployed stack against the calls that its functions make."""

from __future__ import annotations

import json
import sys
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from pymongo import MongoClient
from pymongo.collection import Collection

from chalicelib.access.roles import Role
from chalicelib.api.callers import NewKey
from infra import keys
from infra.migrations.__main__ import migrate_stage
from infra.package.environment import environment_of
from infra.package.overlay.names import API, BURY, FUNCTIONS, LANES, RECOVER, SCHEDULE_SYNCS, SYNC_REQUESTED, Function
from infra.package.overlay.roles import GRANTS
from infra.package.places import Output
from infra.package.stage import Stage
from tests.conftest import DUMMY_AWS
from tests.package import recorder
from tests.package.privileges import Call, Grant, Record, granted
from tests.package.stack import ON_LOOPBACK, Stack, running
from tests.support.conditions import eventually

TASK_SECONDS = 120
PRIORITIES = {"high": 9, "normal": 5, "low": 0}
ROLE = "arn:aws:iam::210987654321:role/cam-inventory"
CLOCK = {"version": "0", "id": "i", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}


class ByAws(NamedTuple):
    """A grant that no code of these functions uses."""

    functions: tuple[Function, ...]
    action: str
    resources: str
    """The end of the ARN; empty for any."""
    reason: str

    def explains(self, grant: Grant, function: Function) -> bool:
        its = (function.resource, self.action) == (grant.function, grant.action)
        return its and grant.resources.endswith(self.resources)


POLLED = tuple(function for function in FUNCTIONS if function.queue)
ENCRYPTING = tuple(function for function in FUNCTIONS if GRANTS[function])
SENDING = tuple(function for function in ENCRYPTING if function is not BURY)
MADE_BY_AWS = (
    ByAws(FUNCTIONS, "logs:CreateLogStream", "", "Lambda writes the log of a function by its role"),
    ByAws(FUNCTIONS, "logs:PutLogEvents", "", "Lambda writes the log of a function by its role"),
    ByAws(FUNCTIONS, "xray:PutTraceSegments", "", "Lambda's daemon sends the traces by the function's role"),
    ByAws(FUNCTIONS, "xray:PutTelemetryRecords", "", "Lambda's daemon sends the traces by the function's role"),
    ByAws(POLLED, "sqs:ReceiveMessage", "", "Lambda polls the queue that triggers the function by its role"),
    ByAws(POLLED, "sqs:DeleteMessage", "", "Lambda deletes what the function took by its role"),
    ByAws(POLLED, "sqs:GetQueueAttributes", "", "Lambda looks at the queue that triggers the function by its role"),
    ByAws(ENCRYPTING, "kms:Decrypt", "", "SQS, S3 and SSM use the key for who calls; Lambda, for the queue it polls"),
    ByAws(SENDING, "kms:GenerateDataKey", "", "SQS and S3 use the key for who calls them"),
    ByAws((API,), "kms:Encrypt", "", "Parameter Store uses the key for who keeps credentials"),
    ByAws((SYNC_REQUESTED,), "sqs:SendMessage", "-lost-events", "Lambda sends what the function could not take"),
)


@dataclass(frozen=True)
class Driver:
    """Has the functions of a stack do all that they do."""

    stack: Stack
    record: Record
    api: httpx.Client
    broken: Collection[dict[str, Any]]
    """The collection of assets, for one that no export can read."""

    def run(self) -> None:
        assert self.api.get("/ready").json()["data"] == {"status": "ready"}
        account = self._accounts()
        for lane, priority in PRIORITIES.items():
            self._completes("sync-assets", account_id=account, asset_types=["vpc"], priority=priority)
            link = self._completes("export-assets", priority=priority)["result"]["url"]
            assert "X-Amz-Signature" in link, lane
        self.broken.insert_one({"_id": "broken", "tenant": "default", "region": "broken"})
        for priority in PRIORITIES.values():
            retried = self._submit("export-assets", region="broken", max_retry=1, priority=priority)
            assert self._ended(retried)["status"] == "failed"
        self.broken.delete_one({"_id": "broken"})
        self._invoke(SCHEDULE_SYNCS)
        assert self._lanes_of(SCHEDULE_SYNCS) == set(LANES)
        self._strand_in_every_lane()
        self._events()
        dead = json.dumps({"v": 1, "task_id": str(uuid.uuid4()), "lane": "low"})
        queue = self.stack.physical("DeadLettersQueue")
        self.stack.client("sqs").send_message(QueueUrl=queue, MessageBody=dead)
        for function in FUNCTIONS:
            eventually(partial(self._called, function), within=TASK_SECONDS, every=0.5)

    def _accounts(self) -> int:
        """An account of AWS that is there to stay, as are others, so that each lane has one's schedule; one more was
        changed, tested and deleted.
        """
        new = {
            "provider": "aws",
            "name": "inventory",
            "credentials": {"role_arn": ROLE, "external_id": "known"},
            "regions": ["us-east-1", "eu-west-1"],
            "asset_types": ["vpc"],
            "endpoint": self.stack.url,
        }
        kept, *_ = [
            self._created(new | {"auto_sync": True, "sync_priority": priority}) for priority in PRIORITIES.values()
        ]
        passing = self._created(new)
        changed = self.api.put(f"/accounts/{passing}", json={"credentials": new["credentials"]})
        assert changed.status_code == 200, changed.text
        tested = self.api.post(f"/accounts/{passing}/test").json()["data"]
        assert tested["ok"], tested
        assert self.api.delete(f"/accounts/{passing}").status_code == 200
        return kept

    def _created(self, account: dict[str, Any]) -> int:
        answer = self.api.post("/accounts", json=account)
        assert answer.status_code == 201, answer.text
        created: int = answer.json()["data"]["id"]
        return created

    def _submit(self, kind: str, **body: Any) -> str:
        provider = {"provider": "aws"} if kind == "sync-assets" else {}
        answer = self.api.post(f"/tasks/{kind}", json=provider | body)
        assert answer.status_code in (200, 201, 202), answer.text
        task: str = answer.json()["data"]["task_id"]
        return task

    def _ended(self, task: str) -> dict[str, Any]:
        def ended() -> dict[str, Any]:
            found: dict[str, Any] = self.api.get(f"/tasks/{task}").json()["data"]
            return found if found["status"] in ("completed", "failed") else {}

        return eventually(ended, within=TASK_SECONDS, every=0.3)

    def _completes(self, kind: str, **body: Any) -> dict[str, Any]:
        done = self._ended(self._submit(kind, **body))
        assert done["status"] == "completed", done
        return done

    def _invoke(self, function: Function) -> None:
        name = self.stack.physical(function.resource)
        event = CLOCK | {"account": "1", "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "resources": []}
        ran = self.stack.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        assert "FunctionError" not in ran, ran["Payload"].read()

    def _strand_in_every_lane(self) -> None:
        """Until the recoverer has sent to every lane: a worker may be sooner than the pause."""

        def sent() -> bool:
            for lane, priority in PRIORITIES.items():
                self.api.post(f"/lanes/{lane}/pause")
                self._submit("export-assets", priority=priority)
                self.api.post(f"/lanes/{lane}/resume")
            self._invoke(RECOVER)
            return self._lanes_of(RECOVER) == set(LANES)

        eventually(sent, within=TASK_SECONDS, every=1)

    def _events(self) -> None:
        """Each asks for something else: what is asked for twice is one task, in the lane of the first."""
        for priority, kind in zip(PRIORITIES.values(), ("vpc", "ecs", "disk"), strict=True):
            detail = {"provider": "aws", "asset_types": [kind], "dry_run": True, "priority": priority}
            entry = {"Source": "cam", "DetailType": "SyncRequested", "Detail": json.dumps(detail)}
            assert self.stack.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0
        eventually(lambda: self._lanes_of(SYNC_REQUESTED) == set(LANES), within=TASK_SECONDS, every=0.5)

    def _lanes_of(self, function: Function) -> set[str]:
        sent = [call for call in self.record.calls() if call[:2] == (function.resource, "sqs:SendMessage")]
        return {call.resource.rpartition("-")[2] for call in sent}

    def _called(self, function: Function) -> bool:
        return any(call.function == function.resource for call in self.record.calls())


@pytest.fixture(scope="module")
def record(
    package: Output, stage: Stage, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Record]:
    """The record of a stack whose functions have done all that they do."""
    folder, database = tmp_path_factory.mktemp("emulator"), f"privileges-{uuid.uuid4().hex[:8]}"
    calls = folder / "calls"
    own = {"CAM_MONGODB_DATABASE": database}
    recording = {"PYTHONPATH": str(Path(recorder.__file__).parent), "CALLS": str(calls)}
    with (
        running(package, folder, stage=ON_LOOPBACK, environ=own | recording) as stack,
        httpx.Client(base_url=stack.api, timeout=60, trust_env=False) as api,
        MongoClient[dict[str, Any]](mongodb_uri) as store,
        pytest.MonkeyPatch.context() as environ,
    ):
        stack.client("ssm").put_parameter(Name=stage.mongodb_parameter, Value=mongodb_uri, Type="SecureString")
        for name, value in DUMMY_AWS.items():
            environ.setenv(name, value)
        at = {"CAM_AWS_ENDPOINT_URL": stack.url} | own
        migrate_stage("prod", at)
        admin = keys.mint(environment_of("prod", at), "default", NewKey(name="test", role=Role.ADMIN))
        api.headers["Authorization"] = f"Bearer {admin}"
        made = Record(stack, calls)
        Driver(stack, made, api, store[database]["assets"]).run()
        yield made
        store.drop_database(database)


@pytest.fixture(scope="module")
def grants(record: Record) -> list[Grant]:
    return granted(record.stack)


def test_a_role_allows_every_call_that_its_function_makes(record: Record, grants: list[Grant]) -> None:
    calls = record.calls()
    assert {call.function for call in calls} == {function.resource for function in FUNCTIONS}
    sys.stdout.write(f"\n{table(calls)}\n")
    assert lacking(calls, grants) == []


def test_a_grant_that_is_taken_away_is_missed(record: Record, grants: list[Grant]) -> None:
    calls = record.calls()
    used = [grant for grant in grants if any(grant.covers(call) for call in calls)]
    assert used
    assert [grant for grant in used if not lacking(calls, [one for one in grants if one != grant])] == []


def test_a_role_allows_nothing_that_its_function_never_calls(record: Record, grants: list[Grant]) -> None:
    calls = record.calls()
    unused = [grant for grant in grants if not any(grant.covers(call) for call in calls)]
    explained = [grant for grant in unused for one in MADE_BY_AWS for its in one.functions if one.explains(grant, its)]
    assert [grant for grant in unused if grant not in explained] == []


def test_what_aws_does_by_a_role_is_allowed_by_it(grants: list[Grant]) -> None:
    wanted = [(one, function) for one in MADE_BY_AWS for function in one.functions]
    assert [(one, its) for one, its in wanted if not any(one.explains(grant, its) for grant in grants)] == []


def lacking(calls: Iterable[Call], grants: list[Grant]) -> list[Call]:
    return [call for call in calls if not any(grant.covers(call) for grant in grants)]


def table(calls: Counter[Call]) -> str:
    by_action = Counter[tuple[str, str]]()
    for call, count in calls.items():
        by_action[call.function, call.action] += count
    lines = [f"{function:<14} {action:<26} {count:>5}" for (function, action), count in sorted(by_action.items())]
    return "\n".join([f"{'function':<14} {'action':<26} {'calls':>5}", *lines])
