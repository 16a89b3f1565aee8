"""Which part of a listing a request asks for, and the answer that has it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.clouds.faults import Fault
from infra.local.clouds.inventory import Item
from infra.local.clouds.tencent.listings import Listing
from infra.local.clouds.tencent.refusal import Refusal, missing, over_limit, unknown, wrong_type, wrong_value

Numbered = list[tuple[int, Item]]


@dataclass(frozen=True, slots=True)
class Window:
    """``first`` items are passed over; by token, all up to the one with the number ``after``."""

    size: int
    page: int
    first: int = 0
    after: int = 0


def window_of(listing: Listing, parameters: Mapping[str, Any]) -> Window:
    """Raises Refusal for a parameter, size or offset that the real API does not take."""
    known = {"MaxResults", "NextToken"} if listing.by_token else {"Offset", "Limit"}
    known |= {"PaginationType"} if listing.counts_pages else set()
    known |= {"Filters"} if listing.filters else set()
    known |= {*listing.others, *listing.about}
    for name in parameters:
        if name not in known:
            raise unknown(name)
    for name in listing.about:
        if name not in parameters:
            raise missing(name)
        if not isinstance(parameters[name], str):
            raise wrong_type(name)
    if listing.filtered and "Filters" not in parameters:
        raise missing("Filters")
    if listing.by_token:
        size = _number(listing, parameters, "MaxResults", listing.size)
        token = parameters.get("NextToken", "")
        after, page = _read_token(token) if token else (0, 1)
        return Window(size, page, after=after)
    size = _number(listing, parameters, "Limit", listing.size)
    offset = _number(listing, parameters, "Offset", 0)
    if listing.counts_pages and parameters.get("PaginationType") != "offset":
        offset *= size
    if listing.multiples and offset % size:
        raise wrong_value("Offset")
    return Window(size, offset // size + 1, first=offset)


def filtered(listing: Listing, parameters: Mapping[str, Any], entries: Numbered) -> Numbered:
    if listing.about:
        unseen = {*listing.about, *listing.hidden}
        entries = [
            (number, {name: value for name, value in item.items() if name not in unseen})
            for number, item in entries
            if all(item[name] == parameters[name] for name in listing.about)
        ]
    for wanted in parameters.get("Filters", ()):
        name = listing.filters.get(wanted["Name"])
        if name is None:
            raise wrong_value("Filters")
        entries = [entry for entry in entries if entry[1][name] in wanted["Values"]]
    return entries


def listed(listing: Listing, window: Window, entries: Numbered, faults: Mapping[str, Fault]) -> dict[str, Any]:
    """The answer's document, without its request id."""
    entries = [] if "empty" in faults else entries
    total = len(entries)
    if not total and listing.nothing:
        raise Refusal(listing.nothing, "There is nothing to list.")
    if "wrong_total" in faults:
        value = faults["wrong_total"].value
        total = total + 1 if value is None else int(value)
    rest = [entry for entry in entries if entry[0] > window.after][window.first :]
    shown = rest[: window.size]
    items = [item for _, item in shown]
    if "duplicate_page" in faults:
        before = entries[: len(entries) - len(rest)]
        items = [item for _, item in before[-window.size :]] or items
    document: dict[str, Any] = {}
    _put(document, listing.items, items)
    _put(document, listing.total, total)
    if listing.by_token:
        document["MaxResults"] = window.size
        document["NextToken"] = _token(shown[-1][0], window.page + 1) if len(rest) > len(shown) else ""
    return document


def _number(listing: Listing, parameters: Mapping[str, Any], name: str, default: int) -> int:
    value = parameters.get(name)
    if value is None:
        return default
    if not isinstance(value, str if listing.as_text else int) or isinstance(value, bool):
        raise wrong_type(name)
    text = str(value)
    if not text.isdecimal() or (name != "Offset" and int(text) < 1):
        raise wrong_value(name)
    if name != "Offset" and int(text) > listing.most:
        raise over_limit(name, listing.most)
    return int(text)


def _put(document: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    for step in way:
        document = document.setdefault(step, {})
    document[last] = value


def _token(after: int, page: int) -> str:
    return base64.urlsafe_b64encode(f"{after}:{page}".encode()).decode()


def _read_token(token: str) -> tuple[int, int]:
    try:
        after, page = base64.urlsafe_b64decode(token).decode().split(":")
        return int(after), int(page)
    except (ValueError, binascii.Error):
        raise wrong_value("NextToken") from None
