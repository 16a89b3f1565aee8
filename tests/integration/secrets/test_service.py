"""No secret that the service is entrusted with is found in anything it says, stores or writes, whatever fails."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from bson import json_util
from moto.server import ThreadedMotoServer
from pymongo import MongoClient
from pymongo.database import Database

from chalicelib.container import Container
from chalicelib.settings import load
from infra.local.clouds.faults import KINDS
from infra.local.clouds.server import CloudServer
from tests.integration.secrets.accounts import ACCOUNTS, SERVICE
from tests.integration.secrets.clouds import Cloud, clouds
from tests.integration.secrets.conftest import Census
from tests.integration.secrets.echo import Echo
from tests.integration.secrets.service import TOKEN, Service
from tests.integration.secrets.talkative import Saying
from tests.support.canary import Canary, mark

BUCKET = "cam-secrets"
PASSWORD = mark("store password")
WRONG = mark("wrong secret")
SECRETS = {name: secret for account in ACCOUNTS for name, secret in account.secrets.items()} | {
    "store_password": PASSWORD,
    "token_of_a_caller": TOKEN,
    "wrong_secret": WRONG,
    "service_secret": SERVICE["AWS_SECRET_ACCESS_KEY"],
}
"""Of the service's own credentials the others stand in the link to an export, which is signed with them."""
FAULTS = sorted(KINDS.keys() - {"slow", "empty", "duplicate_page", "wrong_total"})
SAYINGS = [("signature", "message"), ("denied", "message"), ("other", "message"), ("other", "code"), ("other", "page")]
"""Those that are tried again take their time, and are among the faults."""
RICHEST = {account.provider: account.name for account in ACCOUNTS}
"""The account of each cloud with the most to tell: those that are tested over HTTP too."""


@dataclass
class Stand:
    """A service with an account of every kind, and all that it could tell a secret to."""

    service: Service
    clouds: tuple[Cloud, ...]
    database: Database[dict[str, Any]]
    aws: dict[str, str]
    canary: Canary
    ids: dict[str, int] = field(default_factory=dict)
    ways: int = 0
    found: int = 0
    seen: set[str] = field(default_factory=set)

    def sync(self) -> set[str]:
        """Sync each account by itself in one batch; the statuses that the tasks end with."""
        ids = []
        for name, number in self.ids.items():
            body = {"provider": name.partition("_")[0], "account_id": number, "max_retry": 0}
            ids.append(self.service.ask("POST", "/tasks/sync-assets", body)["data"]["task_id"])
        self.service.work(*ids)
        return {task["status"] for task in self.database["tasks"].find({"_id": {"$in": ids}})}

    def test_accounts(self) -> None:
        for name in RICHEST.values():
            self.service.ask("POST", f"/accounts/{self.ids[name]}/test")

    def point(self, name: str, endpoint: str) -> None:
        self.service.ask("PUT", f"/accounts/{self.ids[name]}", {"endpoint": endpoint})

    def search(self, way: str, service: Service | None = None) -> list[str]:
        """Look through everything that can be seen by now, and was not yet: what was found, and where."""
        self.ways += 1
        asked = service or self.service
        texts = [("answer", answer) for answer in asked.answers]
        texts += [("output", output) for output in asked.output().values()]
        texts += [
            (name, json_util.dumps(document))
            for name in self.database.list_collection_names()
            for document in self.database[name].find()
        ]
        asked.answers.clear()
        found = [
            f"{way}: {sorted(names)} in {place}"
            for place, text in texts
            if text not in self.seen and (names := self.canary.found_in(text))
        ]
        self.seen.update(text for _, text in texts)
        self.found += len(found)
        return found


