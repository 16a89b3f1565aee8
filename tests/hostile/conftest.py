"""The fixtures of the API's tests: the real store and queue, with things to find and to act on."""

from tests.api.conftest import account, cloud, fake, service, target

__all__ = ["account", "cloud", "fake", "service", "target"]
