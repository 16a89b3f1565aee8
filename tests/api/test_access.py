"""Who is let in, as whom, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.access.keys import USE_NOTED_EVERY
from chalicelib.access.principal import OPERATORS
from chalicelib.access.roles import Role
from chalicelib.api.authorizer import NOTHING_SHOWN, REMEMBERED_SECONDS
from chalicelib.clock import rfc3339, utc_now
from chalicelib.settings import Settings
from chalicelib.tasks.model import Lane
from infra.local.clouds.server import CloudServer
from infra.package.overlay.names import FUNCTIONS
from tests.api.conftest import Guarded, Reply, Service, aliyun_account, serving
from tests.support.identity import AUDIENCE, ISSUER, IdentityProvider, publishing

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

UNKNOWN = "cam_0123456789abcdef_" + "A" * 43


def as_key(service: Service, key: str) -> Reply:
    return service.call("GET", "/whoami", Authorization=f"Bearer {key}")


def test_a_key_tells_tenant_subject_and_role(guarded: Guarded) -> None:
    party = guarded.party(Role.OPERATOR, "blue")
    assert party.get("/whoami").data == {
        "tenant": "blue",
        "subject": party.subject,
        "role": "operator",
        "authentication": "keys",
        "logs": None,
    }


def test_where_tokens_alone_are_taken_one_tells_tenant_subject_and_role_and_a_key_opens_nothing(
    settings: Settings, sqs: SQSClient, queue_urls: dict[Lane, str]
) -> None:
    with publishing(IdentityProvider()) as provider:
        tokens = {"oidc_issuer": ISSUER, "oidc_audience": AUDIENCE, "oidc_jwks_url": provider.url}
        taken = settings.model_copy(update={"authentication": "oidc", **tokens})
        with serving(taken, sqs, queue_urls) as service:
            token = provider.token(sub="ann", tenant="blue", roles=["viewer"])
            assert as_key(service, token).data == {
                "tenant": "blue",
                "subject": "ann",
                "role": "viewer",
                "authentication": "oidc",
                "logs": None,
            }
            asked = service.call("POST", "/tasks/discover-assets", {}, Authorization=f"Bearer {token}")
            assert (asked.status, asked.error) == (403, "this takes the role operator; yours is viewer")
            expired = provider.token(exp=utc_now() - timedelta(hours=1))
            _, key = service.container.keys.mint("blue", Role.ADMIN, "k", lifetime=timedelta(days=1), by="test")
            assert [as_key(service, shown).status for shown in (expired, key)] == [401, 401]


def test_operators_of_a_deployed_stage_are_told_where_its_logs_are(
    settings: Settings, sqs: SQSClient, queue_urls: dict[Lane, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_LAMBDA_LOG_GROUP_NAME", "/cam-tasks-prod/api-handler")
    deployed = settings.model_copy(update={"authentication": "keys", "stage": "prod"})
    with serving(deployed, sqs, queue_urls) as service:
        told = {}
        for tenant in (OPERATORS, "blue"):
            _, key = service.container.keys.mint(tenant, Role.VIEWER, "k", lifetime=timedelta(days=1), by="test")
            told[tenant] = as_key(service, key).data["logs"]
    assert told["blue"] is None
    assert told[OPERATORS]["url"].startswith(
        "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#"
    )
    made = {f"/cam-tasks-prod/{function.name.replace('_', '-')}" for function in FUNCTIONS}
    assert set(told[OPERATORS]["groups"]) < made


def test_without_a_key_the_gateway_says_what_to_send(guarded: Guarded) -> None:
    reply = guarded.service.get("/tasks")
    assert (reply.status, reply.body["code"], reply.error) == (401, 40100, NOTHING_SHOWN)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (f"Bearer {UNKNOWN}", "not known"),
        ("Bearer cam_1_2", "not known"),
        ("Bearer cam_", "not known"),
        ("Bearer eyJhbGciOiJub25lIn0.e30.", "not accepted here: send an API key"),
        ("Bearer", "followed by an API key"),
        ("Bearer  ", "followed by an API key"),
        ("Basic YTpi", "followed by an API key"),
        ("x" * 9000, "followed by an API key"),
        ("Bearer cam_" + "x" * 9000, "followed by an API key"),
    ],
)
def test_a_header_that_is_not_accepted_is_answered_with_the_reason_and_not_repeated(
    guarded: Guarded, header: str, told: str
) -> None:
    reply = guarded.service.call("GET", "/whoami", Authorization=header)
    assert (reply.status, reply.body["code"]) == (401, 40100)
    assert told in reply.error
    assert header.rsplit(maxsplit=1)[-1] not in reply.error or header.strip() == "Bearer"


def test_a_key_with_another_ones_secret_is_not_known(guarded: Guarded) -> None:
    one, other = guarded.party(), guarded.party()
    mixed = one.key.rpartition("_")[0][: len("cam_0123456789abcdef")] + other.key[len("cam_0123456789abcdef") :]
    assert as_key(guarded.service, mixed).status == 401
    assert as_key(guarded.service, one.key).status == 200


def test_the_scheme_may_be_written_in_any_case(guarded: Guarded) -> None:
    key = guarded.party().key
    assert guarded.service.call("GET", "/whoami", Authorization=f"bearer {key}").status == 200


def test_a_key_works_until_it_expires(guarded: Guarded) -> None:
    party = guarded.party(days=1)
    guarded.clock.advance(24 * 3600 - 1)
    assert party.get("/whoami").status == 200
    guarded.clock.advance(1 + REMEMBERED_SECONDS)
    assert "has expired" in party.get("/whoami").error


def test_a_revoked_key_works_no_longer_than_the_gateway_remembers_it(guarded: Guarded) -> None:
    admin, party = guarded.party(), guarded.party(Role.VIEWER)
    assert party.get("/tasks").status == 200
    assert admin.call("DELETE", f"/keys/{party.subject.removeprefix('key:')}").data is None
    guarded.clock.advance(REMEMBERED_SECONDS - 1)
    assert party.get("/tasks").status == 200
    guarded.clock.advance(1)
    refused = party.get("/tasks")
    assert refused.status == 401
    assert "was revoked" in refused.error


def test_a_key_that_was_not_used_lately_is_refused_as_soon_as_it_is_revoked(guarded: Guarded) -> None:
    admin, party = guarded.party(), guarded.party(Role.VIEWER)
    admin.call("DELETE", f"/keys/{party.subject.removeprefix('key:')}")
    assert party.get("/tasks").status == 401


def test_a_key_is_made_shown_once_and_listed_without_its_secret(guarded: Guarded) -> None:
    admin = guarded.party()
    guarded.clock.advance(1)
    made = admin.post("/keys", {"name": " nightly ", "role": "viewer", "expires_in_days": 7})
    assert made.status == 201
    secret = made.data["key"].removeprefix(f"cam_{made.data['id']}_")
    assert len(secret) == 43
    listed = admin.get("/keys")
    assert listed.data["total"] == 2
    assert listed.data["keys"][0] == {name: value for name, value in made.data.items() if name != "key"}
    assert listed.data["keys"][0] == {
        "id": made.data["id"],
        "name": "nightly",
        "role": "viewer",
        "created_at": rfc3339(guarded.clock()),
        "created_by": admin.subject,
        "expires_at": rfc3339(guarded.clock() + timedelta(days=7)),
        "last_used_at": None,
        "revoked_at": None,
    }
    assert secret not in str(listed.body)
    database = guarded.service.container.database
    assert secret not in str([list(database[name].find()) for name in database.list_collection_names()])
    assert as_key(guarded.service, made.data["key"]).data["role"] == "viewer"


def test_equal_secrets_would_be_stored_differently(guarded: Guarded) -> None:
    guarded.party()
    guarded.party()
    stored = list(guarded.service.container.database["keys"].find())
    assert len({document["salt"] for document in stored}) == 2
    assert all(len(document["salt"]) == 16 and len(document["digest"]) == 32 for document in stored)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"role": "viewer"}, "name"),
        ({"name": "a", "role": "owner"}, "role"),
        ({"name": "a", "role": "viewer", "tenant": "other"}, "tenant: Extra inputs"),
        ({"name": "a", "role": "viewer", "expires_in_days": 0}, "expires_in_days"),
        ({"name": "a", "role": "viewer", "expires_in_days": 367}, "expires_in_days"),
        ({"name": " ", "role": "viewer"}, "name"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused_with_the_field(guarded: Guarded, body: object, told: str) -> None:
    reply = guarded.party().post("/keys", body)
    assert reply.status == 400
    assert told in reply.error


@pytest.mark.parametrize("key_id", ["0123456789abcdef", "nothing", UNKNOWN, "%24ne"])
def test_revoking_what_is_not_there_answers_404_and_repeats_nothing(guarded: Guarded, key_id: str) -> None:
    reply = guarded.party().call("DELETE", f"/keys/{key_id}")
    assert (reply.status, reply.body["code"]) == (404, 40406)
    assert key_id not in reply.error


def test_revoking_twice_keeps_the_first_time(guarded: Guarded) -> None:
    admin, victim = guarded.party(), guarded.party()
    path = f"/keys/{victim.subject.removeprefix('key:')}"
    assert admin.call("DELETE", path).status == 200
    at = rfc3339(guarded.clock())
    guarded.clock.advance(60)
    assert admin.call("DELETE", path).status == 200
    revoked = {key["id"]: key["revoked_at"] for key in admin.get("/keys").data["keys"]}
    assert revoked[victim.subject.removeprefix("key:")] == at


def test_the_use_of_a_key_is_noted_at_most_once_a_minute(guarded: Guarded) -> None:
    party = guarded.party()
    times = []
    for _ in range(4):
        (key,) = party.get("/keys").data["keys"]
        times.append(key["last_used_at"])
        guarded.clock.advance(REMEMBERED_SECONDS)
    start = guarded.clock() - timedelta(seconds=4 * REMEMBERED_SECONDS)
    assert timedelta(seconds=2 * REMEMBERED_SECONDS) == USE_NOTED_EVERY
    assert times == [rfc3339(start), rfc3339(start), *[rfc3339(start + USE_NOTED_EVERY)] * 2]


def test_a_task_is_of_who_showed_the_key_whatever_name_they_give(guarded: Guarded, cloud: CloudServer) -> None:
    guarded.party().post("/accounts", aliyun_account(cloud.url))
    party = guarded.party(Role.OPERATOR)
    submitted = party.post("/tasks/sync-assets", {"provider": "aliyun"}, **{"X-Cam-User": "somebody-else"})
    task = party.get(f"/tasks/{submitted.data['task_id']}").data
    assert task["created_by"] == party.subject
    assert "somebody-else" not in str(task)


def test_health_and_the_documentation_are_open(guarded: Guarded) -> None:
    assert guarded.service.get("/health").status == 200
    for path in ("/docs", "/openapi.json"):
        assert guarded.service.client.http.get(path).status_code == 200


def test_with_authentication_off_everybody_is_admin_of_the_default_tenant_by_the_name_they_give(
    service: Service,
) -> None:
    named = service.call("GET", "/whoami", **{"X-Cam-User": "ann"})
    ann = {"tenant": "default", "subject": "ann", "role": "admin", "authentication": "off", "logs": None}
    assert named.data == ann
    assert service.get("/whoami").data["subject"] == "anonymous"


def test_a_request_that_came_past_the_gateway_is_nobodys(guarded: Guarded) -> None:
    event: dict[str, Any] = {
        "httpMethod": "GET",
        "headers": {"authorization": f"Bearer {guarded.party().key}"},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {"resourcePath": "/api/v1/cam/whoami", "httpMethod": "GET", "identity": {}},
    }
    from app import app  # noqa: PLC0415

    assert app(event, None)["statusCode"] == 401
    for known in ({}, {"tenant": "default", "principalId": "x", "role": "owner"}, {"tenant": "default"}):
        event["requestContext"] |= {"authorizer": known}
        assert app(event, None)["statusCode"] == 401


def test_while_the_store_is_away_nobody_is_called_unknown(guarded: Guarded) -> None:
    party = guarded.party()
    guarded.service.container.close()
    reply = party.get("/whoami")
    assert (reply.status, reply.body["code"], reply.headers["Retry-After"]) == (503, 50300, "5")
