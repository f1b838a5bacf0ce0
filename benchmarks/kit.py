"""Measure the contract kit beside Schemathesis: the same mock, as many examples, alternating rounds.

    python benchmarks/kit.py [--rounds 3] [--examples 300] [--quick]

Schemathesis 4.32.5 must be installed beside this Python or be named with --schemathesis. A full run writes
kit.json here; a quick one writes it to .run/. The exit code is 1 when something could not be measured.
"""

import argparse
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from results import machine
from work import HERE, RUN, ContenderError

FUZZ = runpy.run_path(str(HERE.parent / "tests" / "fuzz" / "run_schemathesis.py"))
KEY: str = FUZZ["KEY"]
TIMES, LIMIT = 5, 20.0
CASES = re.compile(r"([\d,]+) generated")
SECONDS = re.compile(r"in ([\d.]+)s =")


@dataclass(frozen=True)
class Run:
    """One run of a tester against the mock.

    Attributes:
        cases: what it sent that it had made up: Schemathesis's cases, the kit's submits.
        exchanges: all that it sent; for Schemathesis its cases.
        seconds: by its own count, without its start.
        wall: from exec to exit.
        cpu: of its process, user and system.
    """

    cases: int
    exchanges: int
    seconds: float
    wall: float
    cpu: float


@contextmanager
def mock() -> Iterator[str]:
    """Run the mock that both test, jobs ending at once; yield its URL."""
    serve = [sys.executable, "-c", "from mockgateway.cli import main; main()", "serve"]
    quick = ["--quiet", "--port", "0", "--keys", KEY, "--queue-time", "0", "--processing-time", "0"]
    with subprocess.Popen([*serve, *quick], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield (process.stdout.readline() if process.stdout else "").split()[-1]
        finally:
            process.terminate()


def timed(command: list[str], folder: Path) -> tuple[str, float, float]:
    """Run a command to its end; return its output, and the seconds and CPU seconds that it took."""
    with (folder / "output").open("w+") as output:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode not in (0, 1):
        raise ContenderError(f"{Path(command[0]).name} ended with {process.returncode}: {text[-300:]}")
    return text, wall, used.ru_utime + used.ru_stime


def schemathesis(program: str, url: str, examples: int, folder: Path) -> Run:
    """Let Schemathesis test the gateway's operations, with all its checks."""
    config = folder / "schemathesis.toml"
    config.write_text(FUZZ["CONFIG"].format(request_id=FUZZ["submit"](url)))
    command = [program, "--config-file", str(config), "run", f"{url}/openapi.json", "--checks", "all"]
    command += ["--no-color", "--header", f"Ocp-Apim-Subscription-Key: {KEY}", "--exclude-tag", "control"]
    text, wall, cpu = timed([*command, "--max-examples", str(examples)], folder)
    cases, seconds = CASES.search(text), SECONDS.findall(text)
    if not cases or not seconds:
        raise ContenderError(f"schemathesis did not say what it did: {text[-300:]}")
    count = int(cases[1].replace(",", ""))
    return Run(count, count, float(seconds[-1]), wall, cpu)


def kit(target: str, folder: Path, *more: str) -> Run:
    """Let the kit verify a target."""
    report, har = folder / "report.json", folder / "traffic.har"
    program = [sys.executable, "-c", "from zimage_contract.cli import main; main()", "verify", target]
    _, wall, cpu = timed([*program, "--json", str(report), *more], folder)
    found = json.loads(report.read_text())
    if found["verdict"] == "error":
        raise ContenderError(f"verify gave no verdict: {found['error']}")
    sent = json.loads(har.read_text())["log"]["entries"] if har.exists() else []
    submits = sum(
        each["request"]["method"] == "POST" and "-request" in each["request"]["url"] for each in sent
    )
    return Run(submits, found["exchanges"], found["seconds"], wall, cpu)


def measured(program: str, rounds: int, examples: int) -> dict[str, list[Run]]:
    """Measure all, in turns; each round has mocks of its own."""
    found: dict[str, list[Run]] = {"schemathesis": [], "kit": [], "verify mock": []}
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            steps = {
                "schemathesis": lambda url, folder=folder: schemathesis(program, url, examples, folder),
                "kit": lambda url, folder=folder: kit(
                    url,
                    folder,
                    "--api-key",
                    KEY,
                    "--examples",
                    str(examples),
                    "--har",
                    str(folder / "traffic.har"),
                ),
            }
            for what in sorted(steps, reverse=bool(number % 2)):
                say(f"round {number + 1}/{rounds}  {what}")
                with mock() as url:
                    found[what].append(steps[what](url))
            say(f"round {number + 1}/{rounds}  verify mock")
            (folder / "traffic.har").unlink(missing_ok=True)
            found["verify mock"].append(kit("mock", folder))
    return found


def document(found: dict[str, list[Run]], examples: int, before: dict[str, Any]) -> dict[str, Any]:
    """Work out rates, medians and targets."""
    rates = {
        name: {
            "cases": median(run.cases / run.seconds for run in runs),
            "exchanges": median(run.exchanges / run.seconds for run in runs),
            "cpu_ms": median(1000 * run.cpu / run.cases for run in runs),
        }
        for name, runs in found.items()
        if name != "verify mock"
    }
    whole = median(run.wall for run in found["verify mock"])
    ratio = rates["kit"]["cases"] / rates["schemathesis"]["cases"]
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": before | {"load_after": os.getloadavg()[0]},
        "examples": examples,
        "rates": rates,
        "verify_mock_seconds": whole,
        "targets": [
            {
                "what": f"at least {TIMES} times Schemathesis's cases a second",
                "got": ratio,
                "met": ratio >= TIMES,
            },
            {"what": f"a full verify mock within {LIMIT:g} s", "got": whole, "met": whole <= LIMIT},
        ],
        "samples": {name: [asdict(run) for run in runs] for name, runs in found.items()},
    }


