"""Serves the fake tencent: see ``infra.local.clouds.process``."""

from infra.local.clouds.process import serve
from infra.local.clouds.tencent import DEFAULT_KEY, AccessKey, FakeTencent, generate

if __name__ == "__main__":
    serve("tencent", FakeTencent, generate, AccessKey, default=DEFAULT_KEY, rate=20)
