"""The documents of the contract, each with its judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from zimage_schemas._loader import DOCUMENT_NAMES, raw, resolved
from zimage_schemas._rules import rules_by_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zimage_schemas._problems import Problem, Validator


@dataclass(frozen=True)
class Document:
    """One kind of body that the contract knows.

    `id` is the schema's `$id`, a URN. `schema` is the file's content: JSON Schema 2020-12 with `$ref`s to
    other URNs of this package; it is shared, so do not change it. An instance is anything that `json.loads`
    returns; `8.0` is an integer, `true` is none.
    """

    name: str
    id: str
    schema: dict[str, Any] = field(repr=False, compare=False)

    @property
    def title(self) -> str:
        """The schema's title."""
        title: str = self.schema["title"]
        return title

    @property
    def resolved(self) -> dict[str, Any]:
        """The schema with no `$ref` left: the one that `Rule.pointer` leads into."""
        return resolved(self.name)

    def is_valid(self, instance: object) -> bool:
        """Tell whether the instance breaks no rule, whatever the rule's basis."""
        return self._validator().is_valid(instance)

    def problems(self, instance: object) -> tuple[Problem, ...]:
        """Return what is wrong, at most one problem for each place.

        Missing fields come first; else the order is the schema's, whatever the instance's.
        """
        from zimage_schemas._problems import problems

        return problems(self._validator().iter_errors(instance), rules_by_path(self.name))

    def _validator(self) -> Validator:
        # Here, because jsonschema takes longer to import than this package, and not everybody judges.
        from zimage_schemas._validators import validator

        return validator(self.name)


DOCUMENTS: Mapping[str, Document] = MappingProxyType(
    {name: Document(name, raw(name)["$id"], raw(name)) for name in DOCUMENT_NAMES}
)


def document(name: str) -> Document:
    """Return the document of that name; raise KeyError when there is none."""
    return DOCUMENTS[name]
