"""Serves the fake huawei: see ``infra.local.clouds.process``."""

from infra.local.clouds.huawei import DEFAULT_KEY, AccessKey, FakeHuawei, generate
from infra.local.clouds.process import serve

if __name__ == "__main__":
    serve("huawei", FakeHuawei, generate, AccessKey, default=DEFAULT_KEY, rate=100)
