"""Serves the fake aliyun: see ``infra.local.clouds.process``."""

from infra.local.clouds.aliyun import DEFAULT_KEY, AccessKey, FakeAliyun, generate
from infra.local.clouds.aliyun.living import live
from infra.local.clouds.process import serve

if __name__ == "__main__":
    serve("aliyun", FakeAliyun, generate, AccessKey, default=DEFAULT_KEY, rate=100, live=live)
