"""Wires everything, once per Lambda environment, each part when it is first needed."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.parameters import GetParameterError, SSMProvider
from pymongo import MongoClient
from pymongo.database import Database

from chalicelib.access.audit import AuditLog
from chalicelib.access.authentication import Authenticator
from chalicelib.access.key_store import KeyStore
from chalicelib.access.keys import ApiKeys
from chalicelib.access.roles import Role
from chalicelib.accounts.credentials import CredentialStore
from chalicelib.accounts.pacing import Pacer
from chalicelib.accounts.schedule import SyncSchedule
from chalicelib.accounts.service import AccountService
from chalicelib.accounts.store import AccountStore
from chalicelib.assets.reconcile import Reconciler
from chalicelib.assets.scopes import ScopeStore
from chalicelib.assets.store import AssetStore
from chalicelib.clock import Clock, utc_now
from chalicelib.errors import Unavailable
from chalicelib.executors import executors
from chalicelib.executors.services import Exports, Services
from chalicelib.messages import TEXTS, Texts
from chalicelib.settings import Settings, load
from chalicelib.tasks.aftermath import Aftermath
from chalicelib.tasks.backlog import BacklogStore
from chalicelib.tasks.batch import BatchService
from chalicelib.tasks.bulk import BulkService
from chalicelib.tasks.children import Children
from chalicelib.tasks.claims import ClaimStore
from chalicelib.tasks.dispatch import Dispatch
from chalicelib.tasks.executor import Executors
from chalicelib.tasks.lanes import Lanes
from chalicelib.tasks.model import Lane
from chalicelib.tasks.policy import Policy
from chalicelib.tasks.queue import SqsTaskQueue, TaskQueue
from chalicelib.tasks.recoverer import Recoverer
from chalicelib.tasks.runner import TaskRunner
from chalicelib.tasks.service import TaskService
from chalicelib.tasks.store import TaskStore
from chalicelib.tasks.worker import Worker

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient

    from chalicelib.access.oidc import OidcVerifier

Document = dict[str, Any]

QUEUE_CONNECT_SECONDS = 1
QUEUE_READ_SECONDS = 3
"""Nobody waits long for the queue: what it does not take is sent later. boto3 by itself would wait for five minutes."""


class Container:
    def __init__(self, settings: Settings, *, clock: Clock = utc_now) -> None:
        self.settings = settings
        self._clock = clock

    @cached_property
    def texts(self) -> Texts:
        return TEXTS[self.settings.language]

    @cached_property
    def mongo(self) -> MongoClient[Document]:
        timeout = int(self.settings.mongodb_timeout_seconds * 1000)
        return MongoClient(
            self._mongodb_uri(),
            tz_aware=True,
            appname="cam-tasks",
            serverSelectionTimeoutMS=timeout,
            connectTimeoutMS=timeout,
            socketTimeoutMS=timeout,
        )

    def _mongodb_uri(self) -> str:
        """Read when the first call needs the store; a changed parameter reaches the environments that start after.

        Raises Unavailable.
        """
        if self.settings.mongodb_uri is not None:
            return self.settings.mongodb_uri.get_secret_value()
        name = str(self.settings.mongodb_uri_parameter)
        try:
            return str(SSMProvider(boto3_client=self.ssm).get(name, decrypt=True))
        except GetParameterError:  # cut off, as it could repeat an answer
            raise Unavailable(f"the address of the store could not be read from {name}", retry_after=5) from None

    @cached_property
    def database(self) -> Database[Document]:
        return self.mongo[self.settings.mongodb_database]

    @cached_property
    def sqs(self) -> SQSClient:
        import boto3  # noqa: PLC0415  a cold start that needs no queue does not pay for it
        from botocore.config import Config  # noqa: PLC0415

        impatient = Config(
            connect_timeout=QUEUE_CONNECT_SECONDS,
            read_timeout=QUEUE_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
        return boto3.client("sqs", endpoint_url=self.settings.aws_endpoint_url, config=impatient)

    @cached_property
    def ssm(self) -> SSMClient:
        import boto3  # noqa: PLC0415

        return boto3.client("ssm", endpoint_url=self.settings.aws_endpoint_url)

    @cached_property
    def policy(self) -> Policy:
        settings = self.settings
        return Policy(
            lease=timedelta(seconds=settings.lease_seconds),
            beat=timedelta(seconds=settings.beat_seconds),
            threads=settings.batch_threads,
            patience=timedelta(seconds=settings.patience_seconds),
            recheck=timedelta(seconds=settings.recheck_seconds),
            first_backoff=timedelta(seconds=settings.first_backoff_seconds),
            longest_backoff=timedelta(seconds=settings.longest_backoff_seconds),
            max_hops=settings.max_hops,
            max_pending=settings.max_pending,
            retention=timedelta(days=settings.retention_days),
        )

    @cached_property
    def task_store(self) -> TaskStore:
        return TaskStore(self.database["tasks"], self.policy, self.texts)

    @cached_property
    def backlog(self) -> BacklogStore:
        return BacklogStore(self.database["tasks"], self.policy, self.texts)

    @cached_property
    def dispatch(self) -> Dispatch:
        return Dispatch(self.task_queue, self.backlog, clock=self._clock)

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
        return SqsTaskQueue(self.sqs, urls)

    @cached_property
    def asset_store(self) -> AssetStore:
        return AssetStore(self.database["assets"])

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
        from chalicelib.access.jwks import Jwks  # noqa: PLC0415  only the authorizer needs cryptography
        from chalicelib.access.oidc import Claims, OidcVerifier  # noqa: PLC0415

        settings = self.settings
        claims = Claims(
            role=settings.oidc_role_claim,
            roles={name: Role(role) for name, role in settings.oidc_roles.items()},
            tenant=settings.oidc_tenant_claim,
            fixed_tenant=settings.oidc_tenant,
        )
        jwks = Jwks(str(settings.oidc_jwks_url), clock=self._clock)
        return OidcVerifier(str(settings.oidc_issuer), str(settings.oidc_audience), jwks, claims)

    @cached_property
    def pacer(self) -> Pacer:
        return Pacer(self.database["pacing"], clock=self._clock)

    @cached_property
    def accounts(self) -> AccountService:
        credentials = CredentialStore(
            self.ssm, self.settings.parameter_prefix, cache_seconds=self.settings.credentials_cache_seconds
        )
        return AccountService(self.account_store, credentials, self.pacer, clock=self._clock)

    @cached_property
    def services(self) -> Services:
        reconciler = Reconciler(self.asset_store, self.scope_store, clock=self._clock)
        return Services(self.accounts, self.asset_store, reconciler, self.exports, self.texts)

    @cached_property
    def exports(self) -> Exports | None:
        settings = self.settings
        if settings.export_bucket is None:
            return None
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        # Links to what KMS encrypts, and to a bucket that is young, work in every region only when made like this.
        signed = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
        client = boto3.client("s3", endpoint_url=settings.aws_endpoint_url, config=signed)
        return Exports(client, settings.export_bucket, settings.export_link_seconds, self._clock)

    @cached_property
    def executors(self) -> Executors:
        return executors(self.services)

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
        return BulkService(self.task_store, self.dispatch, self.tasks, clock=self._clock)

    @cached_property
    def worker(self) -> Worker:
        return Worker(
            ClaimStore(self.database["tasks"], self.policy, self.texts),
            TaskRunner(self.executors, self.children, policy=self.policy, clock=self._clock),
            Aftermath(self.dispatch, self.children),
            owner=f"{socket.gethostname()}/{os.getpid()}",
            policy=self.policy,
            clock=self._clock,
        )

    @cached_property
    def recoverer(self) -> Recoverer:
        return Recoverer(self.backlog, self.dispatch, self.lanes, clock=self._clock)

    @cached_property
    def sync_schedule(self) -> SyncSchedule:
        return SyncSchedule(self.account_store, self.tasks, clock=self._clock)

    def ensure_indexes(self) -> None:
        """Create every index that is missing; safe to repeat and to run beside a live service."""
        stores = (self.task_store, self.asset_store, self.scope_store, self.account_store, self.pacer)
        for store in (*stores, self.key_store, self.audit):
            store.ensure_indexes()

    def close(self) -> None:
        """Give the store's connections back."""
        if "mongo" in self.__dict__:
            self.mongo.close()


_installed: list[Container] = []


def current() -> Container:
    """The container of this process, built from the environment on first use."""
    if not _installed:
        _installed.append(Container(load()))
    return _installed[0]


def install(container: Container | None) -> None:
    """Make ``current`` return ``container``; None makes it build a new one."""
    _installed[:] = [container] if container else []
