"""Programs in several languages make a picture with nothing but the origin changed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from mockgateway import MockGateway

PROGRAMS = Path(__file__).parent / "programs"
COMMANDS = {"make_picture.py": sys.executable, "make_picture.mjs": "node", "make_picture.sh": "sh"}


@pytest.mark.parametrize("program", COMMANDS)
def test_a_program_makes_its_picture(program: str, tmp_path: Path) -> None:
    """From submit to a file that opens, of the format and shape asked for."""
    command = shutil.which(COMMANDS[program])
    if command is None and "MOCKGATEWAY_CI" not in os.environ:
        pytest.skip(f"{COMMANDS[program]} is not installed")
    picture = tmp_path / "picture.webp"
    with MockGateway(speed=100) as gateway:
        subprocess.run([str(command), PROGRAMS / program, gateway.url, picture], check=True, timeout=60)
    with Image.open(picture) as opened:
        opened.load()
        assert (opened.format, opened.size) == ("WEBP", (1024, 1024))
