"""Two tenants with accounts of the same number: every route of the one is tried on what belongs to the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from chalicelib.api.catalogue import CATALOGUE
from chalicelib.api.permissions import OF_THE_SERVICE, OPEN
from infra.local.clouds.aliyun import DEFAULT_KEY, FakeAliyun, generate
from infra.local.clouds.server import CloudServer
from tests.api.conftest import Guarded, Party, aliyun_account

REGION = "cn-shenzhen"
OTHER_ACCOUNT = 124
WRONG = {"access_key_id": DEFAULT_KEY.access_key_id, "access_key_secret": "wrong"}
SYNC = {"provider": "aliyun", "account_id": 123, "asset_types": ["ecs"], "regions": [REGION]}


@dataclass(frozen=True)
class Owner:
    """A tenant that has one of everything. ``marks`` are ids and names that nobody else may see."""

    party: Party
    task: str
    failed: str
    asset: str
    key: str
    instances: int
    marks: tuple[str, ...]


def owner_of(guarded: Guarded, tenant: str, url: str, instances: int) -> Owner:
    """Account 123 works, account 124 has wrong credentials and a failed sync."""
    party = guarded.party(tenant=tenant)
    party.post("/accounts", aliyun_account(url, name=f"{tenant}-works"))
    fails = {"id": OTHER_ACCOUNT, "name": f"{tenant}-fails", "credentials": WRONG, "regions": [f"cn-{tenant}"]}
    party.post("/accounts", aliyun_account(url, **fails))
    done = party.finished("/tasks/sync-assets", SYNC)
    assert done["result"]["total_count"] == instances, done
    failed = party.finished("/tasks/sync-assets", SYNC | {"account_id": OTHER_ACCOUNT})
    assert failed["status"] == "failed"
    page = party.get("/assets?limit=100").data
    assert page["total"] == instances
    key = party.post("/keys", {"name": f"{tenant}-key", "role": "viewer"}).data["id"]
    named = (f"{tenant}-works", f"{tenant}-fails", f"{tenant}-key", f"cn-{tenant}")
    ids = tuple(asset["id"] for asset in page["assets"])
    return Owner(
        party,
        done["id"],
        failed["id"],
        ids[0],
        key,
        instances,
        (done["id"], failed["id"], key, party.subject, *named, *ids),
    )


@pytest.fixture
def owners(guarded: Guarded) -> Iterator[tuple[Owner, Owner]]:
    with (
        CloudServer(FakeAliyun(generate(5, regions=(REGION,)))) as blue,
        CloudServer(FakeAliyun(generate(7, seed=2, regions=(REGION,)))) as green,
    ):
        yield owner_of(guarded, "blue", blue.url, 5), owner_of(guarded, "green", green.url, 7)


def everything(owner: Owner) -> dict[str, Any]:
    """What the owner sees of their own things, but for the audit and the uses of keys, which looking changes."""
    paths = ("/tasks", "/dead-letters", "/accounts", "/assets?limit=100", "/scopes", "/changes?since=2020-01-01")
    seen: dict[str, Any] = {path: owner.party.get(path).data for path in paths}
    seen["/keys"] = [(key["id"], key["revoked_at"]) for key in owner.party.get("/keys").data["keys"]]
    return seen


# By operation: the path that names what is the victim's, and a body. All of it must not be there for others.
OF_OTHERS: dict[str, tuple[str, Any]] = {
    "get_task": ("/tasks/{it.task}", None),
    "delete_task": ("/tasks/{it.task}?force=true", None),
    "list_children": ("/tasks/{it.task}/children", None),
    "cancel_task": ("/tasks/{it.task}/cancel", None),
    "retry_task": ("/tasks/{it.failed}/retry", None),
    "drop": ("/dead-letters/{it.failed}", None),
    "get_account": ("/accounts/124", None),
    "change_account": ("/accounts/124", {"name": "taken"}),
    "delete_account": ("/accounts/124", None),
    "test_account": ("/accounts/124/test", None),
    "get_asset": ("/assets/{it.asset}", None),
    "list_changes_of": ("/assets/{it.asset}/changes", None),
    "list_relations": ("/assets/{it.asset}/relations", None),
    "revoke_key": ("/keys/{it.key}", None),
    "submit_unknown": ("/tasks/{it.task}", {}),
}
# By operation: lists, asked for in every way that could lead to the victim's things.
LISTS: dict[str, tuple[str, ...]] = {
    "list_tasks": (
        *("/tasks", "/tasks?include_children=true", "/tasks?created_by={it.party.subject}"),
        "/tasks?cursor={it.failed}",
    ),
    "list_dead_letters": ("/dead-letters",),
    "list_accounts": ("/accounts",),
    "list_assets": ("/assets?limit=100", "/assets?account_id=124", "/assets?deleted=true&limit=100"),
    "summarise": ("/assets/summary",),
    "list_changes": ("/changes?since=2020-01-01",),
    "list_scopes": ("/scopes",),
    "list_providers": ("/providers",),
    "list_keys": ("/keys",),
    "list_audit": ("/audit", "/audit?subject={it.party.subject}", "/audit?target={it.task}"),
    "whoami": ("/whoami",),
    "list_lanes": ("/lanes",),
}
MANY = {"cancel_many": "/tasks/cancel", "retry_many": "/tasks/retry", "redrive": "/dead-letters/redrive"}
MAKING = {
    *("submit_sync_assets", "submit_discover_assets", "submit_export_assets", "create_batch"),
    *("create_account", "create_key"),
}


METHODS = {operation.name: operation.method for blueprint in CATALOGUE for operation in blueprint.operations}


class Matrix:
    """Each route, who tried it on what is another's, and what came of it."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, operation: str, path: str, came: str, by: str = "another") -> None:
        self.lines.append(f"{METHODS[operation]:<8}{path:<44}{by:<10}{came}")


