"""The wheel, opened."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {"mockgateway", "zimage_client", "zimage_contract", "zimage_schemas"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel under test when there is one, else one that is built here."""
    if built := os.environ.get("MOCKGATEWAY_WHEEL"):
        return Path(built)
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder)]
    subprocess.run([*build, str(ROOT)], check=True, timeout=120)
    return next(folder.glob("*.whl"))


def names(wheel: Path) -> list[str]:
    """What is in the wheel."""
    with ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheels_root_holds_exactly_our_packages(wheel: Path) -> None:
    """Installing it shadows nobody's package of a common name."""
    roots = {name.split("/")[0] for name in names(wheel)}
    assert {root for root in roots if not root.endswith(".dist-info")} == PACKAGES


def test_every_package_says_that_it_is_typed(wheel: Path) -> None:
    """Type checkers read our annotations."""
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names(wheel))


def test_the_wheel_carries_every_schema_and_example(wheel: Path) -> None:
    """What the packages read at run time is in it."""
    root = ROOT / "schemas"
    wanted = {path.relative_to(root).as_posix() for path in (root / "zimage_schemas").rglob("*.json")}
    assert wanted
    assert wanted <= set(names(wheel))


def test_the_licence_is_in_the_wheel(wheel: Path) -> None:
    """The terms travel with the code."""
    assert any(name.endswith("licenses/LICENSE") for name in names(wheel))
