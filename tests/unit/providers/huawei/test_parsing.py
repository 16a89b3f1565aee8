"""How an item is read, and the documents of OBS."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import CloudRejected
from chalicelib.providers.huawei.obs import buckets_in, signed_headers
from chalicelib.providers.huawei.parsing import asset_of, assets_in, time_of
from chalicelib.providers.huawei.types import BY_NAME


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2018-08-13T13:46:09Z", "2018-08-13T13:46:09Z"),
        ("2018-08-29T08:41:15+0800", "2018-08-29T00:41:15Z"),
        ("2016-05-25T02:42:10.856332", "2016-05-25T02:42:10Z"),
        ("2015-07-16 04:22:32", "2015-07-16T04:22:32Z"),
        ("1585618587087", "2020-03-31T01:36:27Z"),
        ("1711112012345", "2024-03-22T12:53:32Z"),  # which reads as a day of 1711, too
        ("9" * 30, None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times_are_read_as_the_products_write_them(written: str, time: str | None) -> None:
    assert time_of(written) == time


@pytest.mark.parametrize(
    "tags",
    [
        [{"key": "env", "value": "prod"}, {"key": "bare", "value": ""}],
        [{"key": "env", "value": "prod"}, {"key": "bare", "value": None}],
        {"env": "prod", "bare": ""},
        ["env=prod", "bare"],
    ],
)
def test_tags_are_read_as_the_products_write_them(tags: Any) -> None:
    assert asset_of({"id": "x", "tags": tags}, BY_NAME["ecs"]).tags == {"env": "prod", "bare": ""}


@pytest.mark.parametrize("tags", [None, [], {}])
def test_no_tags_are_none(tags: Any) -> None:
    assert asset_of({"id": "x", "tags": tags}, BY_NAME["ecs"]).tags == {}


@pytest.mark.parametrize(("owner", "kinds"), [("compute:az1", {"ecs"}), ("network:dhcp", set())])
def test_a_port_refers_to_a_server_only_where_it_is_one_of_a_server(owner: str, kinds: set[str]) -> None:
    port = {"id": "p", "device_id": "d", "device_owner": owner}
    assert asset_of(port, BY_NAME["eni"]).relations.keys() == kinds


def document(inside: str) -> bytes:
    return (
        f'<ListAllMyBucketsResult xmlns="http://x/"><Owner><ID>1</ID></Owner>{inside}</ListAllMyBucketsResult>'.encode()
    )


@pytest.mark.parametrize(
    ("inside", "names"),
    [
        ("<Buckets/>", []),
        ("<Buckets><Bucket><Name>a</Name></Bucket></Buckets>", ["a"]),
        ("<Buckets><Bucket><Name>a</Name></Bucket><Bucket><Name>b</Name></Bucket></Buckets>", ["a", "b"]),
    ],
)
def test_buckets_are_a_list_however_many_there_are(inside: str, names: list[str]) -> None:
    assert [bucket["Name"] for bucket in buckets_in(document(inside))["Buckets"]["Bucket"]] == names


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a>",
        b"{}",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        document(""),
        document("<Buckets>text</Buckets>"),
        document("<Buckets><Other/></Buckets>"),
        document("<Buckets><Bucket>text</Bucket></Buckets>"),
    ],
)
def test_what_is_no_plain_list_of_buckets_is_refused(body: bytes) -> None:
    with pytest.raises(CloudRejected):
        assets_in(buckets_in(body), BY_NAME["oss"])


def test_the_session_token_is_among_the_signed_headers_of_obs() -> None:
    credentials = {"access_key_id": "id", "access_key_secret": "secret", "security_token": "token"}
    with_token = signed_headers(credentials, "obs.x", "/")
    assert with_token["x-obs-security-token"] == "token"
    assert with_token["Authorization"].startswith("OBS id:")
