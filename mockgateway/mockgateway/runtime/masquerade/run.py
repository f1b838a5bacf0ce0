"""`mockgateway run`: a mock, its masquerade, and one program between them."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockgateway.domain.redaction import Redactor
from mockgateway.runtime.inprocess import MockGateway
from mockgateway.runtime.masquerade.masquerade import Masquerade
from mockgateway.runtime.masquerade.program import CannotRun, run, signals_held
from mockgateway.runtime.masquerade.summary import Summary
from mockgateway.settings import Settings
from mockgateway.web.har import har
from zimage_schemas import LIVE_ORIGIN

_PAGE = "docs/run.md"
_JVM = frozenset({"java", "javaw", "jbang", "jshell", "kotlin", "mvn", "mvnw", "gradle", "gradlew", "sbt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is to be run, and how.

    Attributes:
        command: the program and its arguments.
        settings: of the mock.
        allow_network: whether it may reach other hosts.
        java: whether JVMs are led to the mock.
        quiet: write nothing about it.
        har: a file for all exchanges.
        json: a file for the summary.
    """

    command: Sequence[str]
    settings: Settings
    allow_network: bool = False
    java: bool = False
    quiet: bool = False
    har: Path | None = None
    json: Path | None = None


def run_program(wanted: Run) -> int:
    """Run a program against a mock of its own; return its exit code.

    Raises:
        BadSetting: there is no such scenario.
        BadScenario: a scenario is bad.
        CannotRun: there is no such program, or it is none.
    """
    with signals_held() as held, MockGateway(wanted.settings) as gateway:
        with Masquerade(gateway, allow_network=wanted.allow_network) as masquerade:
            key = f"mock-{wanted.settings.scenario}-run"
            environment = masquerade.environment(os.environ, key, java=wanted.java)
            if not wanted.quiet:
                _say(_beforehand(wanted))
            code = run(wanted.command, environment, held)
            refused, connections = masquerade.refused, masquerade.connections
        summary = Summary.of(gateway.mock, wanted.settings.scenario, refused)
        if not wanted.quiet:
            _say(summary.lines())
            _say(() if summary.count else _nothing_came(connections))
        return _written(wanted, gateway, summary, code)


def _written(wanted: Run, gateway: MockGateway, summary: Summary, code: int) -> int:
    """Write the files that are wanted; what cannot be written is told, and makes a success a failure."""
    from mockgateway import __version__

    try:
        if wanted.har:
            entries = gateway.mock.control.journals.everything()
            _write(wanted.har, har(entries, Redactor.of(entries), __version__))
        if wanted.json:
            _write(wanted.json, summary.json(code))
    except OSError as error:
        _say([f"{error.filename} cannot be written: {error.strerror}"])
        return code or 1
    return code


def _write(file: Path, document: dict[str, Any]) -> None:
    file.write_text(json.dumps(document, indent=2) + "\n", "utf-8")


def _beforehand(wanted: Run) -> Iterator[str]:
    if Path(wanted.command[0]).name in _JVM and not wanted.java:
        yield f"a JVM heeds no variables for proxies and certificates: put --java before the --; see {_PAGE}"


def _nothing_came(connections: int) -> Iterator[str]:
    if connections:
        yield (
            "the program connected to the mock and then asked nothing: it seems not to trust the "
            f"certificate, which it finds by SSL_CERT_FILE and the like; see {_PAGE}"
        )
        return
    yield (
        f"no request reached the mock. Does the program call {LIVE_ORIGIN}, and does it heed HTTPS_PROXY? "
        f"If not, it may have called the live gateway; {_PAGE} says what each language needs"
    )
    if (other := os.environ.get("PIXAZO_GATEWAY_URL", LIVE_ORIGIN)).rstrip("/") != LIVE_ORIGIN:
        yield f"PIXAZO_GATEWAY_URL is set, to {other[:80]!r}: a program that heeds it called that"


def _say(lines: Iterator[str] | Sequence[str]) -> None:
    """Write lines on standard error: standard output is the program's."""
    shown = [line if line.isprintable() else line.encode("unicode_escape").decode() for line in lines]
    with suppress(OSError, AttributeError):  # it is closed
        sys.stderr.write("".join(f"mockgateway: {line}\n" for line in shown))
        sys.stderr.flush()


__all__ = ["CannotRun", "Run", "run_program"]
