"""Listings that the plain form of AWS's answers does not cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.errors import CloudRejected, CloudUnavailable
from chalicelib.providers.aws import AwsProvider
from chalicelib.providers.aws.transport import Transport
from chalicelib.providers.aws.types import TYPES
from chalicelib.providers.base import GLOBAL, Connection, Credentials, ListedAsset
from infra.local.clouds.aws import FakeAws
from tests.integration.aws.answering import Answer, answering

KEYS = Credentials({"access_key_id": "AKIAEXAMPLE", "access_key_secret": "secret"})
ONCE = Transport(attempts=1, connect_timeout=1, read_timeout=1)


def listed(endpoint: str, asset_type: str, types: Mapping[str, Any] = TYPES) -> list[ListedAsset]:
    cloud = AwsProvider(types=types, transport=ONCE).connect(Connection(1, KEYS, endpoint))
    place = GLOBAL if types[asset_type].everywhere else "us-east-1"
    return [asset for page in cloud.pages(place, asset_type) for asset in page.assets]


def test_domains_are_described_in_as_many_calls_as_they_need(fake_aws: FakeAws) -> None:
    kind = TYPES["elasticsearch"]
    assert kind.detail is not None
    single = {"elasticsearch": replace(kind, detail=replace(kind.detail, batch=1))}
    assert listed(fake_aws.endpoint, "elasticsearch", single) == listed(fake_aws.endpoint, "elasticsearch")


def distributions(inner: str) -> Answer:
    head = '<DistributionList xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Marker></Marker>'
    return Answer(200, f"{head}<MaxItems>100</MaxItems>{inner}</DistributionList>", {"Content-Type": "text/xml"})


def test_no_distributions_are_an_empty_list_only_where_their_number_says_so() -> None:
    with answering(distributions("<IsTruncated>false</IsTruncated><Quantity>0</Quantity>")) as aws:
        assert listed(aws.endpoint, "cdn") == []
    with (
        answering(distributions("<IsTruncated>false</IsTruncated><Quantity>3</Quantity>")) as aws,
        pytest.raises(CloudRejected, match="has no DistributionList"),
    ):
        listed(aws.endpoint, "cdn")


def test_an_answer_that_is_cut_short_must_say_where_to_go_on() -> None:
    items = "<Items><DistributionSummary><Id>E1</Id></DistributionSummary></Items>"
    answer = distributions(f"<IsTruncated>true</IsTruncated><Quantity>1</Quantity>{items}")
    with answering(answer) as aws, pytest.raises(CloudRejected, match="does not say where"):
        listed(aws.endpoint, "cdn")


NAMES = Answer(200, '{"DomainNames": [{"DomainName": "one"}, {"DomainName": "two"}]}')


def test_a_domain_that_is_gone_by_the_second_call_does_not_shorten_the_listing() -> None:
    details = Answer(200, '{"DomainStatusList": [{"DomainId": "1/one", "DomainName": "one"}]}')
    with answering(NAMES, details) as aws, pytest.raises(CloudUnavailable, match="1 answered of 2"):
        listed(aws.endpoint, "elasticsearch")


def test_a_second_answer_without_its_list_is_refused() -> None:
    with answering(NAMES, Answer(200, "{}")) as aws, pytest.raises(CloudRejected, match="no DomainStatusList"):
        listed(aws.endpoint, "elasticsearch")
