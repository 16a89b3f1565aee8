"""The actions of the fake: which items they list, how they page, what sizes they allow."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.clouds.aliyun.refusal import Refusal, invalid
from infra.local.clouds.faults import Fault
from infra.local.clouds.inventory import Inventory, Item

DEFAULT_SIZE = 10


@dataclass(frozen=True, slots=True)
class Listing:
    """A paged action. ``most_by_token`` is the largest MaxResults, 0 for an action that has no NextToken."""

    version: str
    kind: str
    items: str
    most_by_number: int
    most_by_token: int = 0


LISTINGS = {
    "DescribeInstances": Listing("2014-05-26", "ecs", "Instances.Instance", 100, 100),
    "DescribeDisks": Listing("2014-05-26", "disk", "Disks.Disk", 100, 500),
    "DescribeSecurityGroups": Listing("2014-05-26", "security_group", "SecurityGroups.SecurityGroup", 100, 100),
    "DescribeVpcs": Listing("2016-04-28", "vpc", "Vpcs.Vpc", 50),
    "DescribeVSwitches": Listing("2016-04-28", "vswitch", "VSwitches.VSwitch", 50),
}

UNPAGED = {"DescribeRegions": "2014-05-26", "GetCallerIdentity": "2015-04-01"}


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a listing that a request asks for: by number, or ``after`` the item with that number by token."""

    size: int
    page: int
    by_token: bool
    after: int = 0


def window_of(listing: Listing, parameters: Mapping[str, str]) -> Window:
    """Raises Refusal for a size or number that the real API does not take."""
    if listing.most_by_token and ("MaxResults" in parameters or "NextToken" in parameters):
        size = _number(parameters, "MaxResults", DEFAULT_SIZE, listing.most_by_token)
        token = parameters.get("NextToken", "")
        after, page = _read_token(token) if token else (0, 1)
        return Window(size, page, True, after)
    size = _number(parameters, "PageSize", DEFAULT_SIZE, listing.most_by_number)
    return Window(size, _number(parameters, "PageNumber", 1, 2**31 - 1), False)


def listed(
    listing: Listing, region: str, window: Window, inventory: Inventory, faults: Mapping[str, Fault]
) -> dict[str, Any]:
    """The answer's document, without its request id."""
    everything = [] if "empty" in faults else inventory.numbered(listing.kind, region)
    total = len(everything)
    if "wrong_total" in faults:
        value = faults["wrong_total"].value
        total = total + 1 if value is None else int(value)
    if window.by_token:
        rest = [entry for entry in everything if entry[0] > window.after]
    else:
        rest = everything[(window.page - 1) * window.size :]
    shown = rest[: window.size]
    items = [item for _, item in shown]
    if "duplicate_page" in faults:
        before = everything[: len(everything) - len(rest)]
        items = [item for _, item in before[-window.size :]] or items
    outer, _, inner = listing.items.partition(".")
    document: dict[str, Any] = {outer: {inner: items}}
    if window.by_token:
        more = len(rest) > len(shown)
        document["NextToken"] = _token(shown[-1][0], window.page + 1) if more else ""
        # Documented as invalid with a token: no caller may take it for the size of the listing.
        return document | {"TotalCount": len(items), "PageSize": window.size, "PageNumber": 1}
    return document | {"TotalCount": total, "PageSize": window.size, "PageNumber": window.page}


def regions(inventory: Inventory) -> dict[str, Any]:
    found: list[Item] = [
        {"RegionId": region, "RegionEndpoint": f"ecs.{region}.aliyuncs.com", "LocalName": region}
        for region in inventory.regions
    ]
    return {"Regions": {"Region": found}}


def caller_identity(account_id: str) -> dict[str, Any]:
    return {
        "AccountId": account_id,
        "Arn": f"acs:ram::{account_id}:user/cam",
        "IdentityType": "RAMUser",
        "PrincipalId": "216959339000654321",
        "UserId": "216959339000654321",
    }


def _number(parameters: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = parameters.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise invalid(name)
    return int(text)


def _token(after: int, page: int) -> str:
    return base64.urlsafe_b64encode(f"{after}:{page}".encode()).decode()


def _read_token(token: str) -> tuple[int, int]:
    try:
        after, page = base64.urlsafe_b64decode(token).decode().split(":")
        return int(after), int(page)
    except (ValueError, binascii.Error):
        raise Refusal(400, "InvalidParameter.NextToken", "The specified parameter NextToken is not valid.") from None
