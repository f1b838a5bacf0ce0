"""Programs in several languages, with several libraries, make a picture at the live address."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from masquerade_support import PATIENCE, Ran, installed

PROGRAMS = Path(__file__).parent / "programs"
PYTHON = ["requests", "httpx", "urllib", "aiohttp", "aiohttp trust_env"]

Program = Callable[..., Ran]


def made(ended: Ran) -> bool:
    """Say whether a program has made its picture, and said nothing else."""
    assert ended.returncode == 0, ended.stderr
    return int(ended.stdout.removesuffix(" bytes\n")) > 1000


@pytest.mark.parametrize("library", PYTHON)
def test_python(program: Program, library: str) -> None:
    """Whether or not the library heeds proxies."""
    assert made(program("python", "-W", "error", str(PROGRAMS / "make_picture.py"), library))


@pytest.mark.parametrize("way", ["fetch", "https"])
def test_node(program: Program, way: str) -> None:
    """Also before Node heeded proxies."""
    ended = program("node", str(PROGRAMS / "make_picture.mjs"), way)
    assert made(ended)
    assert ended.stderr == ""


@pytest.mark.parametrize("tool", ["curl", "wget"])
def test_shell(program: Program, tool: str) -> None:
    """By the environment alone."""
    installed(tool)
    assert made(program("sh", str(PROGRAMS / "make_picture.sh"), tool))


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with axios, of the present and of the time when it sent no CONNECT, and undici."""
    folder = tmp_path_factory.mktemp("packages")
    (folder / "package.json").write_text(json.dumps({"type": "module"}))
    wanted = ["axios@1.21.1", "old-axios@npm:axios@1.7.9", "undici@6.22.0"]
    npm = [installed("npm"), "install", "--silent", "--no-audit", "--no-fund", *wanted]
    ended = subprocess.run(npm, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if ended.returncode:  # whether somebody's registry is up is not for this project to prove
        pytest.skip(f"npm cannot install: {ended.stderr[-200:]}")
    shutil.copy(PROGRAMS / "make_picture.mjs", folder)
    return folder


@pytest.mark.parametrize("library", ["axios", "old-axios", "undici"])
def test_packages_of_node(program: Program, packages: Path, library: str) -> None:
    """Axios heeds proxies by itself, undici does not, and both arrive."""
    assert made(program("node", str(packages / "make_picture.mjs"), library))


def test_java(program: Program) -> None:
    """With the options that a JVM takes from JAVA_TOOL_OPTIONS, which it tells on standard error."""
    ended = program("java", str(PROGRAMS / "MakePicture.java"), java=True)
    assert made(ended)
    assert ended.stderr.startswith("Picked up JAVA_TOOL_OPTIONS: ")


def test_java_is_told_what_it_needs(mockgateway_run: Callable[..., Ran]) -> None:
    """A JVM without its options would go astray: one line says which option of ours helps."""
    ended = mockgateway_run("--", installed("java"), "-version")
    assert ended.returncode == 0
    assert ended.stderr.startswith("mockgateway: a JVM heeds no variables")
    assert "--java" in ended.stderr.splitlines()[0]
