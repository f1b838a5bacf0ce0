"""What the README promises at first sight."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def blocks(language: str) -> list[str]:
    """The README's code blocks in a language."""
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)


def test_the_first_example_is_ten_lines_of_code() -> None:
    """It is short enough to be read at once."""
    lines = filter(None, blocks("python")[0].splitlines())
    assert len([line for line in lines if not line.startswith(("import", "from"))]) <= 10


def test_every_local_link_of_the_documents_leads_somewhere() -> None:
    """No document points to a file that is not there."""
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")]:
        for link in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / link).exists(), f"{document.name} links to {link}"
