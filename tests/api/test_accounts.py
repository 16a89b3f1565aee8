"""The routes of accounts: what they take, and that they never give a secret back."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from infra.local.clouds.server import CloudServer
from tests.api.conftest import REGIONS, Service, aliyun_account

SECRET = "canary-secret-8f3a"


def test_an_account_is_created_read_changed_and_deleted(service: Service, cloud: CloudServer) -> None:
    made = service.post("/accounts", aliyun_account(cloud.url))
    assert made.status == 201
    assert (made.data["id"], made.data["status"], made.data["regions"]) == (123, "active", [])
    assert service.get("/accounts/123").data == made.data

    changed = service.call("PUT", "/accounts/123", {"status": "disabled", "regions": ["cn-hangzhou"]})
    assert (changed.data["status"], changed.data["regions"], changed.data["name"]) == (
        "disabled",
        ["cn-hangzhou"],
        "demo",
    )
    assert service.get("/accounts?provider=aliyun&status=disabled").data["total"] == 1
    assert service.get("/accounts?provider=aws").data["accounts"] == []

    assert service.call("DELETE", "/accounts/123").data is None
    assert service.get("/accounts/123").status == 404
    assert boto3.client("ssm").describe_parameters()["Parameters"] == []


def test_ids_are_given_out_once_and_a_taken_one_is_a_conflict(service: Service, cloud: CloudServer) -> None:
    service.post("/accounts", aliyun_account(cloud.url))
    assert service.post("/accounts", aliyun_account(cloud.url)).status == 409
    unnumbered = aliyun_account(cloud.url)
    del unnumbered["id"]
    assert service.post("/accounts", unnumbered).data["id"] == 124
    service.call("DELETE", "/accounts/124")
    assert service.post("/accounts", unnumbered).data["id"] == 125


def test_credentials_are_write_only_encrypted_and_never_shown(service: Service, cloud: CloudServer) -> None:
    secrets = {"access_key_id": "id-" + SECRET, "access_key_secret": SECRET}
    replies = [
        service.post("/accounts", aliyun_account(cloud.url, credentials=secrets)),
        service.get("/accounts/123"),
        service.get("/accounts"),
        service.post("/accounts/123/test"),
        service.call("PUT", "/accounts/123", {"credentials": secrets}),
        service.post("/accounts", aliyun_account(cloud.url, credentials=secrets)),
        service.post("/accounts", aliyun_account(cloud.url, credentials=secrets | {"color": SECRET})),
        service.post("/accounts", aliyun_account(cloud.url, credentials={"access_key_id": [SECRET]})),
    ]
    assert [reply.status for reply in replies] == [201, 200, 200, 200, 200, 409, 400, 400]
    assert SECRET not in json.dumps([reply.body for reply in replies])
    assert replies[0].data["credential_fields"] == ["access_key_id", "access_key_secret"]

    (stored,) = boto3.client("ssm").describe_parameters()["Parameters"]
    assert (stored["Name"], stored["Type"]) == ("/cam/test/accounts/123", "SecureString")
    assert SECRET not in str(service.container.database["accounts"].find_one({"_id": 123}))


def test_testing_an_account_says_what_the_cloud_saw(service: Service, account: int) -> None:
    seen = service.post(f"/accounts/{account}/test").data
    assert (seen["ok"], seen["error"]) == (True, "")
    assert set(seen["regions"]) >= set(REGIONS)
    assert seen["principal"]


def test_testing_an_account_with_a_wrong_secret_says_so(service: Service, account: int) -> None:
    wrong = {"access_key_id": "nobody", "access_key_secret": SECRET}
    service.call("PUT", f"/accounts/{account}", {"credentials": wrong})
    seen = service.post(f"/accounts/{account}/test").data
    assert seen["ok"] is False
    assert "InvalidAccessKeyId" in seen["error"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"id": 0}, "id"),
        ({"id": 2**60}, "id"),
        ({"id": True}, "id"),
        ({"provider": "nowhere"}, "provider"),
        ({"name": "  "}, "name"),
        ({"credentials": {"access_key_id": "only"}}, "aliyun needs access_key_id + access_key_secret"),
        ({"credentials": {}}, "credentials"),
        ({"asset_types": ["teapot"]}, "teapot"),
        ({"endpoint": "file:///etc/passwd"}, "endpoint"),
        ({"endpoint": "http://user:pass@host"}, "endpoint"),
        ({"tenant": "other"}, "tenant"),
    ],
)
def test_a_bad_account_answers_400_naming_the_field(service: Service, change: Any, named: str) -> None:
    reply = service.post("/accounts", aliyun_account("http://127.0.0.1:1", **change))
    assert reply.status == 400
    assert named in reply.error


@pytest.mark.parametrize("account_id", ["0", "-1", "x", "1e3", "9" * 40, "١٢٣"])
def test_an_account_id_that_is_none_answers_404(service: Service, account_id: str) -> None:
    assert service.get(f"/accounts/{account_id}").status == 404


def test_null_changes_nothing_and_says_so(service: Service, account: int) -> None:
    reply = service.call("PUT", f"/accounts/{account}", {"name": None, "regions": None})
    assert (reply.status, "name, regions" in reply.error) == (400, True)
    assert service.call("PUT", f"/accounts/{account}", {"endpoint": None}).data["endpoint"] is None
