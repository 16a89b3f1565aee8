"""What can go wrong while packaging."""

from __future__ import annotations


class PackageError(Exception):
    """Nothing was built; the text says what to change."""
