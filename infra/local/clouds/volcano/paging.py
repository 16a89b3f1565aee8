"""Which part of a listing a request asks for, and the answer that has it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.clouds.faults import Fault
from infra.local.clouds.inventory import Item
from infra.local.clouds.volcano.listings import NO_SIZE, Listing
from infra.local.clouds.volcano.refusal import missing, unknown, wrong

Numbered = list[tuple[int, Item]]


@dataclass(frozen=True, slots=True)
class Window:
    """``first`` items are passed over; by token, all up to the one with the number ``after``."""

    size: int
    page: int
    first: int = 0
    after: int = 0


def window_of(listing: Listing, parameters: Mapping[str, Any], region: str) -> Window:
    """Raises Refusal for a parameter, size or page that the real API does not take."""
    paging = {"MaxResults", "NextToken"} if listing.by_token else {listing.number, "PageSize"}
    for name in parameters:
        if name not in paging | {listing.region} | set(listing.filters):
            raise unknown(name)
    if listing.region:
        named = parameters.get(listing.region)
        if named is None:
            raise missing(listing.region)
        if named != region:
            raise wrong(listing.region)
    if listing.by_token:
        size = _number(listing, parameters, "MaxResults", listing.size, listing.most)
        token = parameters.get("NextToken", "")
        after, page = _read_token(token) if token else (0, 1)
        return Window(size, page, after=after)
    size = _number(listing, parameters, "PageSize", listing.size, listing.most)
    page = _number(listing, parameters, listing.number, 1 if listing.size else NO_SIZE, None)
    return Window(size, page, first=(page - 1) * size)


def filtered(listing: Listing, parameters: Mapping[str, Any], entries: Numbered) -> Numbered:
    for name, field in listing.filters.items():
        if name in parameters:
            entries = [entry for entry in entries if entry[1][field] == parameters[name]]
    return entries


def listed(listing: Listing, window: Window, entries: Numbered, faults: Mapping[str, Fault]) -> dict[str, Any]:
    """What is inside of ``Result``."""
    entries = [] if "empty" in faults else entries
    total = len(entries)
    if "wrong_total" in faults:
        value = faults["wrong_total"].value
        total = total + 1 if value is None else int(value)
    rest = [entry for entry in entries if entry[0] > window.after][window.first :]
    shown = rest[: window.size]
    items = [item for _, item in shown]
    if "duplicate_page" in faults:
        before = entries[: len(entries) - len(rest)]
        items = [item for _, item in before[-window.size :]] or items
    document: dict[str, Any] = {listing.items: [visible(item, listing.hidden) for item in items]}
    if listing.total:
        document[listing.total] = total
    if listing.by_token:
        document["NextToken"] = _token(shown[-1][0], window.page + 1) if len(rest) > len(shown) else ""
    return document


def visible(item: Item, hidden: Collection[str]) -> Item:
    return {name: value for name, value in item.items() if name not in hidden}


def _number(listing: Listing, parameters: Mapping[str, Any], name: str, default: int, most: int | None) -> int:
    value = parameters.get(name)
    if value is None:
        if default == NO_SIZE:
            raise missing(name)
        return default
    if not isinstance(value, str if listing.as_text else int) or isinstance(value, bool):
        raise wrong(name)
    text = str(value)
    if not text.isdecimal() or int(text) < 1 or (most is not None and int(text) > most):
        raise wrong(name)
    return int(text)


def _token(after: int, page: int) -> str:
    return base64.urlsafe_b64encode(f"{after}:{page}".encode()).decode()


def _read_token(token: str) -> tuple[int, int]:
    try:
        after, page = base64.urlsafe_b64decode(token).decode().split(":")
        return int(after), int(page)
    except (ValueError, binascii.Error):
        raise wrong("NextToken") from None
