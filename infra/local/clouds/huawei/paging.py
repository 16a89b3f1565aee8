"""How the fake's listings page: the part that a request asks for, and what an answer says about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class BadParameter(Exception):
    """The name of a parameter that the real API does not take like this."""


@dataclass(frozen=True, slots=True)
class Size:
    """The parameter for the size of a page, and the values it may have."""

    most: int
    default: int
    least: int = 0
    name: str = "limit"

    def of(self, parameters: Mapping[str, str]) -> int:
        return _number(parameters, self.name, self.default, self.least, self.most)


@dataclass(frozen=True, slots=True)
class Window:
    """``size`` items from the one with the index ``first`` on."""

    first: int
    size: int

    @property
    def page(self) -> int:
        return self.first // max(1, self.size) + 1


class Paging(Protocol):
    @property
    def size(self) -> Size: ...

    def window(self, parameters: Mapping[str, str], ids: Sequence[str]) -> Window:
        """Raises BadParameter."""
        ...

    def told(self, window: Window, ids: Sequence[str], total: int) -> dict[str, Any]:
        """What the answer says beside the items."""
        ...


@dataclass(frozen=True, slots=True)
class Marker:
    """``info`` for an answer with page_info; ``total`` is the path of the number of all items, if it is told."""

    size: Size
    info: bool = False
    total: str = ""

    def window(self, parameters: Mapping[str, str], ids: Sequence[str]) -> Window:
        size, marker = self.size.of(parameters), parameters.get("marker")
        if marker is None:
            return Window(0, size)
        if marker not in ids:
            raise BadParameter("marker")
        return Window(ids.index(marker) + 1, size)

    def told(self, window: Window, ids: Sequence[str], total: int) -> dict[str, Any]:
        shown = ids[window.first : window.first + window.size]
        if not self.info:
            return _nested(self.total, total)
        info: dict[str, Any] = {"current_count": len(shown)}
        if shown:
            info["previous_marker"] = shown[0]
        if shown and window.first + window.size < len(ids):
            info["next_marker"] = shown[-1]
        return {"page_info": info}


@dataclass(frozen=True, slots=True)
class Offset:
    """``first`` is the offset of the first item; ``shown`` the path of the number of items on the page, if told."""

    size: Size
    total: str = ""
    shown: str = ""
    name: str = "offset"
    first: int = 0

    def window(self, parameters: Mapping[str, str], ids: Sequence[str]) -> Window:
        offset = _number(parameters, self.name, self.first, self.first, 2**31 - 1)
        return Window(offset - self.first, self.size.of(parameters))

    def told(self, window: Window, ids: Sequence[str], total: int) -> dict[str, Any]:
        count = len(ids[window.first : window.first + window.size])
        return _nested(self.total, total) | _nested(self.shown, count)


@dataclass(frozen=True, slots=True)
class Number:
    size: Size
    name: str
    total: str = "total"

    def window(self, parameters: Mapping[str, str], ids: Sequence[str]) -> Window:
        size = self.size.of(parameters)
        return Window((_number(parameters, self.name, 1, 1, 100_000) - 1) * size, size)

    def told(self, window: Window, ids: Sequence[str], total: int) -> dict[str, Any]:
        return _nested(self.total, total)


def _nested(path: str, value: Any) -> dict[str, Any]:
    if not path:
        return {}
    step, _, rest = path.partition(".")
    return {step: _nested(rest, value) if rest else value}


def _number(parameters: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = parameters.get(name, str(default))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise BadParameter(name)
    return int(text)
