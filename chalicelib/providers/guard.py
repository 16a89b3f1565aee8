"""Keeps the calls of a cloud away from addresses that are not public, whatever a name resolves to.

The address is checked when a socket connects, not when a name is looked up: a name that resolves to another address
the second time (DNS rebinding) gains nothing. Every SDK connects by Python's own sockets, which announce it as an
audit event; no SDK has to take part.
"""

from __future__ import annotations

import ipaddress
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from chalicelib.errors import CloudRejected, TaskError
from chalicelib.providers.base import Cloud, Identity, Pace, Page

T = TypeVar("T")

NAT64 = ipaddress.ip_network("64:ff9b::/96")
WITHOUT_ADDRESS = "the endpoint of the account leads to an address that is not public: it is not called"


class _Refusals:
    """What was refused during one guarded call."""

    seen = False


_guarding: ContextVar[_Refusals | None] = ContextVar("guarding", default=None)
_installed = threading.Event()
_installing = threading.Lock()


class GuardedCloud:
    """A ``Cloud`` whose every call connects to public addresses only; raises CloudRejected for any other."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def regions(self) -> list[str]:
        return _guarded(self._cloud.regions)

    def pages(self, region: str, asset_type: str, *, start: str | None = None) -> Iterator[Page]:
        """Guards the calls, and not what is done with a page before the next is asked for."""
        pages = self._cloud.pages(region, asset_type, start=start)
        while (page := _guarded(lambda: next(pages, None))) is not None:
            yield page

    def probe(self, region: str, asset_type: str) -> None:
        _guarded(lambda: self._cloud.probe(region, asset_type))

    def identify(self) -> Identity:
        return _guarded(self._cloud.identify)


def unguarded(pace: Pace) -> Pace:
    """``pace`` waits for its turn by the store, which may well be at a private address."""

    def paced(region: str, action: str) -> None:
        with _guard(None):
            pace(region, action)

    return paced


def is_public(address: str) -> bool:
    """Whether an IP address may be anybody's on the internet; one of IPv4 may come in the dress of one of IPv6."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def _guarded(call: Callable[[], T]) -> T:
    _install()
    refusals = _Refusals()
    try:
        with _guard(refusals):
            return call()
    except TaskError:
        if refusals.seen:
            raise CloudRejected(WITHOUT_ADDRESS) from None
        raise


@contextmanager
def _guard(refusals: _Refusals | None) -> Iterator[None]:
    before = _guarding.set(refusals)
    try:
        yield
    finally:
        _guarding.reset(before)


def _install() -> None:
    """Hooks cannot be removed: there is one, from the first guarded call on."""
    with _installing:
        if not _installed.is_set():
            sys.addaudithook(_on_event)
            _installed.set()


def _on_event(event: str, arguments: tuple[Any, ...]) -> None:
    """An OSError is what SDKs expect of a connection."""
    if event != "socket.connect" or (refusals := _guarding.get()) is None:
        return
    address = arguments[1]
    if not (isinstance(address, tuple) and is_public(str(address[0]))):
        refusals.seen = True
        raise PermissionError(WITHOUT_ADDRESS)
