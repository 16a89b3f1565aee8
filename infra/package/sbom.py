"""What the zip is made of, as CycloneDX: the same for the same zip."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from infra.package.licences import Shipped

SERVICE = "cam-tasks"


def write(packages: Iterable[Shipped], archive: Path, arch: str, target: Path) -> None:
    """Describe the zip ``archive`` for ``arch`` and the ``packages`` in it."""
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    bom = Bom(
        serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"urn:sha256:{digest}"),
        components=[_component(one) for one in packages],
    )
    root = Component(
        name=SERVICE,
        type=ComponentType.APPLICATION,
        bom_ref=SERVICE,
        description=f"{archive.name}, for AWS Lambda on {arch}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
    )
    bom.metadata.component = root
    bom.register_dependency(root, bom.components)
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    del document["metadata"]["timestamp"]  # of this moment: the same zip would never have the same description
    target.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _component(one: Shipped) -> Component:
    place = PackageURL("pypi", name=one.name, version=one.version)
    return Component(
        name=one.name,
        version=one.version,
        type=ComponentType.LIBRARY,
        bom_ref=str(place),
        purl=place,
        licenses=[LicenseFactory().make_from_string(one.licence)],
    )
