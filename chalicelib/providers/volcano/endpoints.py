"""Where volcano answers. Of its APIs, the SDK knows the addresses."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from chalicelib.errors import CloudRejected

HOME_REGION = "cn-beijing"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``protocol`` is ``https`` or ``http``; ``host`` may hold a port, and is None where the SDK is to choose it."""

    protocol: str = "https"
    host: str | None = None


def endpoint_of(override: str | None) -> Endpoint:
    """The address that an account's ``override``, a URL, stands for. Raises CloudRejected."""
    if override is None:
        return Endpoint()
    url = urlsplit(override)
    if url.scheme not in ("http", "https") or not url.hostname or url.username:
        raise CloudRejected("the endpoint of an account must look like https://host or http://host:port")
    return Endpoint(url.scheme, url.netloc)


def object_storage(endpoint: Endpoint, region: str) -> Endpoint:
    return endpoint if endpoint.host else Endpoint("https", f"tos-{region}.volces.com")
