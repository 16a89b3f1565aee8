"""What ships is what was chosen, under licences that are allowed, and it is written down."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from infra.package import licences, sbom
from infra.package.audit import audit, main
from infra.package.dependencies import install
from infra.package.errors import PackageError
from infra.package.pins import Pin, locked, merged, pinned
from infra.package.places import BUILD, LOCK, PROJECT, Output
from infra.package.stage import Stage
from tests.package.conftest import HERE

METADATA = "Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{licence}\n"


def test_the_list_of_hashes_is_that_of_the_versions() -> None:
    lines = (PROJECT / LOCK).read_text().splitlines()
    versions = dict(line.split()[0].split("==") for line in lines if "==" in line)
    assert versions == pinned(), "run `make pins`"
    assert sum("--hash=sha256:" in line for line in lines) >= len(versions)


def test_a_file_with_another_hash_is_not_installed(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(locked({"six": Pin(pinned()["six"], frozenset({"0" * 64}))}))
    with pytest.raises(PackageError, match="DO NOT MATCH THE HASHES"):
        install(HERE, tmp_path / "cache", lock)
    assert not list((tmp_path / "cache").glob(f"{HERE}-*[!.part]"))


def test_two_builds_at_once_install_the_packages_once(tmp_path: Path) -> None:
    lock, cache = tmp_path / "lock.txt", tmp_path / "cache"
    _, _, following = (PROJECT / LOCK).read_text().partition("\nsix==")
    lock.write_text("six==" + "\n".join(following.splitlines()[:2]))
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: install(HERE, cache, lock), range(2))
    assert first == second
    assert [path.name for path in cache.iterdir() if path.name.startswith(HERE)] == [first.name]
    assert (first / "six.py").exists()


def test_the_files_of_all_architectures_are_locked() -> None:
    one, other = Pin("1", frozenset({"a"})), Pin("1", frozenset({"b"}))
    assert merged({"x86_64": {"p": one}, "arm64": {"p": other}}) == {"p": Pin("1", frozenset({"a", "b"}))}
    with pytest.raises(PackageError, match="different versions"):
        merged({"x86_64": {"p": one}, "arm64": {"p": Pin("2", frozenset({"b"}))}})


def test_the_page_of_licences_is_up_to_date() -> None:
    listed = licences.packages(install(HERE, BUILD / "packages"))
    assert licences.PAGE.read_text(encoding="utf-8") == licences.document(listed), f"run `{licences.COMMAND}`"


def installed(root: Path, name: str, licence: str) -> None:
    about = root / f"{name}-1.0.dist-info"
    about.mkdir(parents=True)
    (root / f"{name}.py").touch()
    (about / "METADATA").write_text(METADATA.format(name=name, licence=licence))
    (about / "RECORD").write_text(f"{name}.py,,\n")


@pytest.mark.parametrize(
    ("licence", "told"),
    [
        ("License-Expression: GPL-3.0-only", r"not allowed: odd \(GPL-3.0-only\)"),
        ("License-Expression: MIT AND GPL-2.0-only", "not allowed"),
        ("License: Proprietary", "no licence that is understood: 'Proprietary'"),
        ("Summary: says nothing", "no licence that is understood: ''"),
    ],
)
def test_a_licence_that_is_not_allowed_stops_the_build(tmp_path: Path, licence: str, told: str) -> None:
    installed(tmp_path, "odd", licence)
    with pytest.raises(PackageError, match=told):
        licences.packages(tmp_path)


def test_one_of_several_licences_is_enough(tmp_path: Path) -> None:
    installed(tmp_path, "odd", "License-Expression: GPL-3.0-only OR MIT AND (ISC OR AGPL-3.0-only)")
    assert [one.name for one in licences.packages(tmp_path)] == ["odd"]


def test_the_parts_list_is_a_valid_one_of_this_zip(package: Output) -> None:
    text = package.sbom.read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    document: dict[str, Any] = json.loads(text)
    root = document["metadata"]["component"]
    assert root["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(package.zip.read_bytes()).hexdigest()}]
    named = {one["name"]: one["version"] for one in document["components"]}
    assert named.items() <= pinned().items()
    assert pinned().keys() - named.keys() == {"pycparser"}
    assert all(one["licenses"] for one in document["components"])


def test_every_package_in_the_zip_is_in_the_parts_list(package: Output, files: list[str]) -> None:
    root = install(HERE, BUILD / "packages")
    listed = {one["name"] for one in json.loads(package.sbom.read_text())["components"]}
    owners: Mapping[str, str] = {
        file.as_posix(): one.name
        for one in distributions(path=[str(root)])
        for file in one.files or ()
        if ".dist-info/" not in file.as_posix()
    }
    shipped = {owners[name].lower().replace("_", "-") for name in files if name in owners}
    assert shipped == listed


def test_the_same_zip_has_the_same_parts_list(package: Output, stage: Stage, tmp_path: Path) -> None:
    listed = licences.packages(install(HERE, BUILD / "packages"))
    sbom.write(listed, package.zip, stage.arch, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text() == package.sbom.read_text()


def report(*vulnerable: str) -> str:
    vulns = [{"id": "CVE-1", "fix_versions": ["2.0"]}]
    found = [
        {"name": name, "version": version, "vulns": vulns if name in vulnerable else []}
        for name, version in pinned().items()
    ]
    return json.dumps({"dependencies": found})


def test_a_known_vulnerability_is_named_with_the_version_that_mends_it() -> None:
    with pytest.raises(PackageError, match=r"requests .*: CVE-1 \(fixed in 2\.0\)"):
        audit(lambda service: report("requests"))
    assert "no known vulnerability (osv)" in audit(lambda service: report())


@pytest.mark.parametrize(
    "told", ["", "no JSON", '{"dependencies": []}', '{"dependencies": [{"name": "six", "skip_reason": "not found"}]}']
)
def test_advisories_that_cannot_be_had_are_no_clean_bill(told: str) -> None:
    with pytest.raises(PackageError, match="NOT CHECKED"):
        audit(lambda service: told)
    assert "(pypi)" in audit(lambda service: report() if service == "pypi" else told)


@pytest.mark.parametrize(
    ("told", "strictly", "leniently"),
    [(report(), 0, 0), ("", 1, 0), (report("requests"), 1, 1)],
    ids=["clean", "unreachable", "vulnerable"],
)
def test_a_pipeline_that_is_cut_off_passes_with_a_line_and_one_that_finds_something_fails(
    told: str, strictly: int, leniently: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], lambda service: told) == strictly
    first = capsys.readouterr()
    assert main(["--unreachable-passes"], lambda service: told) == leniently
    assert capsys.readouterr() == first
    assert (first.out + first.err).count("\n") == (2 if "CVE" in first.err else 1)


def test_a_vulnerability_counts_also_where_the_rest_could_not_be_checked() -> None:
    part = json.dumps({"dependencies": [one for one in json.loads(report("requests"))["dependencies"] if one["vulns"]]})
    with pytest.raises(PackageError, match="CVE-1"):
        audit(lambda service: part if service == "osv" else "")
