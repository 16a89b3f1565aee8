"""If an account may list a type."""

from __future__ import annotations

import pytest

from chalicelib.errors import AccessDenied, CloudRejected
from chalicelib.providers.aws import PROVIDER, AwsProvider
from chalicelib.providers.aws.transport import Transport
from chalicelib.providers.base import GLOBAL, Connection, Credentials
from infra.local.clouds.aws import FakeAws
from tests.integration.aws.answering import answering, refusal

KEYS = Credentials({"access_key_id": "AKIAX", "access_key_secret": "secret"})


@pytest.mark.parametrize("asset_type", PROVIDER.asset_types)
def test_a_type_that_may_be_listed_raises_nothing(fake_aws: FakeAws, asset_type: str) -> None:
    region = GLOBAL if asset_type in PROVIDER.global_types else "us-east-1"
    PROVIDER.connect(Connection(1, KEYS, fake_aws.endpoint)).probe(region, asset_type)


def test_a_type_that_may_not_be_listed_is_denied() -> None:
    with answering(refusal(403, "UnauthorizedOperation")) as aws, pytest.raises(AccessDenied):
        AwsProvider(transport=Transport(attempts=1)).connect(Connection(1, KEYS, aws.endpoint)).probe(
            "us-east-1", "vpc"
        )


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(CloudRejected, match="spaceship"):
        PROVIDER.connect(Connection(1, KEYS)).probe("us-east-1", "spaceship")