@pytest.fixture(scope="module")
def matrix() -> Iterator[Matrix]:
    """Printed when pytest is run with -s."""
    made = Matrix()
    yield made
    print("", *made.lines, sep="\n")  # noqa: T201


def test_every_operation_is_tried() -> None:
    assert METHODS.keys() == {*OF_OTHERS, *LISTS, *MANY, *MAKING, *OF_THE_SERVICE, *OPEN, "ready"}


def test_what_is_anothers_is_not_there(guarded: Guarded, owners: tuple[Owner, Owner], matrix: Matrix) -> None:
    blue, _ = owners
    stranger = guarded.party(tenant="stranger")
    before = everything(blue)
    statuses = {
        name: stranger.call(METHODS[name], path.format(it=blue), body).status
        for name, (path, body) in OF_OTHERS.items()
    }
    for name, status in statuses.items():
        matrix.add(name, OF_OTHERS[name][0], str(status))
    assert statuses == dict.fromkeys(OF_OTHERS, 404)
    assert everything(blue) == before


def test_a_list_has_only_what_is_ones_own(owners: tuple[Owner, Owner], matrix: Matrix) -> None:
    for one, other in (owners, owners[::-1]):
        for name, path in ((name, path) for name, paths in LISTS.items() for path in paths):
            reply = one.party.get(path.format(it=other))
            assert reply.status == 200, (path, reply.body)
            assert [mark for mark in other.marks if mark in json.dumps(reply.data)] == [], path
            matrix.add(name, path, f"{reply.status}, nothing of {other.party.tenant}", one.party.tenant)
        assert one.party.get("/assets/summary").data["total"] == one.instances
        assert one.party.get("/scopes").data["total"] == 2


def test_acting_on_many_acts_on_ones_own(guarded: Guarded, owners: tuple[Owner, Owner], matrix: Matrix) -> None:
    blue, green = owners
    stranger = guarded.party(tenant="stranger")
    before = everything(blue), everything(green)
    for name, path in MANY.items():
        reply = stranger.post(path, {"type": "sync_assets"})
        assert reply.data["matched"] == 0
        matrix.add(name, path, f"{reply.status}, on none")
        dry = blue.party.post(path, {"type": "sync_assets", "dry_run": True}).data["matched"]
        assert dry == (0 if path.endswith("cancel") else 1)
    assert (everything(blue), everything(green)) == before


