"""Where tencent answers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from chalicelib.errors import CloudRejected
from chalicelib.providers.tencent import cos

HOME_REGION = "ap-guangzhou"
DOMAIN = "tencentcloudapi.com"

_FINANCE = "-fsi"
"""How the names of the financial regions end. They are apart from all others, with addresses of their own."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``protocol`` is ``https`` or ``http``; ``host`` may hold a port."""

    protocol: str
    host: str


def endpoint_of(product: str, region: str, override: str | None) -> Endpoint:
    """The address of a product for a region; ``override``, a URL, stands for all of them. Raises CloudRejected."""
    if override is None:
        if product == "cos":
            return Endpoint("https", cos.SERVICE)
        place = f"{region}.{DOMAIN}" if region.endswith(_FINANCE) else DOMAIN
        return Endpoint("https", f"{product}.{place}")
    url = urlsplit(override)
    if url.scheme not in ("http", "https") or not url.hostname or url.username:
        raise CloudRejected("the endpoint of an account must look like https://host or http://host:port")
    return Endpoint(url.scheme, url.netloc)
