"""Who is measured: how each is installed and started."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import peers
from work import HERE, HOST, PEERS, ContenderError

BIN = Path(sys.executable).parent
PINNED: dict[str, str] = json.loads((HERE / "peers" / "package.json").read_text())["dependencies"]


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One server under load.

    Attributes:
        command: makes its command line from a port and an empty folder of its own.
        npm: the package it comes in, for a peer.
        warm_up: seconds of load before each measured load; a JVM needs more than the others.
        strict: whether it must refuse a missing key and a bad body (all but the ceilings).
    """

    name: str
    label: str
    kind: str
    command: Callable[[int, Path], list[str]]
    npm: str = ""
    needs: str = ""
    warm_up: float = 2.0
    strict: bool = True

    @property
    def version(self) -> str:
        """The pinned version, for a peer."""
        return PINNED.get(self.npm, "")

    def install(self) -> None:
        """Make sure that it can be started; raises ContenderError."""
        if self.needs and not shutil.which(self.needs):
            raise ContenderError(f"{self.needs} is not installed")
        if self.npm:
            _npm_install(self.npm, self.version)
        elif not Path(self.command(0, HERE)[0]).exists():
            raise ContenderError(
                f"{self.command(0, HERE)[0]} does not exist: pip install -e . into this Python"
            )


def _npm_home(package: str) -> Path:
    return PEERS / package.strip("@").replace("/", "-")


def _npm_install(package: str, version: str) -> None:
    home = _npm_home(package)
    manifest = home / "node_modules" / package / "package.json"
    if manifest.exists() and json.loads(manifest.read_text())["version"] == version:
        return
    peers.write(home / "package.json", {"private": True})
    options = ["--no-package-lock", "--no-audit", "--no-fund", "--loglevel", "error"]
    command = ["npm", "install", "--prefix", str(home), *options, f"{package}@{version}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise ContenderError(f"npm install {package}@{version} failed: {done.stderr.strip()[-400:]}")


def _ours(port: int, folder: Path) -> list[str]:  # noqa: ARG001 - the signature all share
    return [str(BIN / "mockgateway"), "serve", "--port", str(port)]


def ours_with_store(store: Path) -> Contender:
    """Return ours on a store file, for the growth measurement."""

    def command(port: int, folder: Path) -> list[str]:
        return [*_ours(port, folder), "--store", str(store)]

    return Contender(name="mockgateway", label="mockgateway --store", kind="ours", command=command)


def _wiremock(*options: str) -> Callable[[int, Path], list[str]]:
    def command(port: int, folder: Path) -> list[str]:
        jar = next((_npm_home("wiremock") / "node_modules" / "wiremock").rglob("*.jar"))
        root = ["--root-dir", str(peers.wiremock(folder)), "--bind-address", HOST]
        return ["java", "-jar", str(jar), "--port", str(port), *root, *options]

    return command


def _prism(port: int, folder: Path) -> list[str]:
    prism = _npm_home("@stoplight/prism-cli") / "node_modules" / ".bin" / "prism"
    return [str(prism), "mock", "--port", str(port), str(peers.prism(folder))]


def _mockoon(port: int, folder: Path) -> list[str]:
    mockoon = _npm_home("@mockoon/cli") / "node_modules" / ".bin" / "mockoon-cli"
    data = ["--data", str(peers.mockoon(folder)), "--hostname", HOST]
    return [str(mockoon), "start", *data, "--port", str(port), "--disable-log-to-file"]


def _granian(app: str) -> Callable[[int, Path], list[str]]:
    def command(port: int, folder: Path) -> list[str]:  # noqa: ARG001 - the signature all share
        one = ["--workers", "1", "--blocking-threads", "1", "--working-dir", str(HERE)]
        where = ["--interface", "wsgi", "--host", HOST, "--port", str(port)]
        return [str(BIN / "granian"), *where, *one, f"ceilings:{app}"]

    return command


_JAVA = {"kind": "peer", "npm": "wiremock", "needs": "java", "warm_up": 8.0}

ALL = (
    Contender(name="mockgateway", label="mockgateway", kind="ours", command=_ours),
    Contender(name="wiremock", label="WireMock", command=_wiremock(), **_JAVA),
    Contender(
        name="wiremock-100",
        label="WireMock, journal of 100",
        command=_wiremock("--max-request-journal-entries", "100"),
        **_JAVA,
    ),
    Contender(
        name="prism", label="Prism", kind="peer", command=_prism, npm="@stoplight/prism-cli", needs="node"
    ),
    Contender(
        name="mockoon", label="Mockoon", kind="peer", command=_mockoon, npm="@mockoon/cli", needs="node"
    ),
    Contender(
        name="flask",
        label="ceiling: empty Flask route",
        kind="ceiling",
        command=_granian("flask_app"),
        strict=False,
    ),
    Contender(
        name="wsgi",
        label="ceiling: bare WSGI function",
        kind="ceiling",
        command=_granian("bare_app"),
        strict=False,
    ),
)
