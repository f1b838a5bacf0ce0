"""Generate clients from the mock's OpenAPI document with other people's generators, and certify them.

Makes three: in Python with openapi-python-client and with openapi-generator, in TypeScript with
openapi-generator. The short programs beside this file drive them. Ends with 1 when one breaks an obligation.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from mockgateway.web.openapi import openapi_document
from zimage_contract.certificate import Certificate
from zimage_contract.certify import Program, Terms, certify
from zimage_contract.obligations.cases import CASES

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
CASES_OF_PROGRAMS = tuple(
    case for case in CASES if case.style != "webhook" and case.id not in {"slow-queue", "stuck", "happy-base"}
)
"""What takes a minute is left to the programs of tests/contract_tests/programs."""

TYPESCRIPT = ["-g", "typescript-fetch"]
PYTHON = ["-g", "python"]


def main() -> int:
    """Generate, certify, report."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "openapi.json").write_text(json.dumps(openapi_document()), "utf-8")
        programs = {
            "openapi-python-client, Python": openapi_python_client(folder),
            "openapi-generator, Python": openapi_generator_python(folder),
            "openapi-generator, TypeScript": openapi_generator_typescript(folder),
        }
        with ThreadPoolExecutor() as pool:
            certificates = dict(zip(programs, pool.map(certified, programs.values()), strict=True))
    for title, certificate in certificates.items():
        show(title, certificate)
    return 0 if all(each.verdict == "pass" for each in certificates.values()) else 1


def openapi_python_client(folder: Path) -> Program:
    """Generate a package and return the program that drives it."""
    run([BIN / "openapi-python-client", "generate", "--path", "openapi.json", "--output-path", "opc"], folder)
    return python(HERE / "drive_openapi_python_client.py", folder / "opc")


def openapi_generator_python(folder: Path) -> Program:
    """Generate a package and return the program that drives it."""
    run([BIN / "openapi-generator-cli", "generate", "-i", "openapi.json", *PYTHON, "-o", "ogp"], folder)
    return python(HERE / "drive_python.py", folder / "ogp")


def openapi_generator_typescript(folder: Path) -> Program:
    """Generate a package, install what runs TypeScript, and return the program that drives it."""
    project = folder / "ts"
    project.mkdir()
    run(
        [BIN / "openapi-generator-cli", "generate", "-i", "openapi.json", *TYPESCRIPT, "-o", "ts/client"],
        folder,
    )
    (project / "package.json").write_text('{"type": "module", "private": true}', "utf-8")
    run(["npm", "install", "--silent", "--no-audit", "--no-fund", "tsx@4"], project)
    shutil.copy(HERE / "drive_typescript.ts", project)
    runner = project / "node_modules/tsx/dist/cli.mjs"
    return Program(command=["node", str(runner), str(project / "drive_typescript.ts")])


def python(program: Path, package: Path) -> Program:
    """Return a program that finds a package."""
    return Program(command=[sys.executable, str(program)], environment={"PYTHONPATH": str(package)})


def run(command: list[str | Path], folder: Path) -> None:
    """Run a command in a folder; end with its output when it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def certified(program: Program) -> Certificate:
    """Put a program into the cases."""
    return certify(program, Terms(cases=CASES_OF_PROGRAMS, timeout=120), date(2026, 1, 1))


def show(title: str, certificate: Certificate) -> None:
    """Print what a program made of each case."""
    verdicts: Mapping[str, int] = {}
    for result in certificate.results:
        verdicts = {**verdicts, result.verdict: verdicts.get(result.verdict, 0) + 1}
        broken = [each.obligation.id for each in result.obligations if each.findings]
        if broken or result.verdict not in {"pass", "not-applicable"}:
            print(f"  {result.case.id}: {result.verdict} {result.reason}{', '.join(broken)}")
            if result.evidence:
                print("   ", result.evidence.output.strip()[-600:])
    print(f"{title}: {certificate.verdict} {dict(verdicts)} in {certificate.seconds:.0f} s")


sys.exit(main())