def table(told: dict[str, Any]) -> str:
    """Show a document as Markdown."""
    lines = ["| | cases/s | exchanges/s | CPU ms a case |", "|---|---:|---:|---:|"]
    lines += [
        f"| {name} | {rate['cases']:,.0f} | {rate['exchanges']:,.0f} | {rate['cpu_ms']:.2f} |"
        for name, rate in told["rates"].items()
    ]
    lines += ["", f"A full `verify mock`: {told['verify_mock_seconds']:.1f} s."]
    lines += [
        f"{'met' if each['met'] else 'MISSED'}: {each['what']} ({each['got']:.1f})"
        for each in told["targets"]
    ]
    before, after = told["machine"]["load_before"], told["machine"]["load_after"]
    return "\n".join([*lines, f"Load of the machine: {before:.1f} before, {after:.1f} after."])


def say(text: str) -> None:
    """Tell what goes on."""
    print(f"[{os.getloadavg()[0]:.1f}] {text}", file=sys.stderr, flush=True)


def main() -> int:
    """Measure, write and show; 0 when all could be measured."""
    parser = argparse.ArgumentParser(description="Measure the contract kit beside Schemathesis.")
    parser.add_argument("--rounds", type=int, default=3, help="alternating rounds (3)")
    parser.add_argument("--examples", type=int, default=300, help="for each property, of both (300)")
    parser.add_argument("--quick", action="store_true", help="one round of 20 examples: does it all work?")
    beside = str(Path(sys.executable).with_name("schemathesis"))
    parser.add_argument("--schemathesis", default=beside, help="its program (that beside this Python)")
    given = parser.parse_args()
    program = shutil.which(given.schemathesis) or shutil.which("schemathesis")
    if not program:
        sys.exit("schemathesis is not installed: pip install schemathesis==4.32.5")
    rounds, examples = (1, 20) if given.quick else (given.rounds, given.examples)
    before = machine()
    try:
        told = document(measured(program, rounds, examples), examples, before)
    except ContenderError as error:
        print(f"NOT MEASURED  {error}", file=sys.stderr)
        return 1
    folder = RUN if given.quick else HERE
    folder.mkdir(exist_ok=True)
    (folder / "kit.json").write_text(json.dumps(told, indent=1) + "\n")
    print(table(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
