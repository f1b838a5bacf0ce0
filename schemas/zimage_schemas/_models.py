"""The two models, read from their request schemas."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from zimage_schemas._documents import Document, document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zimage_schemas._problems import Problem
    from zimage_schemas._rules import Basis


@dataclass(frozen=True)
class Model:
    """A model that makes pictures.

    `name` is ours, `slug` is the provider's and stands in URLs, in `model_id` and before every request_id.
    `defaults` are the fields that may be left out; what their values rest on is in `rules()`. `price` is in
    US dollars for one picture. `price_basis` is the ground of the amount; that it is asked for each picture
    and not for each request is assumed.
    """

    name: str
    title: str
    slug: str
    operation: str
    request: Document
    defaults: Mapping[str, Any]
    price: Decimal
    price_basis: Basis

    @property
    def submit_path(self) -> str:
        """The path to post requests to (documented: "Base URL", "Request Code")."""
        return f"/{self.slug}/v1/{self.operation}"

    def problems(self, instance: object) -> tuple[Problem, ...]:
        """Return what is wrong with a request body; see `Document.problems`."""
        return self.request.problems(instance)

    def is_valid(self, instance: object) -> bool:
        """Tell whether a request body breaks no rule; a field that the model does not know breaks none."""
        return self.request.is_valid(instance)

    def unknown_fields(self, instance: object) -> tuple[str, ...]:
        """Return the fields that the gateway ignores, in the instance's order.

        Such a field is most often a typo, or one of the other model's.
        """
        known = self.request.schema["properties"]
        return tuple(name for name in instance if name not in known) if isinstance(instance, dict) else ()

    def with_defaults(self, instance: Mapping[str, Any]) -> dict[str, Any]:
        """Return a copy with the fields that were left out; `null` is there, so it stays."""
        return {**instance, **{name: self.defaults[name] for name in self.defaults if name not in instance}}


def _model(request: Document) -> Model:
    facts = request.schema["x-model"]
    properties = request.schema["properties"].items()
    return Model(
        name=facts["name"],
        title=facts["title"],
        slug=facts["slug"],
        operation=facts["operation"],
        request=request,
        defaults=MappingProxyType({name: each["default"] for name, each in properties if "default" in each}),
        price=Decimal(facts["price"]["usd"]),
        price_basis=facts["price"]["basis"],
    )


MODELS: Mapping[str, Model] = MappingProxyType(
    {model.name: model for model in (_model(document("turbo-request")), _model(document("base-request")))}
)
"""The models by our names, "turbo" and "base"."""

_BY_SLUG = {model.slug: model for model in MODELS.values()}


def model_by_slug(slug: str) -> Model | None:
    """Return the model that the provider calls `slug`; None for one that the gateway answers 400 for."""
    return _BY_SLUG.get(slug)
