"""Doing once what several processes want."""

import subprocess
import sys
from pathlib import Path

import pytest

from zimage_contract.suite.once import Abandoned, once

WORKER = """
import sys, time
from pathlib import Path
from zimage_contract.suite.once import once

def make():
    with open(sys.argv[2], "a") as log:
        log.write("made\\n")
    time.sleep(0.2)
    return "the result"

print(once(Path(sys.argv[1]), make))
"""


def test_of_several_processes_one_makes_it(tmp_path: Path) -> None:
    """And all have the result."""
    log = tmp_path / "log"
    command = [sys.executable, "-c", WORKER, str(tmp_path / "shared"), str(log)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [each.communicate(timeout=30)[0] for each in running] == ["the result\n"] * 4
    assert log.read_text() == "made\n"


def test_what_failed_is_not_tried_again(tmp_path: Path) -> None:
    """The one that tried has the error itself."""

    def fail() -> str:
        raise OSError("no network")

    with pytest.raises(OSError, match="no network"):
        once(tmp_path, fail)
    with pytest.raises(Abandoned):
        once(tmp_path, lambda: "again")


def test_what_was_begun_by_a_process_that_died_is_not_tried_again(tmp_path: Path) -> None:
    """Since it may have spent money; and nobody waits for it."""
    code = "import os, sys; from pathlib import Path; from zimage_contract.suite.once import once\n"
    code += "once(Path(sys.argv[1]), lambda: os._exit(9))"
    died = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, timeout=30)
    assert died.returncode == 9
    with pytest.raises(Abandoned):
        once(tmp_path, lambda: "again")


def test_another_folder_is_another_time(tmp_path: Path) -> None:
    """Runs do not see each other's."""
    assert once(tmp_path / "a", lambda: "one") == "one"
    assert once(tmp_path / "a", lambda: "other") == "one"
    assert once(tmp_path / "b", lambda: "other") == "other"
