"""The framework of the integration tests, for tests that move its time and its messages by hand."""

from __future__ import annotations

from tests.integration.conftest import framework

__all__ = ["framework"]
