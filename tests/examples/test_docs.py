"""The examples of the documents, run as they stand."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockgateway import MockGateway

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
ORIGIN = "http://127.0.0.1:8765"


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Every block in a language, with where it is."""
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        for found in re.finditer(rf"```{language}\n(.*?)```", text, re.DOTALL):
            line = text.count("\n", 0, found.start()) + 1
            yield f"{document.name}:{line}", found[1]


def commands(block: str) -> str:
    """The commands of a console block, without prompts and answers."""
    joined = re.sub(r"\\\n\s*", "", block)
    return "\n".join(line[2:] for line in joined.splitlines() if line.startswith("$ "))


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder of its own, where it may leave files; our own commands are found."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = os.environ | {"PATH": path}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, cwd=folder, env=environment
    )


CONSOLE = [(name, commands(block)) for name, block in blocks("console") if ORIGIN in block]


@pytest.mark.parametrize(("name", "code"), list(blocks("python")), ids=lambda value: str(value)[:40])
def test_the_python_examples_run(name: str, code: str, tmp_path: Path) -> None:
    """Without an error and without a warning."""
    ended = run([sys.executable, "-W", "error", "-c", code], tmp_path)
    assert ended.returncode == 0, f"{name}: {ended.stderr}"


@pytest.mark.parametrize(("name", "script"), CONSOLE, ids=lambda value: str(value)[:40])
def test_the_curl_examples_work(name: str, script: str, tmp_path: Path) -> None:
    """Each is answered with success by a mock of its own."""
    with MockGateway() as gateway:
        strict = 'curl() { command curl --silent --show-error --fail-with-body "$@"; }\n'
        script = strict + script.replace(ORIGIN, gateway.url)
        ended = run(["bash", "-e", "-c", script], tmp_path)
    assert ended.returncode == 0, f"{name}: {ended.stdout}{ended.stderr}"


def test_there_are_examples_to_run() -> None:
    """The pattern that finds them has not gone blind."""
    assert len(list(blocks("python"))) >= 3
    assert len(CONSOLE) >= 3
