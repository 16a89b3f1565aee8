"""Writes ``docs/coverage.md``, what of each cloud is listed and by which calls: ``python -m infra.coverage``.

All of it is read from the declarations, by which the clouds are listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from chalicelib.providers import PROVIDERS, get_provider
from chalicelib.providers.base import Provider
from chalicelib.providers.kinds import GROUPS, KINDS, kind_of

PAGE = Path(__file__).parents[1] / "docs" / "coverage.md"
COMMAND = "python -m infra.coverage"

INTRODUCTION = f"""# What is listed

Made from the declarations by `{COMMAND}`: change those, not this page. A cell has the service or product and
the call that lists a type. A family has a line for each of its types, whose name is that of the kind with the line's
own behind a dot (`lb.clb`). What belongs to no region is marked *global* and is listed once.

"""


def _usual(declared: Any) -> tuple[str, str]:
    return declared.product.name, declared.action


def _aliyun(declared: Any) -> tuple[str, str]:
    further = declared.attached.listings if declared.attached else ()
    return declared.product.name, _listed([listing.action for listing in (declared, *further)])


def _amazon(declared: Any) -> tuple[str, str]:
    detail, attached = declared.detail, declared.attached
    further = [detail.operation] if detail else [attached.listing.operation, attached.operation] if attached else []
    return declared.service, _listed([declared.operation, *further])


def _huawei(declared: Any) -> tuple[str, str]:
    listings = [declared]
    if declared.attached:
        listings += [declared.attached.groups, declared.attached.members]
    return declared.api.product.host, _listed([listing.api.action for listing in listings])


def _tencent(declared: Any) -> tuple[str, str]:
    further = [call.action for call in declared.attached.every_call] if declared.attached else []
    return declared.product.name, _listed([declared.action, *further])


def _volcano(declared: Any) -> tuple[str, str]:
    calls = [declared]
    if declared.attached:
        calls += [declared.attached.listing, declared.attached.group]
    return declared.product.name, _listed([call.action for call in calls])


def _listed(calls: list[str]) -> str:
    return " and ".join(calls) if len(calls) < 3 else f"{', '.join(calls[:-1])} and {calls[-1]}"


CALLS: Mapping[str, Callable[[Any], tuple[str, str]]] = {
    "aliyun": _aliyun,
    "aws": _amazon,
    "huawei": _huawei,
    "tencent": _tencent,
    "volcano": _volcano,
}
"""How to read the product and the call of a declaration, where it is not the usual way."""


def _has_machines(declared: Any) -> bool:
    attached = getattr(declared, "attached", None)
    return "ecs" in declared.relations or (attached is not None and attached.kind == "ecs")


MACHINES = (
    "- aws `lb.v2`: a page for each 400 target groups, and a call for each that has machines and a load balancer. A",
    "  target that is an address, a function or another load balancer is no machine.",
    "- huawei: a page for each 2,000 pools and for each 2,000 members.",
    "- tencent `lb.clb`: a call for each load balancer, `DescribeTargets` or, for one of the old kind (`Forward` 0),",
    "  `DescribeClassicalLBTargets`. That the targets of target groups are among the answers is said in passing only,",
    "  at the `Port` of a `Backend`.",
    "- tencent `lb.gwlb`: for each that has a target group, a page for each 100 of its targets.",
    "- tencent `lb.alb`: a call for each load balancer (`DescribeListeners`), two for each of its listeners, whose",
    "  default target group is said by `DescribeListenerDetail` and those of its rules by `DescribeRules`, and one for",
    "  each target group that the load balancers of a page have (`DescribeTargetGroupTargets`); a page for each 100 of",
    "  what a call lists. `DescribeListenerHealthStatus` names groups and targets in one call for each listener, but",
    "  may answer the unhealthy ones only, as is said at the `Status` of its `TargetHealthStatusInfo`.",
    "- aliyun `lb.clb`: a call for each load balancer, which tells the servers of all its listeners. A server that no",
    "  listener sends requests to is not behind it.",
    "- aliyun `lb.alb`, `lb.nlb`: a page for each 100 groups of instances, and one for each 100 servers of every group",
    "  that has a load balancer. A group that lists fewer servers than it has is an error, not fewer machines.",
    "  Interfaces and containers are no machines, nor are those of `lb.clb`.",
    "- volcano `lb.clb`: a page for each 100 groups of servers, and a call for each; `lb.alb`: a page for each 100",
    "  listeners, and a call for each group that they name; `lb.nlb`: a page for each 20 groups, and a call for each",
    "  that has a load balancer. A server that is an interface or an address is no machine.",
)
"""What relations to the machines behind load balancers cost."""

LACKS: Mapping[str, Callable[[str, Any], bool]] = {
    "no tags": lambda name, declared: not getattr(declared, "tags", ""),
    "no machines behind it": lambda name, declared: kind_of(name) == "lb" and not _has_machines(declared),
}


def document() -> str:
    providers = [get_provider(name) for name in PROVIDERS]
    return INTRODUCTION + "\n".join([*_counts(providers), "", *_table(providers), "", *_lacks(providers)]) + "\n"


def _counts(providers: list[Provider]) -> Iterator[str]:
    yield _row("", *(provider.name for provider in providers))
    yield _row(*("---" for _ in range(len(providers) + 1)))
    kinds = ({kind_of(name) for name in provider.asset_types} for provider in providers)
    yield _row("kinds", *(f"{len(found)} of {len(KINDS)}" for found in kinds))
    yield _row("types", *(str(len(provider.asset_types)) for provider in providers))


def _table(providers: list[Provider]) -> Iterator[str]:
    yield _row("group", "kind", *(provider.name for provider in providers))
    yield _row(*("---" for _ in range(len(providers) + 2)))
    for group, kinds in GROUPS.items():
        for kind in kinds:
            yield _row(group, f"`{kind}`", *(_cell(provider, kind) for provider in providers))


def _lacks(providers: list[Provider]) -> Iterator[str]:
    yield "## What is not read of them"
    yield ""
    yield "Tags are not read where the call that lists a type does not answer them; a search by tag then finds none of"
    yield "it. A load balancer refers to the machines behind it where its listing names them, or another one does:"
    yield ""
    yield from MACHINES
    yield ""
    yield _row("", *(provider.name for provider in providers))
    yield _row(*("---" for _ in range(len(providers) + 1)))
    for title, lacks in LACKS.items():
        names = ([name for name in it.asset_types if lacks(name, _declared(it, name))] for it in providers)
        yield _row(title, *(", ".join(f"`{name}`" for name in found) or "all are read" for found in names))


def _declared(provider: Provider, name: str) -> Any:
    types = import_module(f"{PROVIDERS[provider.name]}.types")
    return (getattr(types, "BY_NAME", None) or types.TYPES)[name]


def _cell(provider: Provider, kind: str) -> str:
    own = [name for name in provider.asset_types if kind_of(name) == kind]
    if not own:
        return f"none: {provider.unsupported[kind]}"
    return "<br>".join(_line(provider, name) for name in own)


def _line(provider: Provider, name: str) -> str:
    product, call = CALLS.get(provider.name, _usual)(_declared(provider, name))
    member = name.partition(".")[2]
    told = f"{member}: " if member else ""
    return f"{told}{product} {call}" + (" *global*" if name in provider.global_types else "")


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
