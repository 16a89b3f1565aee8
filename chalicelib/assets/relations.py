"""Which assets relations are between: they name a kind and a native id, which is unique in its scope alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.assets.model import Asset
from chalicelib.providers.base import GLOBAL
from chalicelib.providers.kinds import kind_of

Relation = Mapping[str, str]


def target(source: Asset, relation: Relation, candidates: Sequence[Asset]) -> Asset | None:
    """The one of ``candidates``, assets of the source's account, that its relation means: of the kind that it names,
    in the source's region before none, and there before another region.
    """
    fitting = [one for one in candidates if _is(relation, one) and one.id != source.id]
    return min(fitting, key=lambda one: (_distance(source, one), one.scope.region, one.scope.type), default=None)


def refers(source: Asset, to: Asset, namesakes: Sequence[Asset]) -> bool:
    """Whether a relation of the source means ``to``, and none of its ``namesakes``."""
    found = (target(source, relation, namesakes) for relation in source.fields["relations"] if _is(relation, to))
    return any(one is not None and one.id == to.id for one in found)


def _is(relation: Relation, asset: Asset) -> bool:
    named, own = relation["type"], asset.scope.type
    return relation["native_id"] == asset.fields["native_id"] and named in (own, kind_of(own))


def _distance(source: Asset, other: Asset) -> int:
    return {source.scope.region: 0, GLOBAL: 1}.get(other.scope.region, 2)
