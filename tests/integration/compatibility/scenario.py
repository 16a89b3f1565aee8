"""Every method of every store once, in the service's own wiring: what is left out here is missing from the table.

Each part leaves behind what it made, and looks at no result but those it needs: what they do right is other tests'
business.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cached_property
from typing import Any

from pymongo import MongoClient
from pymongo.monitoring import CommandListener

from chalicelib.access.audit import AuditFilter, Deed
from chalicelib.access.principal import Principal
from chalicelib.access.roles import Role
from chalicelib.accounts.model import Account, AccountStatus
from chalicelib.assets.filter import AssetFilter
from chalicelib.assets.model import ChangeKind, Scope
from chalicelib.assets.reconcile import Reconciler
from chalicelib.assets.result import Verdict
from chalicelib.assets.run import Run
from chalicelib.assets.store import Position
from chalicelib.clock import utc_now
from chalicelib.container import Container
from chalicelib.errors import TaskCancelled
from chalicelib.mongodb import connect
from chalicelib.providers.base import ListedAsset, Page
from chalicelib.settings import Settings
from chalicelib.tasks.claims import ClaimStore
from chalicelib.tasks.context import Progress
from chalicelib.tasks.executor import Child, Executors
from chalicelib.tasks.model import KeyedRequest, Lane, Lease, Task, TaskStatus
from chalicelib.tasks.outcome import Cancelled, Completed, Continued, Failed, GivenBack, Outcome, Retry, Waiting
from chalicelib.tasks.service import Caller
from chalicelib.tasks.store import TaskFilter
from chalicelib.tasks.tallier import Tallier
from infra.doctor import store as doctor
from infra.doctor.checks import examine
from infra.migrations.lease import Lease as MigrationLease
from infra.migrations.runner import COLLECTION, migrate
from tests.support.probe import Probe, ProbeParams, table

TENANT = "default"
CALLER = Caller(TENANT, "tester")
MOMENT = timedelta(seconds=1)
SCOPE = Scope(TENANT, "aliyun", 1, "cn-shenzhen", "ecs")


class RecordedContainer(Container):
    """Tells ``recorder`` of every command; its tasks are probes."""

    def __init__(self, settings: Settings, recorder: CommandListener) -> None:
        super().__init__(settings)
        self._recorder = recorder
        self.probe = Probe(work=lambda params, context: {"did": params.name})

    @cached_property
    def mongo(self) -> MongoClient[dict[str, Any]]:
        return connect(self.mongodb_uri(), self.settings, event_listeners=[self._recorder])

    @cached_property
    def executors(self) -> Executors:
        self.probe.deduplicate = True
        return table(probe=self.probe)

    @property
    def claims(self) -> ClaimStore:
        return ClaimStore(self.database["tasks"], self.policy, self.texts)

    def submit(self, name: str, **options: Any) -> Task:
        return self.tasks.submit("probe", {"name": name} | options, caller=CALLER).task

    def settle(self, outcome: Outcome, *tasks: Task) -> None:
        token = secrets.token_hex(4)
        now = utc_now()
        claimed = self.claims.claim([task.id for task in tasks], Lease("w", token), now=now, until=now + MOMENT)
        self.claims.settle(token, [(one, outcome) for one in claimed], now=now)


def play(container: RecordedContainer) -> None:
    migrations(container)
    submitting_and_reading(container)
    claiming_and_settling(container)
    families(container)
    cancelling_retrying_and_deleting(container)
    backlog_and_lanes(container)
    accounts_and_pacing(container)
    keys_and_audit(container)
    assets(container)
    figures(container)
    health_and_doctor(container)


def migrations(container: RecordedContainer) -> None:
    migrate(container.database)
    migrate(container.database)
    lease = MigrationLease(container.database[COLLECTION], "me", clock=utc_now, lasts=MOMENT, every=MOMENT)
    lease.take()
    lease.take()
    with lease:
        pass


def submitting_and_reading(container: RecordedContainer) -> None:
    store = container.task_store
    task = container.tasks.submit("probe", {"name": "a"}, caller=CALLER, idempotency_key="k").task
    container.tasks.submit("probe", {"name": "a"}, caller=CALLER, idempotency_key="k2")
    store.get(TENANT, task.id)
    store.by_idempotency_keys(TENANT, ["k"])
    store.by_dedupe_keys([str(task.dedupe_key)])
    store.answers(task, KeyedRequest("k3", "f"))
    now = utc_now()
    which = TaskFilter(TENANT, type="probe", created_by="tester", start=now - MOMENT, end=now, error="not (here)")
    store.newest(which, limit=5, offset=1, before=task.id)
    store.newest(TaskFilter(TENANT, children=True), limit=5)
    container.tasks.find(TaskFilter(TENANT), limit=1)
    store.count(which)
    store.count(TaskFilter(TENANT, subjects=("a", "b")))
    store.insert_many([task])
    store.pending(TENANT, most=1)


def claiming_and_settling(container: RecordedContainer) -> None:
    outcomes: Sequence[Outcome] = (
        Completed({}),
        Failed("broken"),
        Cancelled(),
        Retry("again", MOMENT, 1),
        Continued({"page": 2}),
        GivenBack("draining"),
        Waiting({"kept": 1}, 2),
    )
    for number, outcome in enumerate(outcomes):
        container.settle(outcome, container.submit(f"settled {number}"))
        container.settle(outcome, *(container.submit(f"settled {number}, {twin}") for twin in ("a", "b")))
    ids = [container.submit(f"renewed {number}").id for number in range(3)]
    now = utc_now()
    container.claims.claim(ids, Lease("w", "t"), now=now, until=now + MOMENT)
    container.claims.renew("t", dict.fromkeys(ids) | {ids[0]: Progress(50, "half")}, until=now + MOMENT)
    container.claims.abandon(ids, "t", now=now)
    container.worker.run(ids)


def families(container: RecordedContainer) -> None:
    children = container.children
    parent = container.submit("parent")
    brood = [Child(name, "probe", ProbeParams(name=name)) for name in ("x", "y")]
    children.fan_out(parent, brood)
    children.fan_out(parent, brood)
    container.settle(Waiting(None, 2), parent)
    found = container.task_store.newest(TaskFilter(TENANT, parent_id=parent.id), limit=9)
    children.wanted(found[:1])
    children.any_open(parent.id, 0)
    children.any_open(parent.id, 1)
    children.progress([parent])
    container.settle(Waiting(None, 1), found[0])
    children.cancel_open(parent.id)
    children.cancel_open(parent.id, parent.generation)
    children.results(parent)
    children.check_released([parent.id])
    children.wake_if_done([(parent.id, 0)])
    children.wake(parent.id)


def cancelling_retrying_and_deleting(container: RecordedContainer) -> None:
    pending, running = container.submit("pending"), container.submit("running")
    now = utc_now()
    container.claims.claim([running.id], Lease("w", "t2"), now=now, until=now + MOMENT)
    container.tasks.cancel(TENANT, pending.id)
    container.tasks.cancel(TENANT, running.id)
    which = TaskFilter(TENANT)
    container.bulk.cancel(which, dry_run=True)
    container.bulk.cancel(which, dry_run=False)
    container.tasks.retry(TENANT, pending.id, by="me")
    container.bulk.retry(which, by="me", dry_run=False)
    container.settle(Failed("broken"), container.submit("dead"))
    for dead in container.task_store.newest(TaskFilter(TENANT, status=TaskStatus.FAILED), limit=1):
        container.tasks.drop_dead_letter(TENANT, dead.id)
    container.tasks.delete(TENANT, container.submit("gone").id, force=False)
    container.tasks.delete(TENANT, running.id, force=True)


def backlog_and_lanes(container: RecordedContainer) -> None:
    task = container.submit("stranded", priority=1)
    container.backlog.send_failed([task.id], now=utc_now() - MOMENT)
    container.lanes.pause(Lane.HIGH, by="me")
    container.lanes.paused()
    container.recoverer.run()
    container.lanes.resume(Lane.HIGH, by="me")
    container.recoverer.run()
    container.backlog.given_up(task.id, now=utc_now())
    container.children.buried(task.id)


def accounts_and_pacing(container: RecordedContainer) -> None:
    store = container.account_store
    now = utc_now()
    number = store.next_id(TENANT)
    account = Account(
        number,
        TENANT,
        "aliyun",
        "main",
        AccountStatus.ACTIVE,
        (),
        (),
        None,
        (),
        now,
        now,
        auto_sync=True,
        next_sync_at=now - MOMENT,
    )
    store.insert(account)
    store.get(TENANT, number)
    store.find(TENANT, provider="aliyun", status=AccountStatus.ACTIVE)
    store.update(TENANT, number, {"name": "renamed"})
    for due in store.due_for_sync(now, limit=1):
        store.plan_sync(due, now)
    store.delete(TENANT, number)
    pace = container.pacer.pace("default/1", 1, lambda seconds: _stop())
    with suppress(TaskCancelled):
        for _ in range(3):
            pace("cn-shenzhen", "DescribeInstances")


def _stop() -> None:
    raise TaskCancelled


def keys_and_audit(container: RecordedContainer) -> None:
    key, token = container.keys.mint(TENANT, Role.ADMIN, "mine", lifetime=MOMENT * 60, by="me")
    container.keys.principal(token)
    container.keys.list(TENANT)
    container.keys.revoke(TENANT, key.id)
    container.keys.revoke(TENANT, key.id)
    deed = Deed("create_task", ("t",), 200, 0, "127.0.0.1", "c")
    container.audit.record(Principal(TENANT, "me", Role.ADMIN), deed)
    now = utc_now()
    container.audit.find(AuditFilter(TENANT, "me", "create_task", "t", now - MOMENT, now, None), limit=5)


def assets(container: RecordedContainer) -> None:
    now = utc_now()
    all_of_them, one_changed, one_less = "aaaaaaaaaa", "abaaaaaaaa", "abaaaaaaa"
    listings = (all_of_them, one_changed, one_less, one_changed, one_less, one_less, one_changed)
    for number, states in enumerate(listings):
        reconcile(container, f"task-{number}", states)
    reconcile(container, "task-again", "bbbbbbbbbb", first_run=False)
    with suppress(TaskCancelled):
        reconcile(container, "task-cancelled", all_of_them, check=_stop)
    store = container.asset_store
    which = AssetFilter(
        TENANT,
        provider="aliyun",
        type="ecs",
        q="we",
        native_id="i-",
        status="a",
        tags={"k": "v"},
        first_seen_since=now - MOMENT,
        changed_since=now - MOMENT,
    )
    store.find(which, limit=2, offset=1)
    for asset in store.find(AssetFilter(TENANT), limit=1):
        store.get(TENANT, asset.id)
        store.history(TENANT, asset.id)
    live = AssetFilter(TENANT)
    store.find(live, limit=2, sort="name", after=Position("m", "a"))
    store.find(live, limit=2, sort="-id", after=Position("f" * 32, "f" * 32))
    store.count(which)
    list(store.stream(live, at_once=2))
    store.by_native_ids(SCOPE, ["i-1"])
    store.changes(live, since=now - MOMENT * 60, kind=ChangeKind.ADDED, limit=5)
    scopes = container.scope_store
    scopes.find(TENANT, provider="aliyun", account_id=1, verdict=Verdict.COMPLETE, limit=1, offset=0)
    scopes.live(TENANT)
    scopes.changes_by_day(TENANT, since=now - MOMENT)
    scopes.regions(TENANT)


def reconcile(container: RecordedContainer, task_id: str, states: str, **options: Any) -> None:
    """Each letter is an asset and its status."""
    reconciler = Reconciler(container.asset_store, container.scope_store, clock=utc_now)
    run = Run(task_id, fence=secrets.token_hex(4), **options)
    reconciler.reconcile(SCOPE, lambda start: iter([page(states)]), run)


def page(states: str) -> Page:
    listed = [
        ListedAsset(f"i-{number}", name=f"web {number}", status=state, tags={"k": "v"})
        for number, state in enumerate(states)
    ]
    return Page(tuple(listed), None, len(listed))


def figures(container: RecordedContainer) -> None:
    container.ended_tasks.first()
    container.minute_report.run()
    container.stats.window(timedelta(minutes=30))
    container.stats.window(timedelta(days=3))
    container.stats.totals()
    now = utc_now() + timedelta(hours=2)
    Tallier(container.ended_tasks, container.buckets, clock=lambda: now).run()


def health_and_doctor(container: RecordedContainer) -> None:
    container.mongo.admin.command("ping")
    list(examine(doctor.Store(container.database, doctor.Environments(1, 1), 1, utc_now), doctor.CHECKS))
