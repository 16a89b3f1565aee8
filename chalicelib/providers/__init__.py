"""The clouds that can be inventoried. A provider's module, and with it its SDK, is imported on first use only."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from chalicelib.providers.base import Provider

PROVIDERS = {
    "aliyun": "chalicelib.providers.aliyun",
    "aws": "chalicelib.providers.aws",
    "tencent": "chalicelib.providers.tencent",
    "huawei": "chalicelib.providers.huawei",
    "volcano": "chalicelib.providers.volcano",
}


def provider_names() -> tuple[str, ...]:
    return tuple(PROVIDERS)


def get_provider(name: str) -> Provider:
    """The provider of that name. Raises KeyError for a name that is not in ``PROVIDERS``."""
    return cast(Provider, import_module(PROVIDERS[name]).PROVIDER)