def test_an_account_of_another_cannot_be_used_and_its_number_may_be_taken(
    guarded: Guarded, owners: tuple[Owner, Owner], matrix: Matrix
) -> None:
    blue, _ = owners
    stranger = guarded.party(tenant="stranger")
    wanted = {"sync": SYNC, "discover": {"provider": "aliyun", "account_id": 123, "region": REGION}}
    for kind, body in wanted.items():
        refused = stranger.post(f"/tasks/{kind}-assets", body)
        assert (refused.status, "no account 123" in refused.error) == (400, True)
        matrix.add(f"submit_{kind}_assets", f"/tasks/{kind}-assets of account 123", str(refused.status))
    batch = [{"type": f"{kind}_assets", "body": body} for kind, body in wanted.items()]
    answered = stranger.post("/tasks/batch", {"tasks": batch}).data["tasks"]
    assert [(one["task_id"], one["code"], "no account 123" in one["error"]) for one in answered] == [
        (None, 40000, True)
    ] * len(batch)
    assert stranger.get("/tasks?include_children=true").data["total"] == 0
    matrix.add("create_batch", "/tasks/batch of account 123", "400 for each")
    assert stranger.post("/accounts", aliyun_account("http://127.0.0.1:9")).status == 201
    assert stranger.call("DELETE", "/accounts/123").status == 200
    assert blue.party.get("/accounts/123").status == 200
    stored = {parameter["Name"] for parameter in boto3.client("ssm").describe_parameters()["Parameters"]}
    assert stored == {f"/cam/test/accounts/{tenant}/{number}" for tenant in ("blue", "green") for number in (123, 124)}


def test_each_tenant_numbers_its_accounts_for_itself(guarded: Guarded) -> None:
    new = {name: value for name, value in aliyun_account("http://127.0.0.1:9").items() if name != "id"}
    blue, green = guarded.party(tenant="blue"), guarded.party(tenant="green")
    assert [blue.post("/accounts", new).data["id"] for _ in range(2)] == [1, 2]
    assert green.post("/accounts", new).data["id"] == 1


def test_credentials_of_the_same_number_are_told_apart(owners: tuple[Owner, Owner]) -> None:
    blue, green = owners
    blue.party.call("PUT", "/accounts/123", {"credentials": WRONG})
    assert blue.party.post("/accounts/123/test").data["ok"] is False
    assert green.party.post("/accounts/123/test").data["ok"] is True


def test_the_same_task_and_the_same_key_of_two_tenants_are_two_tasks(owners: tuple[Owner, Owner]) -> None:
    key = {"Idempotency-Key": "nightly"}
    first = [owner.party.post("/tasks/sync-assets", SYNC, **key).data for owner in owners]
    again = [owner.party.post("/tasks/sync-assets", SYNC).data for owner in owners]
    assert first[0]["task_id"] != first[1]["task_id"]
    assert [one["task_id"] for one in again] == [one["task_id"] for one in first]
    assert all(one.get("deduplicated") for one in again)


def test_an_export_has_ones_own_assets_and_lies_below_ones_own_name(owners: tuple[Owner, Owner]) -> None:
    for owner in owners:
        done = owner.party.finished("/tasks/export-assets", {"format": "json"})
        assert done["result"]["count"] == owner.instances
        assert f"/{owner.party.tenant}/{done['id']}/" in done["result"]["url"]


def test_keys_that_a_tenant_makes_are_its_own(guarded: Guarded) -> None:
    made = guarded.party(tenant="blue").post("/keys", {"name": "n", "role": "admin"}).data["key"]
    assert guarded.service.call("GET", "/whoami", Authorization=f"Bearer {made}").data["tenant"] == "blue"


WHOLE = {
    "pause": ("POST", "/lanes/low/pause"),
    "resume": ("POST", "/lanes/low/resume"),
    "get_stats": ("GET", "/stats"),
}


def test_what_touches_every_tenant_is_for_the_operators(guarded: Guarded, matrix: Matrix) -> None:
    assert WHOLE.keys() == OF_THE_SERVICE
    for name, (method, path) in WHOLE.items():
        refused = guarded.party(tenant="blue").call(method, path)
        matrix.add(name, path, str(refused.status), "blue")
        assert (refused.status, "it is for the tenant default" in refused.error) == (403, True)
        assert guarded.party().call(method, path).status == 200
    figures = guarded.party(tenant="blue").key
    http = guarded.service.client.http
    refused_page = http.get("/metrics", headers={"Authorization": f"Bearer {figures}"})
    matrix.lines.append(f"{'GET':<8}{'/metrics':<44}{'blue':<10}{refused_page.status_code}")
    assert refused_page.status_code == 403
