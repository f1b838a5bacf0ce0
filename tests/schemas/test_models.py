"""The two models."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest

from zimage_schemas import MODELS, Document, Model, document, model_by_slug, rule

TURBO, BASE = MODELS["turbo"], MODELS["base"]
LEAST = {"prompt": "A red kite", "image_size": "square_1_1"}


def test_the_facts() -> None:
    """Turbo's slug carries a number that its operation does not; that is what a guess gets wrong."""
    assert list(MODELS) == ["turbo", "base"]
    assert (TURBO.name, TURBO.title, TURBO.slug) == ("turbo", "Z-Image Turbo", "z-image-turbo-834")
    assert (BASE.name, BASE.title, BASE.slug) == ("base", "Z-Image Base", "z-image-base")
    assert TURBO.submit_path == "/z-image-turbo-834/v1/z-image-turbo-request"
    assert BASE.submit_path == "/z-image-base/v1/z-image-base-request"


def test_prices_are_exact() -> None:
    """A price is a decimal, so that sums of it are; it is on no page of the documentation."""
    assert (TURBO.price, BASE.price) == (Decimal("0.008"), Decimal("0.01"))
    assert TURBO.price_basis == BASE.price_basis == "observed"


def test_defaults() -> None:
    """The defaults are the schemas', and say what they rest on there."""
    assert dict(TURBO.defaults) == {
        "num_inference_steps": 8,
        "num_images": 1,
        "enable_safety_checker": True,
        "output_format": "png",
        "acceleration": "none",
    }
    assert dict(BASE.defaults) == {
        "num_inference_steps": 28,
        "guidance_scale": 4,
        "num_images": 1,
        "enable_safety_checker": True,
        "output_format": "png",
        "acceleration": "regular",
    }
    for model in MODELS.values():
        for name in model.defaults:
            assert rule(f"{model.request.name}.{name}.default").keyword == "default"


def test_values_are_read_only() -> None:
    """Nothing that all share can be changed by one."""
    with pytest.raises(TypeError):
        TURBO.defaults["num_images"] = 4  # type: ignore[index]
    with pytest.raises(TypeError):
        MODELS["turbo"] = BASE  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        TURBO.slug = "z-image-turbo"  # type: ignore[misc]


def test_with_defaults_fills_what_is_left_out() -> None:
    """What is said stays, `null` and unknown fields too, and the request itself is not changed."""
    body = {**LEAST, "num_images": 3, "output_format": None, "seed": 7}
    full = TURBO.with_defaults(body)
    assert full == {**TURBO.defaults, **body}
    assert "acceleration" not in body
    assert list(full)[: len(body)] == list(body)


def test_unknown_fields() -> None:
    """A typo and the other model's field are told; what is no object has no fields."""
    assert TURBO.unknown_fields({"promt": "", **LEAST, "guidance_scale": 4}) == ("promt", "guidance_scale")
    assert BASE.unknown_fields({**LEAST, "guidance_scale": 4}) == ()
    assert BASE.unknown_fields(["prompt"]) == ()
    assert BASE.unknown_fields(None) == ()


def test_a_model_judges_by_its_request_schema() -> None:
    """The model's judgement is its document's."""
    body = {**LEAST, "num_inference_steps": 60}
    assert TURBO.request is document("turbo-request")
    assert TURBO.problems(body) == TURBO.request.problems(body) != ()
    assert not TURBO.is_valid(body)
    assert BASE.is_valid(body)


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_models_are_found_by_slug(model: Model) -> None:
    """The slug finds the model; a name or a guess finds none."""
    assert model_by_slug(model.slug) is model
    assert model_by_slug(model.name) is None
    assert model_by_slug("z-image-turbo") is None


def test_documents_are_equal_by_name_and_can_be_keys() -> None:
    """A document is a value: its schema takes no part in comparing."""
    same = Document("turbo-request", "urn:zimage:turbo-request", {})
    assert same == document("turbo-request")
    assert len({same, document("turbo-request"), document("base-request")}) == 2
