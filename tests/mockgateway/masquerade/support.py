"""What the tests of masquerades share: how programs are found, and in which environment they are run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = str(Path(sys.executable).with_name("mockgateway"))
PATIENCE = 60.0
SETTINGS = ("MOCKGATEWAY_", "PIXAZO_")

Ran = subprocess.CompletedProcess[str]


def clean_environment(tmp: Path | None = None) -> dict[str, str]:
    """Return the environment without what would lead a program or the command elsewhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(SETTINGS) and not name.lower().endswith("_proxy")
    }
    return kept | {"TMPDIR": str(tmp)} if tmp else kept


def installed(name: str) -> str:
    """Return the path of a program, or skip the test where it is missing and need not be there."""
    path = sys.executable if name == "python" else shutil.which(name)
    if path is None and "MOCKGATEWAY_CI" not in os.environ:
        pytest.skip(f"{name} is not installed")
    assert path, f"{name} is not installed"
    return path
