"""What further calls tell of the assets of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from chalicelib.errors import CloudRejected, CloudUnavailable, Refused
from chalicelib.providers.attached import Belonging
from chalicelib.providers.base import ListedAsset
from chalicelib.providers.retry import with_retries
from chalicelib.providers.tencent.caller import Caller
from chalicelib.providers.tencent.declaration import Attached, Call
from chalicelib.providers.tencent.parsing import items_in, related

CHANGING = ("InvalidParameter.LBIdNotFound", "ResourceNotFound", "ResourceUnavailable")
"""How the codes begin that say that what is asked about is gone since it was listed, or is just being changed."""


class FurtherCalls:
    """One call for each item that is asked about, or as many as its answer has pages; none is made twice."""

    def __init__(self, caller: Caller, attached: Attached, region: str, *, sleep: Callable[[float], None]) -> None:
        self._caller = caller
        self._attached = attached
        self._region = region
        self._sleep = sleep
        self._told: dict[tuple[Call, tuple[str, ...]], tuple[str, ...]] = {}

    def attached_to(self, assets: Iterable[ListedAsset]) -> Iterator[Belonging]:
        for asset in assets:
            call = self._attached.call_about(asset.attributes)
            yield (asset.native_id,), tuple(self._reached(call, asset.attributes))

    def try_each(self, assets: Iterable[ListedAsset]) -> None:
        """Makes calls until each was made once, or nothing is left to ask about."""
        untried = set(self._attached.every_call)
        for asset in assets:
            if not untried:
                return
            self._try(self._attached.call_about(asset.attributes), asset.attributes, untried)

    def _try(self, call: Call, known: Mapping[str, Any], untried: set[Call]) -> None:
        if untried.isdisjoint(call.chain):
            return
        if call.asked(known):
            untried.discard(call)
        for further, about in self._following(call, known):
            self._try(further, about, untried)

    def _reached(self, call: Call, known: Mapping[str, Any]) -> Iterator[str]:
        if not call.then:
            yield from self._found(call, known)
        for further, about in self._following(call, known):
            yield from self._reached(further, about)

    def _following(self, call: Call, known: Mapping[str, Any]) -> Iterator[tuple[Call, Mapping[str, Any]]]:
        """The calls that follow a call, and what each of them is about."""
        for native_id in self._found(call, known):
            for further in call.then:
                yield further, {**known, further.asks[-1]: native_id}

    def _found(self, call: Call, known: Mapping[str, Any]) -> tuple[str, ...]:
        asked = call.asked(known)
        if asked and (call, asked) not in self._told:
            kind = "" if call.then else self._attached.kind
            found = [related(item, kind, call.found) for item in self._items(call, asked)]
            if call.always and not all(found):
                raise CloudRejected(f"{call.action} answered an item without {' or '.join(call.found)}")
            self._told[call, asked] = tuple(dict.fromkeys(native_id for some in found for native_id in some))
        return self._told.get((call, asked), ())

    def _items(self, call: Call, asked: tuple[str, ...]) -> list[Mapping[str, Any]]:
        """What was being changed while it was listed makes the listing one to repeat, not one that is shorter."""
        items: list[Mapping[str, Any]] = []
        token: str | None = None
        while True:
            answer = self._answer(call, {**call.query(asked), **call.paging.query(token)})
            page = items_in(answer, call)
            items += page
            token = call.paging.next_token(token, answer, len(page))
            if token is None:
                break
        total = call.paging.total(answer)
        if total is not None and len(items) < total:
            raise CloudUnavailable(f"{call.action} answered {len(items)} of {total}")
        return items

    def _answer(self, call: Call, query: Mapping[str, Any]) -> Mapping[str, Any]:
        asking = partial(self._caller.call, call.product, call.action, self._region, query)
        try:
            return with_retries(asking, sleep=self._sleep)
        except Refused as refused:
            if refused.code.startswith(CHANGING):
                raise CloudUnavailable(refused.message) from refused
            raise
