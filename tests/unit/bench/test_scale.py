"""The simulation of a large installation, its limits and its page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.queries.shapes import parsed, queries
from bench.queries.shards import Reach, ShardKey, forbidden, reach
from bench.scale.inputs import Fleet, Inputs
from bench.scale.judgement import first_that_breaks, limits, month
from bench.scale.page import COMMAND, PAGE, version
from bench.scale.shards import BY_SCOPE, CHOSEN, shapes
from bench.scale.simulation import Simulation, needed_concurrency, with_room
from chalicelib import indexes
from infra.cost.bill import total

SMALL = Inputs(fleet=Fleet(accounts=40))


def test_the_page_is_of_these_sources_and_inputs() -> None:
    assert f"(version {version()})" in PAGE.read_text(encoding="utf-8"), f"docs/scaling.md is older: run `{COMMAND}`"


def test_the_same_seed_is_the_same_day_and_another_one_is_another() -> None:
    first, again, other = (Simulation(replace(SMALL, seed=seed), hours=2).run() for seed in (1, 1, 2))
    assert first == again
    assert first.busy_seconds != other.busy_seconds


def test_with_enough_consumers_every_sync_is_done_and_with_one_less_it_is_not() -> None:
    enough = needed_concurrency(SMALL)
    day = Simulation(with_room(SMALL, concurrency=enough), hours=2).run()
    assert (day.syncs, day.skipped, day.scopes) == (80, 0, 80 * SMALL.fleet.scopes)
    short = Simulation(with_room(SMALL, concurrency=enough - 1), hours=2).run()
    assert short.syncs < 80


def test_what_cannot_be_kept_up_with_is_skipped_and_does_not_pile_up() -> None:
    day = Simulation(with_room(SMALL, concurrency=1, patience=7200.0), hours=8).run()
    assert day.skipped > 0
    assert day.peak_waiting <= SMALL.fleet.accounts * (SMALL.fleet.scopes + 1)


def test_only_an_impatient_recoverer_sends_again_what_waits() -> None:
    slow = with_room(SMALL, concurrency=2)
    assert Simulation(slow, hours=1).run().known > 0
    assert Simulation(with_room(slow, patience=7200.0), hours=1).run().known == 0


def test_limits_come_in_the_order_in_which_they_break() -> None:
    day = Simulation(with_room(SMALL, concurrency=2), hours=1).run()
    found = limits(SMALL, 2, day)
    assert [limit.share for limit in found] == sorted((limit.share for limit in found), reverse=True)
    assert (first_that_breaks(found) is found[0]) is (found[0].needed > found[0].there)
    fewer = limits(replace(SMALL, fleet=Fleet(accounts=1, regions=1, types=1)), 1, day)
    assert first_that_breaks([limit for limit in fewer if limit.share <= 1]) is None
    assert total(month(SMALL, day)) > 0


@pytest.mark.parametrize(
    ("filtered", "key", "reached"),
    [
        ({"_id": "a", "status": "s"}, ShardKey(("_id",), hashed=True), Reach.ONE),
        ({"_id": {"$in": ["a"]}}, ShardKey(("_id",), hashed=True), Reach.SOME),
        ({"_id": {"$gt": "a"}}, ShardKey(("_id",), hashed=True), Reach.ALL),
        ({"_id": {"$gt": "a"}}, ShardKey(("_id",)), Reach.SOME),
        ({"tenant": "t", "region": "r"}, ShardKey(("tenant", "provider")), Reach.SOME),
        ({"provider": "p"}, ShardKey(("tenant", "provider")), Reach.ALL),
        ({"tenant": "t", "provider": "p"}, ShardKey(("tenant", "provider")), Reach.ONE),
    ],
)
def test_a_query_reaches_the_shards_of_the_keys_that_it_names(
    filtered: dict[str, object], key: ShardKey, reached: Reach
) -> None:
    (query,) = queries("find", {"find": "c", "filter": filtered})
    assert reach(query.shape, key) is reached


def test_a_scope_is_read_from_one_shard_and_listings_of_a_tenant_are_narrowed() -> None:
    of_assets = {str(shape): reach(shape, BY_SCOPE) for shape in shapes() if shape.collection == "assets"}
    assert of_assets["account_id =, provider =, region =, tenant =, type ="] is Reach.ONE
    everywhere = {told for told, reached in of_assets.items() if reached is Reach.ALL}
    assert everywhere == {"_id =, hash =, missing =", "_id =, token =", "_id in"}


def test_no_chosen_key_forbids_an_index_that_must_be_unique_and_none_is_possible_for_tasks() -> None:
    assert {name: forbidden(indexes.INDEXES[name], key) for name, key in CHOSEN.items()} == {
        "assets": [],
        "audit": [],
        "pacing": [],
    }
    for key in (ShardKey(("_id",), hashed=True), ShardKey(("tenant",)), ShardKey(("dedupe_key",))):
        assert forbidden(indexes.INDEXES["tasks"], key)


def test_shapes_are_read_from_the_page_as_they_were_written() -> None:
    row = "| find | _id <, a = null, b all begins · by -_id, a · limited | i | b | scan | `f` |  |"
    (shape,) = parsed(f"## tasks\n\n| | query |\n|---|---|\n{row}\n")
    assert (shape.collection, shape.verb, str(shape)) == (
        "tasks",
        "find",
        "_id <, a = null, b all begins · by -_id, a · limited",
    )
    assert len(shapes()) > 100