@pytest.fixture(scope="module")
def aws() -> Iterator[dict[str, str]]:
    """Queues, parameters and files on the wire."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    yield {"endpoint_url": url, "region_name": "us-east-1", **_keys()}
    server.stop()


def _keys() -> dict[str, str]:
    names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
    return {name: SERVICE[name.upper()] for name in names}


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
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


def test_nothing_tells_a_secret_while_all_is_well(stand: Stand) -> None:
    assert stand.sync() == {"completed"}
    stand.test_accounts()
    stand.service.ask("GET", "/accounts")
    exported = [
        stand.service.ask("POST", "/tasks/export-assets", {"format": form})["data"]["task_id"]
        for form in ("csv", "json", "xlsx")
    ]
    stand.service.work(*exported)
    s3 = boto3.client("s3", **stand.aws)  # type: ignore[call-overload]
    files = [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert len(files) == 3
    for key in files:
        text = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode("latin-1")
        assert stand.canary.found_in(text) == set()
    stand.service.ask("GET", "/tasks")
    stand.service.ask("GET", "/assets")
    stand.service.recover()
    assert stand.search("all is well") == []


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_of_a_cloud_tells_a_secret(stand: Stand, fault: str) -> None:
    for cloud in stand.clouds:
        cloud.faults.clear()
        cloud.faults.order(fault)
    try:
        assert "completed" not in stand.sync()
        stand.test_accounts()
    finally:
        for cloud in stand.clouds:
            cloud.faults.clear()
    assert stand.search(fault) == []


@contextmanager
def talking(stand: Stand) -> Iterator[None]:
    for cloud in stand.clouds:
        stand.point(cloud.account.name, cloud.bad)
    yield
    for cloud in stand.clouds:
        cloud.talkative.refuses_roles = False
        stand.point(cloud.account.name, cloud.good)


@pytest.mark.parametrize(("kind", "place"), SAYINGS)
def test_no_refusal_tells_a_secret(stand: Stand, kind: str, place: str) -> None:
    with talking(stand):
        for cloud in stand.clouds:
            cloud.talkative.saying = Saying(" ".join(cloud.account.secrets.values()), kind, place)
        assert stand.sync() == {"failed"}
        stand.test_accounts()
    assert stand.search(f"refused: {kind} in {place}") == []


def test_no_refused_role_tells_a_secret(stand: Stand) -> None:
    with talking(stand):
        for cloud in stand.clouds:
            cloud.talkative.refuses_roles = True
            given = [value for name, value in cloud.account.credentials.items() if name != "role_arn"]
            known = [*given, *(SERVICE.values() if cloud.account.name == "aws_role" else ())]
            cloud.talkative.saying = Saying(" ".join(known), "denied")
        assert stand.sync() == {"failed"}
        stand.test_accounts()
    assert stand.search("roles refused") == []


def test_no_wrong_secret_is_told(stand: Stand) -> None:
    entrusted = {cloud.account.name: dict(cloud.account.credentials) for cloud in stand.clouds}
    for cloud in stand.clouds:
        name = cloud.account.name
        field = "external_id" if name == "aws_role" else "access_key_secret"
        stand.service.ask("PUT", f"/accounts/{stand.ids[name]}", {"credentials": entrusted[name] | {field: WRONG}})
    assert "failed" in stand.sync()
    stand.test_accounts()
    for name, credentials in entrusted.items():
        stand.service.ask("PUT", f"/accounts/{stand.ids[name]}", {"credentials": credentials})
    assert stand.search("wrong signature") == []


@pytest.mark.parametrize("stored", ["nothing", "torn", "another type"])
def test_credentials_that_cannot_be_read_are_not_told(stand: Stand, stored: str) -> None:
    ssm = boto3.client("ssm", **stand.aws)  # type: ignore[call-overload]
    for cloud in stand.clouds:
        parameter = f"/cam/secrets/accounts/{stand.ids[cloud.account.name]}"
        whole = json.dumps(dict(cloud.account.credentials))
        ssm.delete_parameter(Name=parameter)
        if stored != "nothing":
            value = whole[:-3] if stored == "torn" else json.dumps([whole])
            ssm.put_parameter(Name=parameter, Value=value, Type="SecureString")
    assert stand.sync() == {"failed"}
    stand.test_accounts()
    for cloud in stand.clouds:
        credentials = {"credentials": dict(cloud.account.credentials)}
        stand.service.ask("PUT", f"/accounts/{stand.ids[cloud.account.name]}", credentials)
    assert stand.search(f"stored: {stored}") == []


def test_a_request_that_holds_credentials_in_the_wrong_place_is_answered_without_them(stand: Stand) -> None:
    secret = ACCOUNTS[0].credentials["access_key_secret"]
    named = {"provider": "aliyun", "name": "n"}
    bodies: list[Any] = [
        named | {"credentials": secret},
        named | {"credentials": [secret]},
        named | {"credentials": {"access_key_id": [secret], "access_key_secret": {"is": secret}}},
        named | {"credentials": {"access_key_id": "k", "access_key_secret": secret, "unknown": secret}},
        named | {"credentials": {"access_key_id": secret}},
        named | {"credentials": {"access_key_id": "k", "access_key_secret": secret * 200}},
        named | {"credentials": {"access_key_id": "k", "access_key_secret": secret}, "access_key_secret": secret},
        {"provider": "aliyun", "name": "n" * 500, "credentials": {"access_key_secret": secret}},
        {"provider": secret, "name": "n", "credentials": {}},
        {"provider": "aliyun", "asset_types": ["ecs"], "access_key_secret": secret},
        {"provider": "aliyun", "account_id": secret},
        secret,
        [secret],
        json.dumps(named | {"credentials": {"access_key_secret": secret}})[:-2],
        f'{{"access_key_secret": "{secret}", "access_key_secret": {secret}}}',
    ]
    number = stand.ids["aliyun_keys"]
    places = [("POST", "/accounts"), ("PUT", f"/accounts/{number}"), ("POST", "/tasks/sync-assets")]
    for method, path in places:
        for body in bodies:
            answer = stand.service.ask(method, path, body if isinstance(body, str) else json.dumps(body))
            assert answer["code"] >= 40000, (method, path, body)
    for path in ("/accounts", "/tasks", "/assets", "/changes"):
        assert stand.service.ask("GET", path, access_key_secret=secret)["code"] >= 40000
    stand.ways += len(places) * len(bodies) + 3
    assert stand.search("wrong place") == []


def test_an_executor_that_crashes_with_credentials_in_its_hands_does_not_tell_them(
    stand: Stand, environ: dict[str, str], tmp_path: Path
) -> None:
    with Service(environ, tmp_path, consumer="tests.integration.secrets.crashing.consume_normal") as crashing:
        usual, stand.service = stand.service, crashing
        try:
            assert stand.sync() == {"failed"}
            assert stand.search("crash") == []
        finally:
            stand.service = usual
        assert "RuntimeError" in crashing.output()["worker.log"]


def _unreachable(uri: str, port: int) -> str:
    head, _, tail = uri.partition("@")
    return f"{head}@127.0.0.1:{port}/{tail.partition('/')[2]}"


@pytest.mark.parametrize("way", ["another password", "not quoted", "in place of the user", "an option", "no store"])
def test_a_store_that_cannot_be_used_does_not_tell_its_password(
    stand: Stand, environ: dict[str, str], tmp_path: Path, way: str
) -> None:
    uri, quoted = environ["CAM_MONGODB_URI"], quote(PASSWORD, safe="")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    changed = {
        "another password": uri.replace(quoted, quoted[::-1].replace("%", "") + quoted),
        "not quoted": uri.replace(quoted, PASSWORD),
        "in place of the user": uri.replace(f"cam:{quoted}", quoted),
        "an option": f"{uri}&wtimeoutMS={quoted}&password={quoted}&authMechanismProperties={quoted}",
        "no store": _unreachable(uri, port),
    }[way]
    short = {"CAM_MONGODB_URI": changed, "CAM_MONGODB_TIMEOUT_SECONDS": "0.5", "CAM_LEASE_SECONDS": "1"}
    with Service(environ | short, tmp_path) as service:
        answer = service.ask("GET", "/tasks")
        assert answer["code"] == 0 if way == "an option" else answer["code"] >= 50000
        service.work("00000000-0000-4000-8000-000000000000")
        service.recover()
        assert stand.search(f"store: {way}", service) == []


def test_an_aws_that_repeats_every_request_is_not_repeated(
    stand: Stand, environ: dict[str, str], tmp_path: Path
) -> None:
    kept = [json.dumps(dict(cloud.account.credentials)) for cloud in stand.clouds]
    with CloudServer(Echo(SERVICE.values(), kept)) as echo:
        refused = {"CAM_AWS_ENDPOINT_URL": echo.url, "CAM_MONGODB_URI_PARAMETER": "/cam/secrets/uri"}
        queues = {name: f"{echo.url}/1/q" for name in environ if name.startswith("CAM_QUEUE_")}
        with Service(environ | refused | queues, tmp_path) as service:
            usual, stand.service = stand.service, service
            try:
                assert stand.sync() == {"failed"}
                for cloud in stand.clouds:
                    body = {"credentials": dict(cloud.account.credentials)}
                    service.ask("PUT", f"/accounts/{stand.ids[cloud.account.name]}", body)
                assert stand.search("AWS refuses") == []
            finally:
                stand.service = usual
        without = {name: value for name, value in (environ | refused).items() if name != "CAM_MONGODB_URI"}
        (tmp_path / "second").mkdir()
        with Service(without, tmp_path / "second") as service:
            assert service.ask("GET", "/tasks")["code"] == 50300
            assert stand.search("AWS refuses the address of the store", service) == []
