"""A demo cloud in which something happens: without it, no second sync would ever have a change to tell of."""

from __future__ import annotations

from infra.local.clouds.inventory import Inventory

OTHER = {"Running": "Stopped", "Stopped": "Running"}


def live(inventory: Inventory, turn: int) -> None:
    """In each region one server stops, or starts again: another one each turn, all of them in the end."""
    for region in inventory.regions:
        if servers := inventory.items("ecs", region):
            server = servers[turn % len(servers)]
            if other := OTHER.get(server["Status"]):
                inventory.update("ecs", region, server["InstanceId"], Status=other)
