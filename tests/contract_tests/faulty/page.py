"""Write docs/checks.md: `PYTHONPATH=tests/contract_tests python -m faulty.page > docs/checks.md`."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator

from faulty.catalogue import FAULTS, UNBREAKABLE
from zimage_contract.checks import CHECKS, Check
from zimage_schemas import BASES

_HEAD = """# Checks

Everything that `zimage-contract` asserts of a gateway. Made from the checks and from the tests' faulty
gateways by `PYTHONPATH=tests/contract_tests python -m faulty.page`; do not edit.

| basis | checks |
|---|---:|
{bases}

The basis says what a check rests on; [rules.md](rules.md) explains the four. A section is a heading of the
provider's documentation: where the demand stands or, when it is not documented, where one would look. What a
check *needs*, not every target can give: jobs that are `paid` for, a receiver that callbacks reach, links
that may be opened, or a special key.

Every check is proved by a gateway that keeps the contract but for one thing, said in the last column: it
fails this check and no other. There are {faults} of them; `tests/contract_tests/test_faulty.py` runs them.
"""
_CHAPTERS = {
    "submit": "The answer to a submit",
    "request": "Fields of a request",
    "body": "Bodies as a whole",
    "key": "Keys",
    "route": "Paths and ids",
    "status": "The status document",
    "life": "A job over time",
    "output": "Pictures",
    "webhook": "Callbacks",
    "error": "Errors",
    "liveness": "Liveness",
}


def page() -> str:
    """Return the page as Markdown."""
    counts = Counter[str](check.basis for check in CHECKS)
    bases = "\n".join(f"| {basis} | {counts[basis]} |" for basis in BASES)
    parts = ("\n".join(_chapter(chapter, title)) for chapter, title in _CHAPTERS.items())
    return "\n".join([_HEAD.format(bases=bases, faults=len(FAULTS)), *parts])


def _chapter(chapter: str, title: str) -> Iterator[str]:
    yield from (f"## {title}", "", f"Chapter `{chapter}`.", "")
    yield from _table(check for check in CHECKS if check.chapter == chapter)
    yield ""


def _table(checks: Iterable[Check]) -> Iterator[str]:
    head = ("check", "requirement", "basis", "section", "needs", "its faulty gateway")
    rows = (
        (f"`{each.id}`", each.title, each.basis, each.section, ", ".join(each.needs), _fault(each.id))
        for each in checks
    )
    for cells in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _fault(check: str) -> str:
    said = [fault.says for fault in FAULTS if fault.check == check]
    return "; ".join(said) or f"none: {UNBREAKABLE.get(check, 'yet')}"


if __name__ == "__main__":
    sys.stdout.write(page())
