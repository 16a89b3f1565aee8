"""Which address the ``endpoint`` of an account may name: it decides where this service connects to, from the inside."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from chalicelib.errors import InvalidRequest

WHAT_TO_DO = "leave it out, or have the host allowed by CAM_ENDPOINT_ALLOW_LIST"


@dataclass(frozen=True, slots=True)
class EndpointRule:
    """``allowed`` hosts, in lower case; one that begins with a dot stands for all below it. None, on a developer's own
    machine, allows all.
    """

    allowed: tuple[str, ...] | None

    @classmethod
    def of_stage(cls, *, deployed: bool, allow_list: str) -> EndpointRule:
        hosts = (host.strip().lower() for host in allow_list.split(","))
        return cls(tuple(host for host in hosts if host) if deployed else None)

    @property
    def guards(self) -> bool:
        """Whether connections to an endpoint may only go to public addresses."""
        return self.allowed is not None

    def require(self, endpoint: str) -> None:
        """Raises InvalidRequest."""
        if self.allowed is None:
            return
        url = urlsplit(endpoint)
        host = (url.hostname or "").lower()
        if url.scheme != "https":
            raise InvalidRequest("invalid request: endpoint: use https")
        if _is_address(host):
            raise InvalidRequest("invalid request: endpoint: use a host name, not an IP address")
        if not any(host == one or (one.startswith(".") and host.endswith(one)) for one in self.allowed):
            raise InvalidRequest(f"invalid request: endpoint: {host} is not allowed: {WHAT_TO_DO}")


def _is_address(host: str) -> bool:
    """In any form that a resolver takes: ``127.1`` and ``0x7f000001`` are addresses, too."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        try:
            socket.inet_aton(host)
        except OSError:
            return False
    return True
