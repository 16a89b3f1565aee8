"""A fake huawei account behind the real wire protocol.

In a test::

    cloud = FakeHuawei(generate(500))
    with CloudServer(cloud) as server:
        ...  # an account with endpoint=server.url and the credentials of DEFAULT_KEY

As a process: ``python -m infra.local.clouds.huawei --port 0``.
"""

from infra.local.clouds.huawei.account import DOMAIN_ID, project_of
from infra.local.clouds.huawei.data import REGIONS, empty, generate
from infra.local.clouds.huawei.protocol import DEFAULT_KEY, FakeHuawei
from infra.local.clouds.huawei.signature import AccessKey

__all__ = ["DEFAULT_KEY", "DOMAIN_ID", "REGIONS", "AccessKey", "FakeHuawei", "empty", "generate", "project_of"]
