"""The service that the tests share, and what they have tried: a table behind them."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from pymongo import MongoClient

from chalicelib.container import Container
from chalicelib.settings import load
from infra.local.processes import Child
from tests.hostile.secrets.accounts import ACCOUNTS, SERVICE
from tests.hostile.secrets.clouds import clouds
from tests.hostile.secrets.service import Service
from tests.hostile.secrets.stand import BUCKET, PASSWORD, SECRETS, Stand
from tests.support.canary import Canary

STARTED_WITHIN_SECONDS = 120


@dataclass
class Census:
    secrets: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ways: Counter[str] = field(default_factory=Counter)
    searched: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)

    def add(self, where: str, *, secrets: Iterable[str], ways: int, searched: int, found: int) -> None:
        """``ways`` to fail, tried with each of the ``secrets``, and the texts ``searched``."""
        self.secrets[where] |= set(secrets)
        self.ways[where] = max(self.ways[where], ways)
        self.searched[where] += searched
        self.found[where] += found

    def lines(self) -> Iterator[str]:
        yield f"{'':12}{'secrets':>10}{'ways':>10}{'searched':>10}{'found':>10}"
        for where, secrets in self.secrets.items():
            yield f"{where:12}{len(secrets):>10}{self.ways[where]:>10}{self.searched[where]:>10}{self.found[where]:>10}"


CENSUS = pytest.StashKey[Census]()


@pytest.fixture(scope="session")
def census(pytestconfig: pytest.Config) -> Census:
    return pytestconfig.stash.setdefault(CENSUS, Census())


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Queues, parameters and files on the wire, in a process that shares nothing with other tests' emulators."""
    log = tmp_path_factory.mktemp("aws") / "log"
    server = Child("aws", [sys.executable, "-m", "infra.local.clouds.aws", "--port", "0"], log=log)
    address = server.wait_for_line(r"listening on (\S+)", within=STARTED_WITHIN_SECONDS)[1]
    yield {"endpoint_url": f"http://{address}", "region_name": "us-east-1", **_keys()}
    server.stop()


def _keys() -> dict[str, str]:
    names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
    return {name: SERVICE[name.upper()] for name in names}


@pytest.fixture(scope="session")
def environ(aws: dict[str, str], mongodb_uri: str, mongo: MongoClient[dict[str, Any]]) -> dict[str, str]:
    name = "test_secrets"
    mongo[name].command("createUser", "cam", pwd=PASSWORD, roles=["readWrite"])
    uri = mongodb_uri.replace("//", f"//cam:{quote(PASSWORD, safe='')}@") + f"&authSource={name}"
    sqs = boto3.client("sqs", **aws)  # type: ignore[call-overload]
    boto3.client("s3", **aws).create_bucket(Bucket=BUCKET)  # type: ignore[call-overload]
    queues = {lane: sqs.create_queue(QueueName=f"secrets-{lane}")["QueueUrl"] for lane in ("high", "normal", "low")}
    return {
        **SERVICE,
        **{f"CAM_QUEUE_{lane.upper()}_URL": url for lane, url in queues.items()},
        "AWS_DEFAULT_REGION": "us-east-1",
        "CAM_AWS_ENDPOINT_URL": aws["endpoint_url"],
        "CAM_MONGODB_URI": uri,
        "CAM_MONGODB_DATABASE": name,
        "CAM_MONGODB_TIMEOUT_SECONDS": "5",
        "CAM_PARAMETER_PREFIX": "/cam/secrets",
        "CAM_CREDENTIALS_CACHE_SECONDS": "0",
        "CAM_EXPORT_BUCKET": BUCKET,
        "CAM_BATCH_THREADS": str(len(ACCOUNTS)),
        "POWERTOOLS_LOG_LEVEL": "DEBUG",
        "DEBUG": "sdk",
        "NO_PROXY": "127.0.0.1",
        "HTTP_PROXY": "",
    }


@pytest.fixture(scope="session")
def stand(
    environ: dict[str, str],
    aws: dict[str, str],
    mongo: MongoClient[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
    census: Census,
) -> Iterator[Stand]:
    container = Container(load(environ))
    container.ensure_indexes()
    container.close()
    folder = tmp_path_factory.mktemp("output")
    with clouds() as served, Service(environ, folder) as service:
        made = Stand(service, served, mongo[environ["CAM_MONGODB_DATABASE"]], aws, Canary(**SECRETS))
        for cloud in served:
            account = cloud.account
            body = {
                "provider": account.provider,
                "name": account.name,
                "credentials": dict(account.credentials),
                "regions": [account.region],
                "asset_types": ["ecs"],
                "endpoint": cloud.good,
            }
            made.ids[account.name] = service.ask("POST", "/accounts", body)["data"]["id"]
        yield made
        census.add("the service", secrets=SECRETS, ways=made.ways, searched=made.canary.searched, found=made.found)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if census := config.stash.get(CENSUS, None):
        terminalreporter.section("secrets: tried and found")
        for line in census.lines():
            terminalreporter.write_line(line)
