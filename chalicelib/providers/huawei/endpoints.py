"""Where huawei answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from chalicelib.errors import CloudRejected
from chalicelib.providers.huawei.declaration import Product

DOMAIN = "myhuaweicloud.com"

# Where what belongs to no region is to be asked for: in the Chinese cloud, and in the international one.
HOMES = ("cn-north-4", "ap-southeast-3")


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect to, and the ``host`` that the request is for. ``protocol`` is ``https`` or ``http``."""

    protocol: str
    connect_to: str
    host: str


def address_of(product: Product, region: str, override: str | None) -> Address:
    """The address of a product in a region. Raises CloudRejected.

    With ``override``, a URL, the connection goes there. The request still names the product's own host, by which
    whoever answers tells the products apart: several have the same paths.
    """
    host = f"{product.host}.{region}.{DOMAIN}" if product.regional else f"{product.host}.{DOMAIN}"
    if override is None:
        return Address("https", host, host)
    url = urlsplit(override)
    if url.scheme not in ("http", "https") or not url.hostname or url.username:
        raise CloudRejected("the endpoint of an account must look like https://host or http://host:port")
    return Address(url.scheme, url.netloc, host)


def home_among(regions: Iterable[str]) -> str:
    """The region through which to call a service that has none. Raises CloudRejected where there is no region."""
    usable = list(regions)
    home = next((region for region in HOMES if region in usable), None) or next(iter(usable), None)
    if home is None:
        raise CloudRejected("the account has no project of any region")
    return home
