"""Write docs/scenarios.md: `python -m mockgateway.scenarios.page > docs/scenarios.md`."""

import sys
from pathlib import Path

from mockgateway.scenarios.shipped import shipped, shipped_names

_FRAME = Path(__file__).with_suffix(".md")


def page() -> str:
    """Return the page as Markdown."""
    rows = "\n".join(_row(name) for name in sorted(shipped_names()))
    table = f"| name | what happens | basis | good for |\n|---|---|---|---|\n{rows}"
    return _FRAME.read_text("utf-8").replace("{table}", table)


def _row(name: str) -> str:
    found = shipped(name)
    return f"| `{name}` | {found.description} | {found.basis} | {found.good_for} |"


if __name__ == "__main__":
    sys.stdout.write(page())
