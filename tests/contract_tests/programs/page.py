"""Write docs/obligations.md: `python tests/contract_tests/programs/page.py > docs/obligations.md`."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    import conftest  # noqa: F401 - makes what tests share importable

from programs_faults import FAULTS
from programs_judged import ALWAYS, SOMETIMES

from zimage_contract.obligations import OBLIGATIONS, Obligation
from zimage_contract.obligations.case import Case
from zimage_contract.obligations.cases import CASES

_HEAD = """# Cases and obligations

What `zimage-contract certify` puts a program through, and what it asks of it; [certify.md](certify.md)
says how. Made from the cases, the obligations and the tests' programs by `python
tests/contract_tests/programs/page.py`; do not edit.

## Cases

Each is a scenario of the mock ([scenarios.md](scenarios.md)). *Ends with* is what a correct program
brings: its pictures and exit code 0, another exit code, or either.
"""
_OBLIGATIONS = """## Obligations

A *must* withholds the certificate; a *should* is a warning. The basis says what it rests on:
[rules.md](rules.md) explains the four. A section is a heading of the provider's documentation: where
the demand stands or, when it is not documented, where one would look. *T*: judged in recorded traffic,
too, by `zimage-contract audit`. Every obligation is proved by programs with one fault each, {faults} of
them: each breaks its obligation and no other.
"""
_MATRIX = """## Which is judged where

● in every program of the case's style; ○ where a program's own pace or fault brings it about, such as a
second poll. Six correct programs, in Python, JavaScript and shell, polling and called back, are run
through all cases, and show every ●.
"""
IN_TRAFFIC = frozenset(
    each.id for each in OBLIGATIONS if each.id.startswith(("request.", "money.", "key.sent", "key.private"))
) | {
    "poll.url",
    "poll.rhythm",
    "poll.late",
    "poll.stops",
    "poll.retry-after",
    "callback.answered",
    "callback.duplicate",
}


def page() -> str:
    """Return the page as Markdown."""
    faults = _OBLIGATIONS.format(faults=len(FAULTS))
    parts = (_HEAD, *_cases(), "", faults, *_obligations(), "", _MATRIX, *_matrix())
    return "\n".join(parts) + "\n"


def _cases() -> Iterator[str]:
    rows = ((f"`{each.id}`", each.title, each.expects, each.style or "", _also(each)) for each in CASES)
    return _table(("case", "what happens", "ends with", "style", "asked for"), rows)


def _also(case: Case) -> str:
    said = [case.model] if case.model != "turbo" else []
    return ", ".join([*said, *([f"{case.pictures} pictures"] if case.pictures > 1 else [])])


def _obligations() -> Iterator[str]:
    rows = (
        (
            f"`{each.id}`",
            each.title,
            each.level,
            each.basis,
            each.section,
            "T" if each.id in IN_TRAFFIC else "",
            each.remedy,
            _faults(each),
        )
        for each in OBLIGATIONS
    )
    heads = ("obligation", "demand", "level", "basis", "section", "", "remedy", "its faulty programs")
    return _table(heads, rows)


def _faults(obligation: Obligation) -> str:
    return "; ".join(dict.fromkeys(each.sentence for each in FAULTS if each.obligation == obligation.id))


def _matrix() -> Iterator[str]:
    names = [each.id for each in OBLIGATIONS]
    rows = ((f"`{case.id}`", *(_sign(name, case.id) for name in names)) for case in CASES)
    turned = zip(("", *(f"`{name}`" for name in names)), *rows, strict=True)
    head, *rest = turned
    return _table(head, rest)


def _sign(obligation: str, case: str) -> str:
    if case in ALWAYS.get(obligation, ()):
        return "●"
    return "○" if case in SOMETIMES.get(obligation, ()) else ""


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = list(head)
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page())
