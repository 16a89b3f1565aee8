"""What makes a call of the cloud: the client, or a script of answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from chalicelib.providers.tencent.declaration import Product


class Caller(Protocol):
    def call(self, product: Product, action: str, region: str, query: Mapping[str, Any]) -> Mapping[str, Any]: ...
