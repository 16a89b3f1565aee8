"""Which assets a caller means, and in which order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.assets import terms

Document = dict[str, Any]

SORTS: Mapping[str, str] = {"id": "_id", "name": "name", "first_seen_at": "first_seen_at", "changed_at": "changed_at"}
"""What a list can be sorted by, and the stored field; a minus sign in front turns it round."""


@dataclass(frozen=True, slots=True)
class AssetFilter:
    """``q`` is the beginning of a name, of a word in it, of a native id or of an address; ``native_id`` that of a
    native id. ``type`` is a type or a family of them. Deleted assets are left out unless ``deleted``.
    """

    tenant: str
    provider: str | None = None
    account_id: int | None = None
    region: str | None = None
    type: str | None = None
    q: str | None = None
    status: str | None = None
    name: str | None = None
    native_id: str | None = None
    ip: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    refers_to: str | None = None
    first_seen_since: datetime | None = None
    changed_since: datetime | None = None
    deleted: bool = False

    def to_query(self) -> Document:
        equal = {"provider": self.provider, "account_id": self.account_id, "region": self.region, "name": self.name}
        query: Document = {"tenant": self.tenant}
        query |= {name: value for name, value in equal.items() if value is not None}
        if self.type is not None:
            query["type"] = self.type if "." in self.type else {"$regex": f"^{re.escape(self.type)}(\\.|$)"}
        if self.first_seen_since is not None:
            query["first_seen_at"] = {"$gte": self.first_seen_since}
        if self.changed_since is not None:
            query["changed_at"] = {"$gte": self.changed_since}
        if wanted := self._search():
            query["search"] = wanted
        if self.q and self.native_id:
            query["native_id"] = {"$regex": "^" + re.escape(self.native_id)}
        return query if self.deleted else query | {"deleted_at": None}

    def _search(self) -> Document:
        """Exact terms, and a beginning as a pattern, which an index can find as long as it is anchored."""
        exact = [terms.status(self.status)] if self.status else []
        exact += [terms.address(self.ip)] if self.ip else []
        exact += [terms.refers_to(self.refers_to)] if self.refers_to else []
        exact += [terms.tag(key, value) for key, value in self.tags.items()]
        beginning = terms.words(self.q) if self.q else terms.native_id(self.native_id) if self.native_id else None
        search: Document = {"$all": exact} if exact else {}
        return search | ({"$regex": "^" + re.escape(beginning)} if beginning else {})
