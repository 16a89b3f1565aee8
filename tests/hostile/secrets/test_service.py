"""No secret that the service is entrusted with is found in anything it says, stores or writes, whatever fails."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import pytest

from chalicelib.tasks.model import DEFAULT_TENANT
from infra.local.clouds.faults import KINDS
from infra.local.clouds.server import CloudServer
from tests.hostile.secrets.accounts import ACCOUNTS, SERVICE
from tests.hostile.secrets.echo import Echo
from tests.hostile.secrets.service import Service
from tests.hostile.secrets.stand import BUCKET, PASSWORD, WRONG, Stand
from tests.hostile.secrets.talkative import Saying

FAULTS = sorted(KINDS.keys() - {"slow", "empty", "duplicate_page", "wrong_total"})
SAYINGS = [("signature", "message"), ("denied", "message"), ("other", "message"), ("other", "code"), ("other", "page")]
"""Those that are tried again take their time, and are among the faults."""


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
        parameter = f"/cam/secrets/accounts/{DEFAULT_TENANT}/{stand.ids[cloud.account.name]}"
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
    with Service(environ, tmp_path, consumer="tests.hostile.secrets.crashing.consume_normal") as crashing:
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
