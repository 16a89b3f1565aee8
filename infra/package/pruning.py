"""What of the installed packages does not ship."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

SERVICES = "botocore/data/*/*"
LEFT_OUT: dict[str, str] = {
    "bin/*": "commands",
    "*/tests/*": "tests of packages",
    "*/test/*": "tests of packages",
    "*/testing/*": "what packages test with",
    "*.pyi": "types, for checkers",
    "*/py.typed": "types, for checkers",
    "*.dist-info/*": "nothing reads it",
    "*.c": "sources of compiled modules",
    "*.h": "sources of compiled modules",
    "*.pyx": "sources of compiled modules",
    "*.pxd": "sources of compiled modules",
    "*.pxi": "sources of compiled modules",
    "*/.gitignore": "left over in wheels",
    "*.rst": "documents",
    "*.md": "documents",
    "aws_xray_sdk/ext/*": "patches of libraries: none is patched",
    "boto3/examples/*": "documents",
    SERVICES: "services that are not called: see `services`",
    "botocore/data/*/examples-1.json": "documents",
    "boto3/data/*": "boto3's resources: only its clients are used",
    "*/swagger_ui/*": "pages that Powertools can serve",
    "*/_testcapi.*": "tests of packages",
    "chalice/*": "the command line and its templates",
    "gridfs/*": "files in MongoDB: not used",
    "pycparser/*": "cffi compiles with it; compiled modules do not need it",
    "volcenginesdk*/*": "the products of volcano, hundreds of megabytes",
}
"""Patterns of paths, and why each does not ship. ``*`` also matches slashes."""

KEPT: dict[str, str] = {
    "chalice/__init__.py": "the framework",
    "chalice/app.py": "the framework",
    "pymongo-*.dist-info/METADATA": "pymongo asks for its own requirements when it is imported",
    "dnspython-*.dist-info/METADATA": "pymongo asks for its version before it looks up mongodb+srv addresses",
    "volcenginesdkcore/*": "calls every product by name",
}
"""Patterns that ship although a pattern above matches, and why."""

OWN_SERVICES = frozenset({"s3", "sqs", "ssm", "sts", "xray"})
"""The AWS services that this service uses for itself. The X-Ray SDK makes a client when it is imported."""


def services() -> frozenset[str]:
    """The AWS services whose descriptions ship: those used here, and those with declared asset types."""
    from chalicelib.providers.aws.types import TYPES  # noqa: PLC0415 - a table of the product

    return OWN_SERVICES | {kind.service for kind in TYPES.values()}


def ships(path: str, called: frozenset[str]) -> bool:
    """Whether a file does; ``path`` is relative to where packages are installed, ``called`` are AWS services."""
    if any(fnmatchcase(path, pattern) for pattern in KEPT):
        return True
    matching = {pattern for pattern in LEFT_OUT if fnmatchcase(path, pattern)}
    return not matching or (matching == {SERVICES} and path.split("/")[2] in called)


def shipped(root: Path) -> list[Path]:
    """The files below ``root`` that ship, relative to it."""
    called = services()
    found = sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return [path for path in found if "__pycache__" not in path.parts and ships(path.as_posix(), called)]
