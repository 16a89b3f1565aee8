"""``docs/cost.md``, made of the counts, the prices and what is stated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from chalicelib.tasks.batch import MOST_SUBMITTED
from infra.cost import bill
from infra.cost import prices as stated
from infra.cost.bill import Line, total
from infra.cost.counting import Tally
from infra.cost.prices import PRICES
from infra.cost.workloads import ASSETS, BATCH, SCOPES, Counted
from infra.cost.workloads import PAGE as CLOUD_PAGE

PAGE = Path(__file__).parents[2] / "docs" / "cost.md"
COMMAND = "python -m infra.cost"
MOST_REQUESTS = 1.3
"""Of SQS for one task."""
FEW = 100
"""What is less is told to the hundredth."""


def document(counted: Counted) -> str:
    return "\n".join([*_introduction(counted), *_counts(counted), *_bills(counted), *_stated(), *_prices()]) + "\n"


def _introduction(counted: Counted) -> Iterator[str]:
    tasks, sync, standing = bill.million_tasks(counted), bill.hourly_sync(counted), bill.standing(counted)
    batches = bill.million_in_batches(counted)
    store = Line("the store", bill.HOURS, "Atlas M30")
    yield f"""# What it costs

Made by `{COMMAND}`, which runs the service's code against the embedded store and an emulated queue, counts
its requests, and multiplies: change `infra/cost`, not this page. A test fails when the code asks for more, or less,
than is said here.

| | dollars |
|---|---|
| a million tasks that do nothing, submitted one by one | **{total(tasks):.2f}** |
| the same, submitted by `POST /tasks/batch`, {MOST_SUBMITTED:,} at once | **{total(batches):.2f}** |
| an hourly sync of {bill.INVENTORY:,} assets with next to no changes, a month | **{total(sync):.2f}** |
| a stack that stands by, a month, without its store | **{total(standing):.2f}** |
| an Atlas M30, a month, however little is asked of it | **{total([store]):.2f}** |

**Check before use**: prices are those that public pages told of us-east-1, without free tiers, taxes and transfer.
Times are *stated*, not measured on AWS: put in your own where it matters. All constants are in `infra/cost/prices.py`.
"""


def _counts(counted: Counted) -> Iterator[str]:
    requests = bill.queue_requests(counted)
    each = ", ".join(f"{number:g} {name}" for name, number in requests.items())
    yield f"""## Counted

Requests of SQS for a task: {each}: together
**{sum(requests.values()):g}**, of {MOST_REQUESTS} at the most. The code sends; the event source receives and deletes,
{BATCH} messages at a time while there are as many, and one at a time where tasks come alone. A child of a task that
fans out is sent with nine others and takes no request of the API.

| | commands to the store | requests of AWS | invocations |
|---|---|---|---|"""
    yield _tally(f"{BATCH} tasks submitted by HTTP", counted.submitted)
    yield _tally(f"{MOST_SUBMITTED:,} tasks submitted by one `POST /tasks/batch`", counted.batch)
    yield _tally(f"a consumer that runs {BATCH} of them", counted.worked)
    yield _tally(f"a first sync of {SCOPES} scopes with {ASSETS} assets each", counted.first_sync)
    yield _tally("the next one, with nothing changed", counted.next_sync)
    yield _tally("a minute with nothing to do", counted.minute)
    larger = bill.sync_commands(counted.next_sync)
    yield f"""
