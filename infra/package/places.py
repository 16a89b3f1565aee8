"""Where things lie in the project and in what is built of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
BUILD = PROJECT / "build"
PINS = "requirements-shipped.txt"
LOCK = "requirements-locked.txt"


@dataclass(frozen=True)
class Output:
    """What ``make package`` leaves for a stage."""

    directory: Path

    @property
    def zip(self) -> Path:
        return self.directory / "deployment.zip"

    @property
    def template(self) -> Path:
        """Names the zip by a path relative to itself."""
        return self.directory / "template.json"

    @property
    def sbom(self) -> Path:
        """What the zip is made of, as CycloneDX."""
        return self.directory / "sbom.cdx.json"

    @property
    def tree(self) -> Path:
        """What is in the zip, unpacked."""
        return self.directory / "tree"
