"""The routes of accounts: what they take, and that they never give a secret back."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from chalicelib.accounts.credentials import MOST_BYTES
from chalicelib.providers import get_provider
from chalicelib.settings import Settings
from chalicelib.tasks.model import Lane
from infra.local.clouds.aliyun import DEFAULT_ROLE, FakeAliyun
from infra.local.clouds.server import CloudServer
from tests.api.conftest import NOBODY, REGIONS, Service, aliyun_account, serving

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
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
    assert (stored["Name"], stored["Type"]) == ("/cam/test/accounts/default/123", "SecureString")
    assert SECRET not in str(service.container.database["accounts"].find_one({"_id": "default/123"}))


def test_credentials_are_encrypted_with_the_key_of_the_stage_and_those_from_before_it_can_be_read(
    settings: Settings, sqs: SQSClient, queue_urls: dict[Lane, str], cloud: CloudServer
) -> None:
    def keys() -> list[str]:
        return [one["KeyId"] for one in boto3.client("ssm").describe_parameters()["Parameters"]]

    with serving(settings, sqs, queue_urls) as before:
        before.post("/accounts", aliyun_account(cloud.url))
    assert keys() == ["alias/aws/ssm"]
    with serving(settings.model_copy(update={"parameter_key": KEY}), sqs, queue_urls) as after:
        assert after.post("/accounts/123/test").data["ok"]
        after.call("PUT", "/accounts/123", {"credentials": aliyun_account(cloud.url)["credentials"]})
        assert keys() == [KEY]
        assert after.post("/accounts/123/test").data["ok"]


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


def test_testing_an_account_says_of_each_type_if_it_may_be_listed(service: Service, account: int) -> None:
    seen = service.post(f"/accounts/{account}/test")
    permissions = seen.data["permissions"]
    assert seen.status == 200
    assert [permission["asset_type"] for permission in permissions] == list(get_provider("aliyun").asset_types)
    assert permissions[0] == {"asset_type": "ecs", "status": "allowed", "reason": "", "region": REGIONS[0]}
    assert {permission["status"] for permission in permissions} == {"allowed"}
    assert {p["asset_type"] for p in permissions if p["region"] == "global"} == get_provider("aliyun").global_types


def test_testing_an_account_names_the_types_that_it_may_not_list(
    service: Service, account: int, fake: FakeAliyun
) -> None:
    """An empty list is not taken for a permission: of ecs, vpc and the like aliyun shows one to who has none."""
    fake.forbidden |= {"ecs", "vpc", "rds", "oss"}
    seen = service.post(f"/accounts/{account}/test").data
    assert (seen["ok"], seen["error"]) == (True, "")
    denied = {p["asset_type"]: p["reason"] for p in seen["permissions"] if p["status"] == "denied"}
    assert denied.keys() == fake.forbidden
    assert "Forbidden.RAM" in denied["ecs"]
    assert {p["status"] for p in seen["permissions"] if p["asset_type"] not in denied} == {"allowed"}


def test_testing_an_account_tries_its_own_types_in_its_own_region(
    service: Service, account: int, fake: FakeAliyun
) -> None:
    service.call("PUT", f"/accounts/{account}", {"regions": [REGIONS[1]], "asset_types": ["oss", "ecs"]})
    fake.faults.order("denied", region=REGIONS[0])
    seen = service.post(f"/accounts/{account}/test").data
    assert [(p["asset_type"], p["status"], p["region"]) for p in seen["permissions"]] == [
        ("ecs", "allowed", REGIONS[1]),
        ("oss", "allowed", "global"),
    ]


def test_testing_an_account_whose_types_fail_in_passing_does_not_wait_for_them(
    service: Service, account: int, fake: FakeAliyun
) -> None:
    fake.faults.order("throttled", action="DescribeDisks", value=30)
    seen = service.post(f"/accounts/{account}/test").data
    (disk,) = [p for p in seen["permissions"] if p["status"] != "allowed"]
    assert (disk["asset_type"], disk["status"]) == ("disk", "unknown")
    assert "Throttling" in disk["reason"]
    assert fake.requests["DescribeDisks"] == 1


def test_testing_an_account_waits_for_its_turn_beside_running_tasks(service: Service, account: int) -> None:
    most, this_second = get_provider("aliyun").calls_per_second, int(time.time())
    service.container.database["pacing"].insert_many(
        {"_id": f"default/{account}|{REGIONS[0]}|ecs.DescribeDisks|{second}", "calls": most}
        for second in (this_second, this_second + 1)
    )
    permissions = service.post(f"/accounts/{account}/test").data["permissions"]
    assert {permission["status"] for permission in permissions} == {"allowed"}


def test_testing_an_account_whose_cloud_is_not_there_answers_in_time(service: Service, account: int) -> None:
    service.call("PUT", f"/accounts/{account}", {"endpoint": "http://127.0.0.1:1"})
    started = time.monotonic()
    reply = service.post(f"/accounts/{account}/test")
    assert time.monotonic() - started < 20
    assert (reply.status, reply.data["ok"]) == (200, False)
    assert "cannot be reached" in reply.data["error"]
    assert {p["status"] for p in reply.data["permissions"]} == {"unknown"}
    assert all("cannot be reached" in p["reason"] for p in reply.data["permissions"])


def test_an_account_may_name_a_role_that_is_assumed_for_it(service: Service, cloud: CloudServer) -> None:
    keys = aliyun_account(cloud.url)["credentials"]
    role = {"role_arn": DEFAULT_ROLE.arn, "external_id": DEFAULT_ROLE.external_id}
    service.post("/accounts", aliyun_account(cloud.url, credentials=keys | role))
    seen = service.post("/accounts/123/test").data
    assert "assumed-role" in seen["principal"]
    assert {p["status"] for p in seen["permissions"]} == {"allowed"}
    service.call("PUT", "/accounts/123", {"credentials": keys | role | {"external_id": SECRET}})
    refused = service.post("/accounts/123/test")
    assert "NoPermission" in refused.data["error"]
    assert SECRET not in json.dumps(refused.body)


def test_a_role_of_aws_is_refused_without_its_external_id(service: Service) -> None:
    body = {"provider": "aws", "name": "a", "credentials": {"role_arn": "arn:aws:iam::111122223333:role/r"}}
    refused = service.post("/accounts", body)
    assert refused.status == 400
    assert refused.error.endswith("; add external_id")
    whole = body["credentials"] | {"external_id": "shared"}  # type: ignore[operator]
    made = service.post("/accounts", body | {"credentials": whole}).data["id"]
    assert service.call("PUT", f"/accounts/{made}", {"credentials": body["credentials"]}).status == 400


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


def test_credentials_that_cannot_be_stored_are_refused_and_nothing_is_kept(service: Service, account: int) -> None:
    """A parameter of AWS holds 4,096 bytes; moto's has no limit."""
    keys = aliyun_account(NOBODY)["credentials"]
    longest = {"access_key_id": "k", "access_key_secret": "é" * 2024 + "s"}
    assert len(json.dumps(longest, ensure_ascii=False).encode()) == MOST_BYTES
    changed = service.call("PUT", f"/accounts/{account}", {"credentials": longest})
    assert changed.status == 200
    for method, path, body in (
        ("POST", "/accounts", aliyun_account(NOBODY, id=124, credentials=keys | {"access_key_secret": "s" * 4096})),
        ("PUT", f"/accounts/{account}", {"credentials": longest | {"access_key_id": "kk"}}),
    ):
        refused = service.call(method, path, body)
        assert refused.status == 400
        assert "bytes as JSON, and 4096 can be stored" in refused.error
    assert service.get("/accounts/124").status == 404


@pytest.mark.parametrize("account_id", ["0", "-1", "x", "1e3", "9" * 40, "١٢٣"])
def test_an_account_id_that_is_none_answers_404(service: Service, account_id: str) -> None:
    assert service.get(f"/accounts/{account_id}").status == 404


def test_null_changes_nothing_and_says_so(service: Service, account: int) -> None:
    reply = service.call("PUT", f"/accounts/{account}", {"name": None, "regions": None})
    assert (reply.status, "name, regions" in reply.error) == (400, True)
    assert service.call("PUT", f"/accounts/{account}", {"endpoint": None}).data["endpoint"] is None
