"""The samples of the provider's documentation, byte for byte."""

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from masquerade_support import Ran, installed

from zimage_schemas import LIVE_ORIGIN, MODELS

SAMPLES = Path(__file__).parent / "samples"
RUN = {"python": ("python", "sample.py"), "javascript": ("node", "sample.mjs"), "curl": ("sh", "sample.sh")}


@pytest.mark.parametrize("language", RUN)
@pytest.mark.parametrize("model", ["turbo", "base"])
def test_a_sample_of_the_documentation_submits_its_job(
    model: str, language: str, mockgateway_run: Callable[..., Ran], tmp_path: Path
) -> None:
    """It prints a request_id, and the live URL to poll; one job is charged, and its output is untouched."""
    name, file = RUN[language]
    sample = (SAMPLES / f"{model}-{language}.txt").read_bytes()
    (tmp_path / file).write_bytes(sample)
    assert LIVE_ORIGIN.encode() in sample
    assert b"YOUR_SUBSCRIPTION_KEY" in sample
    ended = mockgateway_run("--json", "told.json", "--", installed(name), file)
    assert ended.returncode == 0, ended.stderr
    slug = MODELS[model].slug
    assert f"{LIVE_ORIGIN}/v2/requests/status/{slug}_" in ended.stdout
    assert "QUEUED" in ended.stdout
    assert "mockgateway" not in ended.stdout
    told = json.loads((tmp_path / "told.json").read_text())
    assert told["exchanges"] == {"submit": 1, "status": 0, "media": 0, "callback": 0, "other": 0}
    (job,) = told["jobs"]
    assert job["model"] == slug
    assert job["request_id"] in ended.stdout
    assert told["findings"] == [each for each in told["findings"] if each["id"] == "submit.no-cache-control"]


def test_the_samples_are_all_there() -> None:
    """Both models in all three languages."""
    assert len(list(SAMPLES.glob("*.txt"))) == 6


def documented() -> list[str]:
    """Every command line of the documents that runs a program."""
    root = Path(__file__).parents[3]
    text = "".join((root / name).read_text("utf-8") for name in ("README.md", "docs/run.md"))
    return sorted(set(re.findall(r"^\$ mockgateway (run .*)$", text, re.MULTILINE)))


@pytest.mark.parametrize("line", documented())
def test_the_command_lines_of_the_documents_work(
    line: str, mockgateway_run: Callable[..., Ran], tmp_path: Path
) -> None:
    """Where the files are that they name; each makes a job and ends well."""
    for language, (_, file) in RUN.items():
        shutil.copy(SAMPLES / f"turbo-{language}.txt", tmp_path / file)
    shutil.copy(SAMPLES.parent / "programs" / "MakePicture.java", tmp_path)
    _, *words = shlex.split(line)
    words = [installed(word) if word in {"python", "node", "sh", "java"} else word for word in words]
    ended = mockgateway_run(*words)
    assert ended.returncode == 0, ended.stderr
    assert "mockgateway: charged $0.0" in ended.stderr


def test_there_are_command_lines_to_run() -> None:
    """The pattern that finds them has not gone blind."""
    assert len(documented()) >= 4
