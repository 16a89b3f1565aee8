"""What the fake answers to an action: a window of a listing, and the few calls that list nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.clouds.aliyun.listings import SERVERS, Listing
from infra.local.clouds.aliyun.refusal import Refusal, invalid, missing
from infra.local.clouds.faults import Fault
from infra.local.clouds.inventory import Inventory, Item

DEFAULT_SIZE = 10
EVERYTHING = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a listing that a request asks for: by number, or ``after`` the item with that number by token."""

    size: int
    page: int
    by_token: bool
    after: int = 0


def window_of(listing: Listing, parameters: Mapping[str, str]) -> Window:
    """Raises Refusal for a size or number that the real API does not take."""
    if not listing.most_by_number and not listing.most_by_token:
        return Window(EVERYTHING, 1, False)
    asked = "MaxResults" in parameters or "NextToken" in parameters
    if listing.most_by_token and (asked or not listing.most_by_number):
        size = _number(parameters, "MaxResults", DEFAULT_SIZE, listing.most_by_token)
        token = parameters.get("NextToken", "")
        after, page = _read_token(token) if token else (0, 1)
        return Window(size, page, True, after)
    size = _number(parameters, listing.length, DEFAULT_SIZE, listing.most_by_number)
    return Window(size, _number(parameters, listing.number, 1, EVERYTHING), False)


@dataclass(frozen=True, slots=True)
class Shown:
    """A window's items with their numbers, the size of the whole as the answer is to give it, and if more follow."""

    entries: list[tuple[int, Item]]
    total: int
    more: bool

    @property
    def items(self) -> list[Item]:
        return [item for _, item in self.entries]


def shown_in(window: Window, everything: list[tuple[int, Item]], faults: Mapping[str, Fault]) -> Shown:
    if "empty" in faults:
        everything = []
    total = len(everything)
    if "wrong_total" in faults:
        value = faults["wrong_total"].value
        total = total + 1 if value is None else int(value)
    if window.by_token:
        rest = [entry for entry in everything if entry[0] > window.after]
    else:
        rest = everything[(window.page - 1) * window.size :]
    entries = rest[: window.size]
    return Shown(entries, total, len(rest) > len(entries))


def repeated(window: Window, everything: list[tuple[int, Item]], shown: Shown) -> list[Item]:
    """The items of the page before, for a fault that shows them once more."""
    if not shown.entries:
        return []
    first = everything.index(shown.entries[0])
    return [item for _, item in everything[:first][-window.size :]] or shown.items


def everything_in(
    listing: Listing, region: str, parameters: Mapping[str, str], inventory: Inventory
) -> list[tuple[int, Item]]:
    """What the listing has to page through. Raises Refusal where it is that of an item which is not there."""
    everything = inventory.numbered(listing.kind, region)
    if listing.servers_of:
        named = parameters.get(listing.servers_of)
        if not named:
            raise missing(listing.servers_of)
        for _, item in everything:
            if item[inventory.ids[listing.kind]] == named:
                return list(enumerate(item.get(SERVERS, []), start=1))
        raise Refusal(404, listing.gone, f"The specified resource {named} is not found.")
    for name in listing.filters:
        if name in parameters:
            everything = [entry for entry in everything if entry[1][name] == parameters[name]]
    if listing.has_servers:
        everything = [(number, {key: item[key] for key in item if key != SERVERS}) for number, item in everything]
    return everything


def listed(
    listing: Listing, window: Window, everything: list[tuple[int, Item]], faults: Mapping[str, Fault]
) -> dict[str, Any]:
    """The answer's document, without its request id."""
    shown = shown_in(window, everything, faults)
    items = repeated(window, everything, shown) if "duplicate_page" in faults else shown.items
    if not listing.items:
        return dict(items[0]) if items else {}
    document: dict[str, Any] = dict(listing.besides)
    _put(document, listing.items, items)
    if window.by_token:
        document["NextToken"] = _token(shown.entries[-1][0], window.page + 1) if shown.more else ""
        # Documented as invalid with a token: no caller may take it for the size of the listing.
        return document | {"TotalCount": len(items), "MaxResults": window.size}
    if listing.most_by_number:
        _put(document, listing.total, shown.total)
        document |= {listing.number: window.page, listing.length: window.size}
    return document


def _put(document: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    for step in way:
        document = document.setdefault(step, {})
    document[last] = value


def regions(inventory: Inventory) -> dict[str, Any]:
    found: list[Item] = [
        {"RegionId": region, "RegionEndpoint": f"ecs.{region}.aliyuncs.com", "LocalName": region}
        for region in inventory.regions
    ]
    return {"Regions": {"Region": found}}


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
