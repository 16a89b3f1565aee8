"""A fake tencent account behind the real wire protocol.

In a test::

    cloud = FakeTencent(generate(500))
    with CloudServer(cloud) as server:
        ...  # an account with endpoint=server.url and the credentials of DEFAULT_KEY, which may assume DEFAULT_ROLE

As a process: ``python -m infra.local.clouds.tencent --port 0``. Products share the names of actions, so faults and
counts of requests name them with their product: ``cvm.DescribeInstances``. What belongs to no region is kept, and
named in faults, under the region ``global``.
"""

from infra.local.clouds.tencent.data import REGIONS, empty, generate
from infra.local.clouds.tencent.protocol import ACCOUNT_ID, DEFAULT_KEY, DEFAULT_ROLE, FakeTencent
from infra.local.clouds.tencent.signature import AccessKey

__all__ = ["ACCOUNT_ID", "DEFAULT_KEY", "DEFAULT_ROLE", "REGIONS", "AccessKey", "FakeTencent", "empty", "generate"]
