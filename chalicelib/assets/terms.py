"""The search terms of an asset: one inverted index answers every question about names, ids, addresses, tags, states
and relations.

Each term begins with what it is about, so that a tag cannot be taken for a name. All are in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_WORD_BREAKS = r"[^0-9a-z\u0080-\uffff]+"


def words(text: str) -> str:
    """What a name, a word in it, a native id or an address begins with."""
    return f"w:{text.lower()}"


def native_id(text: str) -> str:
    return f"i:{text.lower()}"


def address(text: str) -> str:
    return f"a:{text.lower()}"


def tag(key: str, value: str) -> str:
    return f"t:{key.lower()}={value.lower()}"


def status(text: str) -> str:
    return f"s:{text.lower()}"


def refers_to(native: str) -> str:
    return f"r:{native.lower()}"


def terms_of(fields: Mapping[str, Any]) -> list[str]:
    """All terms of an asset's contents, as they are stored."""
    name = str(fields["name"]).lower()
    found = {words(name), words(fields["native_id"]), native_id(fields["native_id"]), status(fields["status"])}
    found |= {words(name[match.end() :]) for match in re.finditer(_WORD_BREAKS, name)}
    for ip in fields["ips"]:
        found |= {words(ip), address(ip)}
    found |= {tag(pair["key"], pair["value"]) for pair in fields["tags"]}
    found |= {refers_to(relation["native_id"]) for relation in fields["relations"]}
    return sorted(term for term in found if len(term) > len("w:"))
