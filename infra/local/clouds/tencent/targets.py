"""What is behind a load balancer: asked for by its id, one call for its kind and one for the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.local.clouds.inventory import Inventory
from infra.local.clouds.tencent.refusal import Refusal, missing, unknown, wrong_type, wrong_value

VERSION = "2018-03-17"
KIND = "clb_targets"
"""Items have the fields of an answer, and the id of their load balancer."""

ANSWERS = {"DescribeTargets": (1, "Listeners"), "DescribeClassicalLBTargets": (0, "Targets")}
"""By action: the value of Forward that its load balancers have, and the field of its answer."""


def behind(
    inventory: Inventory, region: str, action: str, parameters: Mapping[str, Any], *, empty: bool
) -> dict[str, Any]:
    """The answer's document, without its request id; a load balancer without targets has null."""
    for name in parameters:
        if name != "LoadBalancerId":
            raise unknown(name)
    if "LoadBalancerId" not in parameters:
        raise missing("LoadBalancerId")
    asked = parameters["LoadBalancerId"]
    if not isinstance(asked, str):
        raise wrong_type("LoadBalancerId")
    balancer = next((it for it in inventory.items("lb.clb", region) if it["LoadBalancerId"] == asked), None)
    if balancer is None:
        raise Refusal("InvalidParameter.LBIdNotFound", "The load balancer does not exist.")
    forward, field = ANSWERS[action]
    if balancer["Forward"] != forward:
        raise wrong_value("LoadBalancerId")
    held = next((it for it in inventory.items(KIND, region) if it["LoadBalancerId"] == asked), {})
    return {field: None if empty else held.get(field)}
