"""The project's chores: `nox` runs lint, types, layers, tests and wheel; `nox -s NAME` any one."""

import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["lint", "types", "layers", "tests", "wheel"]
nox.options.error_on_missing_interpreters = False

PYTHONS = ["3.11", "3.12", "3.13"]
# Pinned: a new rule of theirs must not turn an old commit red.
RUFF, MYPY, IMPORT_LINTER = "ruff==0.17.6", "mypy==2.4.1", "import-linter==2.16"

# What proves judgement or endurance, which is the same code wherever it lies, takes minutes.
LONG = [
    "contract_tests/programs",
    "contract_tests/test_faulty.py",
    "contract_tests/test_no_false_alarm.py",
    "mockgateway/lasting",
    "mockgateway/webhooks/test_crashes.py",
]


@nox.session
def lint(session: nox.Session) -> None:
    """All of ruff's rules, and its format."""
    session.install(RUFF)
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check types strictly, in the packages as users see them."""
    session.install(MYPY, "-e", ".[test]")
    session.run("mypy", *session.posargs)
    session.run("mypy", "tests/client/typed_use.py")


@nox.session
def layers(session: nox.Session) -> None:
    """Check that imports go in one direction only."""
    session.install(IMPORT_LINTER, "-e", ".")
    session.run("lint-imports", "--no-cache")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the suite on the checkout."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def wheel(session: nox.Session) -> None:
    """Run the suite against the built wheel, where no checkout can help it."""
    session.install("build")
    folder = Path(session.create_tmp()) / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(folder), silent=True)
    (built,) = folder.glob("*.whl")
    session.install(f"{built}[test]", "--force-reinstall", "--no-deps")
    session.install(f"{built}[test]")
    left_out = [f"--ignore=tests/{name}" for name in LONG]
    options = ["-n", "2", *left_out, *session.posargs]
    session.run("python", "-m", "pytest", *options, env={"MOCKGATEWAY_WHEEL": str(built)})


@nox.session
def proof(session: nox.Session) -> None:
    """Prove the checks at length: faulty gateways with both models, and no false alarm in a hundred runs."""
    session.install("-e", ".[test]")
    tests = [f"tests/contract_tests/{name}.py" for name in ("test_faulty", "test_no_false_alarm")]
    session.run("python", "-m", "pytest", *tests, *session.posargs, env={"ZIMAGE_CONTRACT_PROOF": "1"})


@nox.session
def schemathesis(session: nox.Session) -> None:
    """Let Schemathesis look for anything that departs from our own OpenAPI document."""
    session.install("-e", ".", "schemathesis==4.32.5")
    session.run("python", "tests/fuzz/run_schemathesis.py", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the mock beside its peers; needs wrk, node and java."""
    session.install("-e", ".", "-r", "benchmarks/requirements.txt")
    session.run("python", "benchmarks/bench.py", *session.posargs)


@nox.session(name="bench-kit")
def bench_kit(session: nox.Session) -> None:
    """Measure the contract kit beside Schemathesis; about four minutes."""
    session.install("-e", ".", "schemathesis==4.32.5")
    session.run("python", "benchmarks/kit.py", *session.posargs)


@nox.session
def generated(session: nox.Session) -> None:
    """Certify clients that other people's generators make of our OpenAPI document; needs node, npm, java."""
    generators = ["openapi-python-client==0.29.1", "openapi-generator-cli==7.26.0"]
    libraries = ["httpx", "attrs", "python-dateutil", "pydantic>=2", "urllib3>=2", "typing-extensions"]
    session.install("-e", ".", *generators, *libraries)
    session.run("python", "tests/generated_clients/run.py")
