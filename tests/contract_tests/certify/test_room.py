"""How many files may be open at once, where a shell allows a few only."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

MAIN = "from zimage_contract.cli import main; main()"


def limited(folder: Path, limit: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a shell with a limit."""
    line = shlex.join([sys.executable, "-c", MAIN, "certify", *words, "--json", "found.json", "--", "true"])
    shell = ["bash", "-c", f"ulimit {limit}; exec {line}"]
    return subprocess.run(shell, cwd=folder, text=True, capture_output=True, check=False, timeout=60)


def test_a_soft_limit_is_raised(tmp_path: Path) -> None:
    """As far as it takes: systems start with 256 or 1024."""
    ended = limited(tmp_path, "-Sn 48", "--case", "happy,stuck,forbidden")
    assert "INCONCLUSIVE: 3 cases without evidence" in ended.stdout, ended


@pytest.mark.parametrize(("words", "said"), [((), "such as 4, by --jobs"), (("--jobs", "4"), "")])
def test_a_hard_limit_is_told_before_anything_is_started(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    """Exit 2 in one line, which says how many cases may run side by side; so many do."""
    ended = limited(tmp_path, "-n 200", "--case", "happy,happy-base,stuck,forbidden,job-error", *words)
    assert ended.returncode == (2 if said else 1), ended
    assert said in ended.stderr
    assert ("Traceback" in ended.stderr, len(ended.stderr.splitlines())) == (False, 1 if said else 2)
