"""Wires everything, once per Lambda environment, each part when it is first needed."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from pymongo import MongoClient
from pymongo.database import Database

from chalicelib import collector, indexes
from chalicelib.access.audit import AuditLog
from chalicelib.access.authentication import Authenticator
from chalicelib.access.key_store import KeyStore
from chalicelib.access.keys import ApiKeys
from chalicelib.accounts.credentials import CredentialStore
from chalicelib.accounts.endpoints import EndpointRule
from chalicelib.accounts.pacing import Pacer
from chalicelib.accounts.schedule import SyncSchedule
from chalicelib.accounts.service import AccountService
from chalicelib.accounts.store import AccountStore
from chalicelib.assets.scopes import ScopeStore
from chalicelib.assets.store import AssetStore
from chalicelib.aws_clients import AwsClients
from chalicelib.clock import Clock, utc_now
from chalicelib.errors import Unavailable
from chalicelib.executors import executors
from chalicelib.executors.services import Exports, Services
from chalicelib.messages import TEXTS, Texts
from chalicelib.mongodb import connect
from chalicelib.settings import Settings, load, trace_header
from chalicelib.tasks.aftermath import Aftermath
from chalicelib.tasks.backlog import BacklogStore
from chalicelib.tasks.batch import BatchService
from chalicelib.tasks.buckets import Buckets
from chalicelib.tasks.bulk import BulkService
from chalicelib.tasks.children import Children
from chalicelib.tasks.claims import ClaimStore
from chalicelib.tasks.dispatch import Dispatch
from chalicelib.tasks.emf import Emf
from chalicelib.tasks.ended import EndedTasks
from chalicelib.tasks.executor import Executors
from chalicelib.tasks.lanes import Lanes
from chalicelib.tasks.load import LoadGauge
from chalicelib.tasks.meter import Meter
from chalicelib.tasks.model import Lane
from chalicelib.tasks.policy import Policy
from chalicelib.tasks.queue import SqsTaskQueue, TaskQueue
from chalicelib.tasks.recoverer import Recoverer
from chalicelib.tasks.report import MinuteReport
from chalicelib.tasks.runner import TaskRunner
from chalicelib.tasks.service import TaskService
from chalicelib.tasks.stats import StatsService
from chalicelib.tasks.store import TaskStore
from chalicelib.tasks.tallier import Tallier
from chalicelib.tasks.worker import Worker
from chalicelib.traces import Traces

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

    from chalicelib.access.oidc import OidcVerifier

Document = dict[str, Any]


class Container:
    def __init__(self, settings: Settings, *, clock: Clock = utc_now) -> None:
        self.settings = settings
        self._clock = clock

    @cached_property
    def texts(self) -> Texts:
        return TEXTS[self.settings.language]

    @cached_property
    def mongo(self) -> MongoClient[Document]:
        """Raises Unavailable."""
        return connect(self.mongodb_uri(), self.settings)

    def mongodb_uri(self) -> str:
        """Read when the first call needs the store; a changed parameter reaches the environments that start after.

        Raises Unavailable.
        """
        if self.settings.mongodb_uri is not None:
            return self.settings.mongodb_uri.get_secret_value()
        name = str(self.settings.mongodb_uri_parameter)
        try:
            return self.aws.ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        except (BotoCoreError, ClientError):  # cut off, as it could repeat an answer
            raise Unavailable(f"the address of the store could not be read from {name}", retry_after=5) from None

    @cached_property
    def database(self) -> Database[Document]:
        return self.mongo[self.settings.mongodb_database]

    @cached_property
    def aws(self) -> AwsClients:
        return AwsClients(self.settings.aws_endpoint_url)

    @cached_property
    def sqs(self) -> SQSClient:
        return self.aws.sqs

    @cached_property
    def traces(self) -> Traces:
        return Traces(trace_header)

    @cached_property
    def policy(self) -> Policy:
        return Policy.of(self.settings)

    @cached_property
    def task_store(self) -> TaskStore:
        return TaskStore(self.database["tasks"], self.policy, self.texts, record=self.ended_tasks.record)

    @cached_property
    def backlog(self) -> BacklogStore:
        return BacklogStore(self.database["tasks"], self.policy, self.texts)

    @cached_property
    def dispatch(self) -> Dispatch:
        return Dispatch(self.task_queue, self.backlog, clock=self._clock, traces=self.traces)

    @cached_property
    def lanes(self) -> Lanes:
        return Lanes(self.database["lanes"], self.backlog, clock=self._clock)

    @cached_property
    def children(self) -> Children:
        return Children(
            self.database["tasks"],
            self.dispatch,
            self.executors,
            policy=self.policy,
            clock=self._clock,
            texts=self.texts,
        )

    @cached_property
    def task_queue(self) -> TaskQueue:
        urls = {
            Lane.HIGH: self.settings.queue_high_url,
            Lane.NORMAL: self.settings.queue_normal_url,
            Lane.LOW: self.settings.queue_low_url,
        }
        return SqsTaskQueue(self.sqs, urls, self.traces)

    @cached_property
    def asset_store(self) -> AssetStore:
        return AssetStore(self.database["assets"], retention=timedelta(days=self.settings.asset_retention_days))

    @cached_property
    def scope_store(self) -> ScopeStore:
        return ScopeStore(self.database["scopes"])

    @cached_property
    def account_store(self) -> AccountStore:
        return AccountStore(self.database["accounts"], self.database["counters"])

    @cached_property
    def key_store(self) -> KeyStore:
        return KeyStore(self.database["keys"])

    @cached_property
    def keys(self) -> ApiKeys:
        return ApiKeys(self.key_store, clock=self._clock)

    @cached_property
    def audit(self) -> AuditLog:
        retention = timedelta(days=self.settings.audit_retention_days)
        return AuditLog(self.database["audit"], retention=retention, clock=self._clock)

    @cached_property
    def authenticator(self) -> Authenticator:
        accepted = self.settings.authentication.split("+")
        return Authenticator(
            keys=self.keys if "keys" in accepted else None, oidc=self._oidc() if "oidc" in accepted else None
        )

    def _oidc(self) -> OidcVerifier:
        from chalicelib.access.oidc import OidcVerifier  # noqa: PLC0415  only the authorizer needs cryptography

        return OidcVerifier.of(self.settings, clock=self._clock)

    @cached_property
    def pacer(self) -> Pacer:
        return Pacer(self.database["pacing"], clock=self._clock)

    @cached_property
    def accounts(self) -> AccountService:
        credentials = CredentialStore(
            self.aws.ssm,
            self.settings.parameter_prefix,
            cache_seconds=self.settings.credentials_cache_seconds,
            key=self.settings.parameter_key,
        )
        endpoints = EndpointRule.of_stage(deployed=self.settings.deployed, allow_list=self.settings.endpoint_allow_list)
        return AccountService(self.account_store, credentials, self.pacer, clock=self._clock, endpoints=endpoints)

    @cached_property
    def services(self) -> Services:
        from chalicelib.assets.reconcile import Reconciler  # noqa: PLC0415  most functions, and most requests, need none

        trusted = timedelta(hours=self.settings.compare_hours)
        reconciler = Reconciler(self.asset_store, self.scope_store, clock=self._clock, trusted=trusted)
        return Services(self.accounts, self.asset_store, reconciler, self.exports, self.texts)

    @cached_property
    def exports(self) -> Exports | None:
        settings = self.settings
        if settings.export_bucket is None:
            return None
        return Exports(self.aws.s3, settings.export_bucket, settings.export_link_seconds, self._clock)

    @cached_property
    def executors(self) -> Executors:
        return executors(lambda: self.services)

    @cached_property
    def tasks(self) -> TaskService:
        return TaskService(
            self.task_store,
            self.dispatch,
            self.children,
            self.executors,
            policy=self.policy,
            clock=self._clock,
            texts=self.texts,
        )

    @cached_property
    def batch(self) -> BatchService:
        return BatchService(self.task_store, self.dispatch, self.tasks)

    @cached_property
    def bulk(self) -> BulkService:
        return BulkService(self.task_store, self.tasks, clock=self._clock)

    @cached_property
    def worker(self) -> Worker:
        collector.relax()
        return Worker(
            ClaimStore(self.database["tasks"], self.policy, self.texts),
            TaskRunner(self.executors, self.children, policy=self.policy, clock=self._clock, traces=self.traces),
            Aftermath(self.dispatch, self.children),
            owner=f"{socket.gethostname()}/{os.getpid()}",
            policy=self.policy,
            clock=self._clock,
            meter=Meter(self.buckets, self.emf, clock=self._clock),
        )

    @cached_property
    def ended_tasks(self) -> EndedTasks:
        return EndedTasks(self.database["tasks"], self.database["ended"], clock=self._clock)

    @cached_property
    def buckets(self) -> Buckets:
        return Buckets(self.database["stats"])

    @cached_property
    def load_gauge(self) -> LoadGauge:
        return LoadGauge(self.database["tasks"], self.lanes, clock=self._clock)

    @cached_property
    def stats(self) -> StatsService:
        return StatsService(self.load_gauge, self.ended_tasks, self.buckets, clock=self._clock)

    @cached_property
    def emf(self) -> Emf:
        return Emf(self.settings.stage)

    @cached_property
    def minute_report(self) -> MinuteReport:
        tallier = Tallier(self.ended_tasks, self.buckets, clock=self._clock)
        return MinuteReport(tallier, self.load_gauge, self.emf, clock=self._clock)

    @cached_property
    def recoverer(self) -> Recoverer:
        return Recoverer(self.backlog, self.dispatch, self.lanes, clock=self._clock)

    @cached_property
    def sync_schedule(self) -> SyncSchedule:
        return SyncSchedule(self.account_store, self.tasks, clock=self._clock)

    def ensure_indexes(self) -> None:
        """Create every index that is missing; safe to repeat and to run beside a live service."""
        indexes.ensure(self.database)

    def close(self) -> None:
        """Give the store's connections back, and the worker's threads."""
        if "worker" in self.__dict__:
            self.worker.close()
        if "mongo" in self.__dict__:
            self.mongo.close()


_installed: list[Container] = []


def current() -> Container:
    """The container of this process, built from the environment on first use."""
    if not _installed:
        _installed.append(Container(load()))
        collector.relax()
    return _installed[0]


def install(container: Container | None) -> None:
    """Make ``current`` return ``container``; None makes it build a new one."""
    _installed[:] = [container] if container else []
