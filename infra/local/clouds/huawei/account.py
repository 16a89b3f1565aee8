"""The account that the fake has: its domain, and the projects by which its regions are told apart."""

from __future__ import annotations

import hashlib

DOMAIN_ID = "d78cbac186b744899480f25bd0224680"
GLOBAL = "global"
"""The region of what belongs to none."""


def project_of(region: str) -> str:
    """The id of the project that has the account's resources of a region."""
    return hashlib.md5(f"{DOMAIN_ID} {region}".encode()).hexdigest()
