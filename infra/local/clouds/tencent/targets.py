"""What is behind a load balancer or a listener, each asked for by its id."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from infra.local.clouds.inventory import Inventory
from infra.local.clouds.tencent.listings import ABOUT_LISTENER
from infra.local.clouds.tencent.refusal import Refusal, missing, unknown, wrong_type, wrong_value

KIND = "clb_targets"
"""Items have the fields of an answer, and the id of their load balancer."""

ANSWERS = {"DescribeTargets": (1, "Listeners"), "DescribeClassicalLBTargets": (0, "Targets")}
"""By action of clb: the value of Forward that its load balancers have, and the field of its answer."""

DETAIL = "DescribeListenerDetail"

VERSIONS = {("alb", DETAIL): "2025-10-30", **{("clb", action): "2018-03-17" for action in ANSWERS}}


def behind(
    inventory: Inventory, region: str, action: str, parameters: Mapping[str, Any], *, empty: bool
) -> dict[str, Any]:
    """The answer's document, without its request id; a load balancer without targets has null."""
    _check(parameters, ("LoadBalancerId",))
    asked = parameters["LoadBalancerId"]
    balancer = next((it for it in inventory.items("lb.clb", region) if it["LoadBalancerId"] == asked), None)
    if balancer is None:
        raise Refusal("InvalidParameter.LBIdNotFound", "The load balancer does not exist.")
    forward, field = ANSWERS[action]
    if balancer["Forward"] != forward:
        raise wrong_value("LoadBalancerId")
    held = next((it for it in inventory.items(KIND, region) if it["LoadBalancerId"] == asked), {})
    return {field: None if empty else held.get(field)}


def detail(inventory: Inventory, region: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The document of one listener, without its request id."""
    _check(parameters, ABOUT_LISTENER)
    wanted = {name: parameters[name] for name in ABOUT_LISTENER}
    exist(inventory, region, ABOUT_LISTENER, wanted)
    for listener in inventory.items("alb_listener", region):
        if wanted.items() <= {name: listener[name] for name in wanted}.items():
            return listener
    raise wrong_value("ListenerId")


def exist(inventory: Inventory, region: str, about: Mapping[str, str], ids: Mapping[str, Any]) -> None:
    """Raises Refusal for an id that there is not: ``about`` names the kind that each is of."""
    for name, kind in about.items():
        if ids[name] not in inventory.native_ids(kind, region):
            raise Refusal("ResourceNotFound", f"The resource of `{name}` does not exist.")


def _check(parameters: Mapping[str, Any], wanted: Collection[str]) -> None:
    for name in parameters:
        if name not in wanted:
            raise unknown(name)
    for name in wanted:
        if name not in parameters:
            raise missing(name)
        if not isinstance(parameters[name], str):
            raise wrong_type(name)
