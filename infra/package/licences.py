"""The licences of what ships: ``python -m infra.package.licences`` writes the page.

They are those that packages state of themselves. A package whose licence is not allowed, or not understood, is not
built into anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from license_expression import get_spdx_licensing
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.utils import canonicalize_name

from infra.package.dependencies import MACHINES, install
from infra.package.errors import PackageError
from infra.package.places import BUILD, PROJECT
from infra.package.pruning import shipped

PAGE = PROJECT / "docs" / "licences.md"
COMMAND = "python -m infra.package.licences"

SPDX = get_spdx_licensing()

ALLOWED = frozenset({"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0"})
"""SPDX identifiers. They ask for their text to be kept; MPL-2.0 for the sources of files that are changed, too."""

WRITTEN_AS: Mapping[str, str] = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "PSFL": "PSF-2.0",
}
"""What packages call their licence in place of its identifier."""

STATED_ELSEWHERE: Mapping[str, str] = {
    "pymongo-auth-aws": "Apache-2.0",  # its metadata have the whole text
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",  # its LICENSE: later contributions are under both
}
"""Where the metadata say too little, or too much."""


@dataclass(frozen=True, order=True)
class Shipped:
    """A package of which at least one file ships. ``licence`` is an SPDX expression."""

    name: str
    version: str
    licence: str


def packages(root: Path) -> list[Shipped]:
    """Those below ``root``, where packages are installed. Raises PackageError."""
    files = set(shipped(root))
    found = [one for one in distributions(path=[str(root)]) if _has_any(one, files)]
    listed = sorted(Shipped(canonicalize_name(one.name), one.version, _licence(one)) for one in found)
    if refused := [f"{one.name} ({one.licence})" for one in listed if not allowed(one.licence)]:
        raise PackageError(f"licences that are not allowed: {', '.join(refused)}: see infra/package/licences.py")
    return listed


def allowed(expression: str) -> bool:
    """Whether one of the alternatives is allowed in all its parts."""
    return _allowed(SPDX.parse(expression))


def _allowed(part: Any) -> bool:
    if isinstance(part, SPDX.OR):
        return any(map(_allowed, part.args))
    if isinstance(part, SPDX.AND):
        return all(map(_allowed, part.args))
    return str(part) in ALLOWED


def document(listed: Iterable[Shipped]) -> str:
    rows = "".join(f"| {one.name} | {one.version} | {one.licence} |\n" for one in listed)
    return (
        "# Licences of what ships\n\n"
        "Every package of which the deployed zip holds a file, with the licence that it states of itself, as an SPDX\n"
        f"expression. Made by `{COMMAND}`, and held to the allow list in\n"
        "`infra/package/licences.py`: a package under any other licence stops `make package`.\n\n"
        f"| package | version | licence |\n| --- | --- | --- |\n{rows}"
    )


def _has_any(one: Distribution, files: set[Path]) -> bool:
    """The package's own ones: what is said of it in ``.dist-info`` does not make it ship."""
    own = (Path(file) for file in one.files or ())
    return any(file in files for file in own if not file.parts[0].endswith(".dist-info"))


def _licence(one: Distribution) -> str:
    """Raises PackageError."""
    name = canonicalize_name(one.name)
    told = one.metadata.json
    stated = str(told.get("license_expression") or told.get("license") or "")
    expression = STATED_ELSEWHERE.get(name) or WRITTEN_AS.get(stated, stated)
    try:
        return canonicalize_license_expression(expression)
    except InvalidLicenseExpression:
        raise PackageError(f"{name} states no licence that is understood: {stated[:100]!r}") from None


if __name__ == "__main__":
    PAGE.write_text(document(packages(install(next(iter(MACHINES)), BUILD / "packages"))), encoding="utf-8")
