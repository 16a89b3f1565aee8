"""Rows of the simulation."""

from __future__ import annotations

from bench.rows import Row
from bench.scale.inputs import Fleet, Inputs
from bench.scale.judgement import month
from bench.scale.simulation import Simulation, needed_concurrency, with_room
from infra.cost.bill import total

MEASURE = "scale"


def measure(*, small: bool = False) -> list[Row]:
    inputs = Inputs(fleet=Fleet(accounts=100)) if small else Inputs()
    needed = needed_concurrency(inputs)
    enough = with_room(inputs, concurrency=needed)
    day = Simulation(enough, hours=2 if small else 24).run()
    of = f"{inputs.fleet.accounts:,} accounts of {inputs.fleet.scopes} scopes, hourly; simulated"
    rows = [
        Row(MEASURE, "consumers at once that keep up", [needed], note=of),
        Row(MEASURE, "messages that wait, at the most", [day.peak_waiting]),
        Row(MEASURE, "commands to the store a second, at the most", [day.peak_commands_a_second]),
    ]
    return rows if small else [*rows, Row(MEASURE, "dollars a month", [total(month(enough, day))])]
