"""The machines behind load balancers, which groups of servers know."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.providers.volcano.declaration import AssetType, Attached, Form, Product
from chalicelib.providers.volcano.paging import ByPage, ByToken, InOne

CLB = Product("clb", "2020-04-01", Form.QUERY)
ALB = Product("alb", "2020-04-01", Form.QUERY)


def _group(product: Product, action: str, relations: Mapping[str, tuple[str, ...]] = {}) -> AssetType:
    return AssetType(
        "server_group",
        product,
        action,
        InOne(),
        items="Servers",
        native_id="ServerGroupId",
        title="ServerGroupName",
        relations={"ecs": ("Servers.InstanceId",), **relations},
    )


CLB_MACHINES = Attached(
    "ecs",
    AssetType(
        "clb.group",
        CLB,
        "DescribeServerGroups",
        ByPage(100),
        items="ServerGroups",
        native_id="ServerGroupId",
        title="ServerGroupName",
        relations={"group": ("ServerGroupId",)},
    ),
    _group(CLB, "DescribeServerGroupAttributes", {"lb": ("LoadBalancerId",)}),
)

ALB_MACHINES = Attached(
    "ecs",
    AssetType(
        "alb.listener",
        ALB,
        "DescribeListeners",
        ByPage(100),
        items="Listeners",
        native_id="ListenerId",
        title="ListenerName",
        relations={"lb": ("LoadBalancerId",), "group": ("ServerGroupId", "ServerGroups.ServerGroupId")},
    ),
    _group(ALB, "DescribeServerGroupAttributes"),
)

NLB_MACHINES = Attached(
    "ecs",
    AssetType(
        "nlb.group",
        CLB,
        "DescribeNLBServerGroups",
        ByToken(20),
        items="ServerGroups",
        native_id="ServerGroupId",
        title="ServerGroupName",
        relations={"lb": ("RelatedLoadBalancerIds",), "group": ("ServerGroupId",)},
    ),
    _group(CLB, "DescribeNLBServerGroupAttributes"),
)
