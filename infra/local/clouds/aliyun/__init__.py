"""A fake aliyun account behind the real wire protocol.

In a test::

    cloud = FakeAliyun(generate(500))
    with CloudServer(cloud) as server:
        ...  # an account with endpoint=server.url and the credentials of DEFAULT_KEY, which may assume DEFAULT_ROLE

As a process: ``python -m infra.local.clouds.aliyun --port 0``.
"""

from infra.local.clouds.aliyun.data import REGIONS, empty, generate
from infra.local.clouds.aliyun.protocol import ACCOUNT_ID, DEFAULT_KEY, DEFAULT_ROLE, FakeAliyun
from infra.local.clouds.aliyun.signature import AccessKey

__all__ = ["ACCOUNT_ID", "DEFAULT_KEY", "DEFAULT_ROLE", "REGIONS", "AccessKey", "FakeAliyun", "empty", "generate"]
