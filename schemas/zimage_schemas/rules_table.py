"""Write docs/rules.md: `python -m zimage_schemas.rules_table > docs/rules.md`."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from zimage_schemas import DOCUMENTS, MODELS, rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zimage_schemas import Document

_HEAD = """# Rules

Every rule of the contract that a schema states, and what it rests on. Made from the schemas by
`python -m zimage_schemas.rules_table`; do not edit.

| basis | meaning | rules |
|---|---|---:|
| documented | stated in the provider's documentation | {documented} |
| observed | not documented; seen on the wire and published | {observed} |
| platform | the default of the API management that the gateway evidently runs on | {platform} |
| assumed | this project's choice; the truth is not published | {assumed} |

A section is a heading of the provider's documentation: where the rule stands or, when it is not documented,
where one would look. A value that breaks several rules is reported for the first of them in this order.
"""


def table() -> str:
    """Return the page as Markdown."""
    counts = Counter[str](rule.basis for rule in rules())
    parts = (_chapter(document) for document in DOCUMENTS.values())
    return "\n".join([_HEAD.format(**counts), *parts, _prices()])


def _chapter(document: Document) -> str:
    rows = (
        (f"`{rule.id}`", rule.requirement, rule.basis, rule.section)
        for rule in rules()
        if rule.document == document.name
    )
    text = f"`{document.id}`. {document.schema['description']}"
    return "\n".join(_section(document.title, text, ("rule", "requirement", "basis", "section"), rows))


def _prices() -> str:
    rows = ((each.title, f"${each.price}", each.price_basis) for each in MODELS.values())
    text = (
        "From the provider's page of the models, not from the documentation. "
        "That each picture is charged, and not each request, is assumed."
    )
    return "\n".join(_section("Prices", text, ("model", "a picture", "basis"), rows))


def _section(title: str, text: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield from (f"## {title}", "", text, "")
    for cells in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cells)} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(table())
