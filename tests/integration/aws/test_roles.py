"""Accounts that are reached through a role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import AccessDenied, CloudRejected
from chalicelib.providers.aws import PROVIDER, AwsProvider
from chalicelib.providers.aws.transport import Transport
from chalicelib.providers.base import Connection, Credentials
from infra.local.clouds.aws import FakeAws
from tests.integration.aws.answering import Answer, answering

ROLE = "arn:aws:iam::111122223333:role/inventory"
REFUSED = (
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
    "<Code>AccessDenied</Code><Message>may not sts:AssumeRole with canary-external</Message></Error></ErrorResponse>"
)


def granted(key: str, expires: str) -> Answer:
    return Answer(
        200,
        '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>'
        f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
        f"<Expiration>{expires}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>",
    )


CALLER = Answer(
    200,
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    "<Arn>arn:aws:sts::111122223333:assumed-role/inventory/cam-tasks</Arn></GetCallerIdentityResult>"
    "</GetCallerIdentityResponse>",
)
REGIONS = Answer(
    200,
    "<DescribeRegionsResponse><regionInfo><item><regionName>us-east-1</regionName></item></regionInfo>"
    "</DescribeRegionsResponse>",
)


@pytest.fixture(autouse=True)
def own_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOWN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "own")


def with_role(endpoint: str, *, external_id: str = "shared-secret") -> Connection:
    return Connection(1, Credentials({"role_arn": ROLE, "external_id": external_id}), endpoint)


def test_a_role_is_assumed_and_its_account_listed(fake_aws: FakeAws) -> None:
    cloud = PROVIDER.connect(with_role(fake_aws.endpoint))
    assert cloud.identify().principal == "arn:aws:sts::111122223333:assumed-role/inventory/cam-tasks"
    (page,) = cloud.pages("us-east-1", "vpc")
    assert [asset.attributes["OwnerId"] for asset in page.assets] == ["111122223333"]


def test_the_role_is_asked_for_with_session_name_and_external_id_and_only_once() -> None:
    with answering(granted("ASIA1", "2999-01-01T00:00:00Z"), CALLER, REGIONS) as aws:
        PROVIDER.connect(with_role(aws.endpoint, external_id="shared-secret")).identify()
    first = {name: values[0] for name, values in aws.requests[0].items()}
    assert first["Action"] == "AssumeRole"
    assert (first["RoleArn"], first["RoleSessionName"]) == (ROLE, "cam-tasks")
    assert first["ExternalId"] == "shared-secret"
    assert [request["Action"] for request in aws.requests[1:]] == [["GetCallerIdentity"], ["DescribeRegions"]]


def test_expiring_credentials_of_a_role_are_fetched_again() -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=30)).isoformat()
    late = "2999-01-01T00:00:00Z"
    with answering(granted("ASIA1", soon), CALLER, granted("ASIA2", late), REGIONS) as aws:
        PROVIDER.connect(with_role(aws.endpoint)).identify()
    actions = [request["Action"][0] for request in aws.requests]
    assert actions == ["AssumeRole", "GetCallerIdentity", "AssumeRole", "DescribeRegions"]


def test_an_answer_of_another_operation_is_refused() -> None:
    with answering(granted("ASIA1", "2999-01-01T00:00:00Z")) as aws, pytest.raises(CloudRejected):
        PROVIDER.connect(with_role(aws.endpoint)).identify()


def test_a_role_that_may_not_be_assumed_is_access_denied_without_its_external_id() -> None:
    with answering(Answer(403, REFUSED)) as aws:
        cloud = AwsProvider(transport=Transport(attempts=1)).connect(
            with_role(aws.endpoint, external_id="canary-external")
        )
        with pytest.raises(AccessDenied) as refused:
            cloud.identify()
    assert "AccessDenied" in refused.value.message
    assert "canary" not in refused.value.message
