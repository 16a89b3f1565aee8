"""What is in the zip that Lambda is given."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import struct
import zipfile
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from chalicelib.api.console import ROOT
from infra.package import archive, pruning
from infra.package.__main__ import BIGGEST, main
from infra.package.build import LARGEST_TREE, LARGEST_ZIP, check_size
from infra.package.dependencies import MACHINES, install, platforms
from infra.package.errors import PackageError
from infra.package.pins import pinned, requirements
from infra.package.places import BUILD, Output
from infra.package.stage import Stage

UNCHECKED = 1
"""The flag in bytecode that makes Python take it without looking at the source."""
ELF_MACHINES = {"x86_64": 62, "arm64": 183}
FORBIDDEN = (
    "secantus",
    "moto",
    "pytest",
    "infra",
    "tests",
    "bench",
    "camcli",
    "pip",
    "setuptools",
    "click",
    "awslambdaric",
)


def test_make_package_makes_the_same_zip_and_template_again_and_prints_its_hash_and_biggest_parts(
    package: Output, stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(stage.name, stage.arch, root=tmp_path)
    again = Output(tmp_path / stage.name)
    printed = capsys.readouterr().out
    assert f"{stage.arch}, sha256 {hashlib.sha256(package.zip.read_bytes()).hexdigest()}" in printed
    parts = re.findall(r"^ *([\d.]+) MB ([\w.-]+)$", printed, re.MULTILINE)
    assert len(parts) == BIGGEST
    assert [size for size, _ in parts] == sorted((size for size, _ in parts), key=float, reverse=True)
    assert {"botocore", "chalicelib"} <= {name for _, name in parts}
    for one, other in ((package.zip, again.zip), (package.template, again.template)):
        assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(other.read_bytes()).digest(), one.name


def test_the_zip_depends_on_no_time_and_no_order_of_files(tmp_path: Path) -> None:
    hashes = set()
    for number, names in enumerate((("a.py", "b/c.py"), ("b/c.py", "a.py"))):
        tree = tmp_path / str(number)
        for name in names:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_text(name)
            (tree / name).chmod(0o600 + number)
        archive.write(tree, tmp_path / "made.zip")
        hashes.add(hashlib.sha256((tmp_path / "made.zip").read_bytes()).digest())
    assert len(hashes) == 1


def test_the_zip_is_small_enough_for_lambda(package: Output) -> None:
    with zipfile.ZipFile(package.zip) as opened:
        unpacked = sum(entry.file_size for entry in opened.infolist())
    check_size(package.zip.stat().st_size, unpacked)


@pytest.mark.parametrize(("zipped", "unpacked"), [(LARGEST_ZIP + 1, 0), (0, LARGEST_TREE + 1)])
def test_a_zip_that_is_too_big_is_refused(zipped: int, unpacked: int) -> None:
    with pytest.raises(PackageError, match="bytes"):
        check_size(zipped, unpacked)


def test_nothing_ships_that_does_not_run(files: list[str]) -> None:
    called = pruning.services()
    sources = [name for name in files if not name.endswith(".pyc")]
    assert [
        name for name in sources if not name.startswith(("chalicelib/", "app.py")) and not pruning.ships(name, called)
    ] == []
    assert {name.partition("/")[0].removesuffix(".py") for name in files}.isdisjoint(FORBIDDEN)
    parts = {part for name in files for part in name.split("/")[:-1]}
    assert parts.isdisjoint({"tests", "test", "bin", "examples"})


def test_the_console_ships_whole(files: list[str]) -> None:
    own = {f"chalicelib/console/{path.relative_to(ROOT).as_posix()}" for path in ROOT.rglob("*") if path.is_file()}
    assert own <= set(files)


def test_of_dist_info_only_what_is_read_ships(files: list[str]) -> None:
    kept = [name for name in files if ".dist-info/" in name]
    assert sorted(name.partition("-")[0] for name in kept) == ["dnspython", "pymongo"]


def test_every_module_has_bytecode_that_python_takes_unseen(package: Output, files: list[str]) -> None:
    modules = [name for name in files if name.endswith(".py")]
    with zipfile.ZipFile(package.zip) as opened:
        for name in modules:
            code = opened.read(importlib.util.cache_from_source(name))
            assert code[:4] == importlib.util.MAGIC_NUMBER, name
            assert struct.unpack("<I", code[4:8]) == (UNCHECKED,), name


def test_tracebacks_name_the_files_where_lambda_has_them(package: Output) -> None:
    with zipfile.ZipFile(package.zip) as opened:
        code = opened.read(importlib.util.cache_from_source("chalicelib/container.py"))
    assert b"/var/task/chalicelib/container.py" in code


@pytest.mark.parametrize("arch", MACHINES)
def test_compiled_modules_are_for_the_architecture_that_was_asked_for(arch: str) -> None:
    packages = install(arch, BUILD / "packages")
    compiled = [packages / path for path in pruning.shipped(packages) if path.suffix == ".so"]
    machines = {struct.unpack("<H", path.read_bytes()[18:20])[0] for path in compiled}
    assert compiled
    assert machines == {ELF_MACHINES[arch]}


def test_wheels_are_never_newer_than_lambdas_glibc() -> None:
    newest, *_ = platforms("arm64")
    assert newest == "manylinux_2_26_aarch64"
    assert not [tag for tag in platforms("x86_64") if tag.startswith("manylinux_2_") and int(tag.split("_")[2]) > 26]


def test_what_the_service_asks_for_is_pinned() -> None:
    pins = pinned()
    missing = [str(one) for one in requirements() if pins.get(canonicalize_name(one.name), "") not in one.specifier]
    assert not missing, "run `make pins`"


def test_a_pattern_may_keep_part_of_what_another_leaves_out() -> None:
    called = frozenset({"ec2"})
    ships = {
        "volcenginesdkecs/api.py": False,
        "volcenginesdkcore/api.py": True,
        "botocore/data/ec2/2016-11-15/service-2.json.gz": True,
        "botocore/data/ec2/2016-11-15/examples-1.json": False,
        "botocore/data/glue/2017-03-31/service-2.json.gz": False,
        "botocore/data/endpoints.json": True,
        "chalice/app.py": True,
        "chalice/deploy/deployer.py": False,
    }
    assert {path: pruning.ships(path, called) for path in ships} == ships
