"""An identity provider on this machine, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.clock import FakeClock
from tests.support.identity import IdentityProvider, publishing


@pytest.fixture(scope="session")
def keys() -> IdentityProvider:
    """Making an RSA key takes a while: one will do."""
    return IdentityProvider()


@pytest.fixture
def provider(keys: IdentityProvider) -> Iterator[IdentityProvider]:
    with publishing(keys) as served:
        yield served


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