Commands are by collection. A first sync writes each page of new assets by one command. Each call of a cloud is one to
`pacing`: with {bill.ASSETS_OF_SCOPE:,} assets in a scope, in pages of {CLOUD_PAGE}, the next sync of ten scopes is
{larger:.0f} commands. Tasks of a batch are counted as ending apart, each settled by a command of its own. S3 is asked
by exports alone, STS by syncs of AWS accounts.
"""


def _tally(what: str, tally: Tally) -> str:
    return _row(what, _each(tally.store, total=True), _each(tally.aws) or "none", _each(tally.invocations))


def _each(counts: Counter[str], *, total: bool = False) -> str:
    each = ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))
    return f"**{sum(counts.values())}**: {each}" if total else each


def _bills(counted: Counted) -> Iterator[str]:
    yield from _bill("A million tasks", bill.million_tasks(counted))
    in_batches = f"By `POST /tasks/batch`, {MOST_SUBMITTED:,} tasks at once."
    yield from _bill("A million tasks in batches", bill.million_in_batches(counted), in_batches)
    of_sync = (
        f"{bill.SYNCS} syncs an hour, each of {SCOPES} scopes with {bill.ASSETS_OF_SCOPE:,} assets, {bill.HOURS} hours:"
        f"\na parent, {SCOPES} children in one batch, and the parent again to join them."
    )
    yield from _bill("An hourly sync, a month", bill.hourly_sync(counted), of_sync)
    yield from _bill("A stack that stands by, a month", bill.standing(counted))


def _bill(title: str, lines: Sequence[Line], text: str = "") -> Iterator[str]:
    yield f"## {title}\n"
    if text:
        yield f"{text}\n"
    yield from _table(("what", "quantity", "price", "dollars"), ("---", "--:", "---", "--:"))
    for line in lines:
        yield _row(line.what, f"{_number(line.quantity)} {PRICES[line.price].unit}", line.price, f"{line.dollars:.2f}")
    yield _row("**together**", "", "", f"**{total(lines):.2f}**") + "\n"


def _number(quantity: float) -> str:
    return f"{quantity:,.0f}" if quantity == int(quantity) or quantity > FEW else f"{quantity:.2f}"


def _stated() -> Iterator[str]:
    yield "## Stated, not measured\n"
    yield from _table(("what", "taken for"))
    memories = {name: bill.memory(name) for name in ("api_handler", "consume_normal", "recover")}
    yield _row(
        "memory, of `.chalice/config.json`", ", ".join(f"{name} {it * 1024:.0f} MiB" for name, it in memories.items())
    )
    yield _row("a request of the API", f"{stated.API_SECONDS} s")
    yield _row(f"a request that submits {MOST_SUBMITTED:,} tasks", f"{stated.BATCH_REQUEST_SECONDS:g} s")
    yield _row("a consumer with ten tasks that do nothing", f"{stated.BATCH_SECONDS} s")
    yield _row("a consumer with ten scopes side by side", f"{stated.SYNC_BATCH_SECONDS:g} s, half a second a page")
    yield _row("a consumer with a parent", f"{stated.PARENT_SECONDS:g} s")
    yield _row("a function of each minute", f"{stated.MINUTE_SECONDS} s")
    yield _row("beats of a consumer", f"two commands every {stated.BEAT_SECONDS} s")
    yield _row(
        "idle queues",
        f"{stated.MAPPINGS} mappings × {stated.POLLERS} connections, each asking every {stated.POLL_SECONDS} s",
    )
    yield _row(
        "logs of the platform", f"{stated.PLATFORM_LOG_BYTES} B an invocation, {stated.ACCESS_LOG_BYTES} B a request"
    )
    yield _row(
        "logs of the service, held to the counts by a test",
        f"{stated.SUBMIT_LOG_BYTES} B a task submitted, {stated.BATCH_REQUEST_LOG_BYTES} B a batch of them, "
        f"{stated.WORK_LOG_BYTES} B a task run, "
        f"{stated.BATCH_FIGURES_BYTES} B of figures a batch, {stated.SYNC_LOG_BYTES:,} B a sync of ten scopes, "
        f"{stated.MINUTE_LOG_BYTES:,} B a minute",
    )
    yield _row("traces", f"{stated.TRACED_SHARE:.0%} of requests, and no reservoir of one a second")
    yield _row(
        "the store",
        f"an Atlas M30 carries {stated.STORE_COMMANDS_PER_SECOND:,} commands a second, large and small, "
        "and only the time that it is asked is paid",
    )
    yield _row("a month", f"{stated.DAYS} days")
    yield """
Not in the bills: the authorizer (an invocation a caller and half a minute at the most), storage of logs, files and
data, backups, transfer, a NAT gateway where the functions are in a VPC, and the Atlas tier beyond the share used.
"""


def _prices() -> Iterator[str]:
    yield "## Prices\n"
    yield "Read in November 2026 by a search over stored public pages. **Check before use.**\n"
    yield from _table(("price", "dollars", "for", "source"))
    for name, price in PRICES.items():
        yield _row(name, f"{price.dollars:.2f}", f"{price.per:,.0f} {price.unit}", price.source)


def _table(titles: Iterable[str], lines: Iterable[str] | None = None) -> Iterator[str]:
    yield _row(*titles)
    yield _row(*(lines or ("---" for _ in titles)))


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"
