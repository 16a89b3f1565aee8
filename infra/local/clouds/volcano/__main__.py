"""Serves the fake volcano: see ``infra.local.clouds.process``."""

from infra.local.clouds.process import serve
from infra.local.clouds.volcano import DEFAULT_KEY, AccessKey, FakeVolcano, generate

if __name__ == "__main__":
    serve("volcano", FakeVolcano, generate, AccessKey, default=DEFAULT_KEY, rate=100)
