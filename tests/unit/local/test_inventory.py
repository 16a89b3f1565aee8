from __future__ import annotations

from infra.local.clouds.inventory import Inventory
from tests.support import inventories


def made(instances: int, *, regions: tuple[str, ...]) -> Inventory:
    inventory = Inventory({"ecs": "InstanceId"}, regions)
    for number in range(instances):
        inventory.add("ecs", regions[0], {"InstanceId": f"i-{number}", "Tags": ["a"]})
    return inventory


def test_what_is_done_to_a_copy_reaches_neither_its_original_nor_another_copy() -> None:
    original = made(2, regions=("r",))
    copied, other = original.copy(), original.copy()
    copied.update("ecs", "r", "i-0", Status="Stopped")
    copied.remove("ecs", "r", "i-1")
    copied.add("ecs", "r", {"InstanceId": "i-2"})
    other.add("ecs", "r", {"InstanceId": "i-3"})
    assert copied.numbered("ecs", "r") == [
        (1, {"InstanceId": "i-0", "Tags": ["a"], "Status": "Stopped"}),
        (3, {"InstanceId": "i-2"}),
    ]
    assert other.native_ids("ecs", "r") == ("i-0", "i-1", "i-3")
    assert original.numbered("ecs", "r") == made(2, regions=("r",)).numbered("ecs", "r")


def test_an_item_that_a_test_changes_in_place_is_noticed() -> None:
    copied = inventories.inventory_of(made, 1, regions=("r",))
    assert not inventories.changed()
    tags = copied.items("ecs", "r")[0]["Tags"]
    tags.append("b")
    assert len(inventories.changed()) == 1
    tags.remove("b")
