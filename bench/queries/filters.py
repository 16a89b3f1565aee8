"""What callers may choose, one choice at a time: every filter and every order of every list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.access.audit import AuditFilter
from chalicelib.accounts.model import AccountStatus
from chalicelib.assets.filter import SORTS, AssetFilter
from chalicelib.assets.model import ChangeKind
from chalicelib.assets.result import Verdict
from chalicelib.assets.store import Position
from chalicelib.clock import utc_now
from chalicelib.container import Container
from chalicelib.tasks.model import TaskStatus
from chalicelib.tasks.store import TaskFilter

TENANT = "default"
Choices = Sequence[Mapping[str, Any]]
NOW = utc_now()
HOUR = timedelta(hours=1)

TASKS: Choices = (
    {},
    {"type": "probe"},
    {"status": TaskStatus.PENDING},
    {"status": TaskStatus.FAILED, "type": "probe"},
    {"created_by": "tester"},
    {"start": NOW - HOUR, "end": NOW},
    {"status": TaskStatus.FAILED, "ended_since": NOW - HOUR, "ended_until": NOW},
    {"error": "broken"},
    {"subjects": ("a",)},
    {"subjects": ("a", "b")},
    {"parent_id": "p"},
    {"parent_id": "p", "status": TaskStatus.FAILED},
    {"parent_id": "p", "generation": 1},
    {"parent_id": "p", "generation": 1, "status": TaskStatus.FAILED},
    {"children": True},
    {"children": True, "status": TaskStatus.PENDING},
    {"children": True, "subjects": ("a",)},
)
ASSETS: Choices = (
    {},
    {"provider": "aliyun"},
    {"account_id": 1},
    {"region": "cn-shenzhen"},
    {"provider": "aliyun", "account_id": 1, "region": "cn-shenzhen", "type": "aliyun.ecs"},
    {"type": "ecs"},
    {"q": "we"},
    {"status": "running"},
    {"name": "web 1"},
    {"native_id": "i-"},
    {"ip": "10.0.0.1"},
    {"tags": {"k": "v"}},
    {"refers_to": "vpc-1"},
    {"first_seen_since": NOW - HOUR},
    {"changed_since": NOW - HOUR},
    {"deleted": True},
)
SCOPES: Choices = ({}, {"provider": "aliyun"}, {"provider": "aliyun", "account_id": 1}, {"verdict": Verdict.HELD})
ACCOUNTS: Choices = ({}, {"provider": "aliyun"}, {"status": AccountStatus.ACTIVE})
AUDIT: Choices = (
    {},
    {"subject": "me"},
    {"operation": "create_task"},
    {"target": "t"},
    {"start": NOW - HOUR, "end": NOW},
)


def play(container: Container) -> None:
    tasks(container)
    assets(container)
    others(container)


def tasks(container: Container) -> None:
    store = container.task_store
    for chosen in TASKS:
        which = TaskFilter(TENANT, **chosen)
        store.newest(which, limit=5)
        store.count(which)
        store.newest(which, limit=5, before="f")
    container.bulk.cancel(TaskFilter(TENANT, type="none"), dry_run=False)


def assets(container: Container) -> None:
    store = container.asset_store
    for chosen in ASSETS:
        which = AssetFilter(TENANT, **chosen)
        store.find(which, limit=5)
        store.count(which)
        store.changes(replace(which, changed_since=None), since=NOW - HOUR, kind=None, limit=5)
    changed: dict[str, Any] = {"since": NOW - HOUR, "limit": 5, "after": Position(NOW, "m")}
    for kind in (None, ChangeKind.UPDATED):
        store.changes(AssetFilter(TENANT), kind=kind, **changed)
    for name, field in SORTS.items():
        value = "m" if field in ("_id", "name") else NOW
        for sort in (name, f"-{name}"):
            store.find(AssetFilter(TENANT), limit=5, sort=sort)
            store.find(AssetFilter(TENANT), limit=5, sort=sort, after=Position(value, "m"))
            store.find(AssetFilter(TENANT, status="running"), limit=5, sort=sort)


def others(container: Container) -> None:
    for chosen in SCOPES:
        container.scope_store.find(TENANT, limit=1, offset=9, **chosen)  # behind the end: it has to count
    for chosen in ACCOUNTS:
        container.account_store.find(TENANT, **chosen)
    for chosen in AUDIT:
        container.audit.find(AuditFilter(TENANT, **chosen), limit=5)
