from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.clouds.aws import FakeAws, start


@pytest.fixture(scope="package")
def fake_aws() -> Iterator[FakeAws]:
    """The demo account; only to be read, so that tests can share it."""
    cloud = start()
    yield cloud
    cloud.stop()
