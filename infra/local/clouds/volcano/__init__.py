"""A fake volcano account behind the real wire protocol.

In a test::

    cloud = FakeVolcano(generate(500))
    with CloudServer(cloud) as server:
        ...  # an account with endpoint=server.url and the credentials of DEFAULT_KEY

As a process: ``python -m infra.local.clouds.volcano --port 0``. Products share the names of actions, so faults and
counts of requests name them with their product: ``ecs.DescribeInstances``. What belongs to no region is kept, and
named in faults, under the region ``global``.
"""

from infra.local.clouds.volcano.data import REGIONS, empty, generate
from infra.local.clouds.volcano.protocol import ACCOUNT_ID, DEFAULT_KEY, FakeVolcano
from infra.local.clouds.volcano.signature import AccessKey

__all__ = ["ACCOUNT_ID", "DEFAULT_KEY", "REGIONS", "AccessKey", "FakeVolcano", "empty", "generate"]
