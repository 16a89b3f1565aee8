"""What a cold start of the packaged functions costs, by the processor: the clock of a busy machine tells little.

``python -m bench.cold_start`` judges by the bounds themselves, on a machine that is quiet.
"""

from __future__ import annotations

import sys

import pytest

from bench.cold_start import BARE_FUNCTION, BOUNDS, Starts, starts
from infra.package.places import Output
from tests.support.unpacked import Lambda

RUNS = 5
NOISE = 1.15
"""What the ratio was seen to differ by, from run to run of one package beside other work: 1.41 to 1.60 for the API."""


@pytest.fixture(scope="module")
def found(unpacked: Lambda, package: Output, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Starts]:
    return starts(RUNS, tmp_path_factory.mktemp("starts"), unpacked, package.template)


@pytest.mark.parametrize("function", BOUNDS)
def test_a_function_starts_within_its_bound_of_a_bare_handler_that_makes_the_same_clients(
    function: str, found: dict[str, Starts]
) -> None:
    cost = min(found[function].processor) / min(found[BARE_FUNCTION.name].processor)
    sys.stdout.write(f"{function}: {cost:.2f} x the bare handler's processor time, bound {BOUNDS[function].most}\n")
    assert cost <= NOISE * BOUNDS[function].most, found
