"""The requests of the two models, with the field names of the contract."""

from __future__ import annotations

from dataclasses import MISSING, asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from zimage_client._errors import InvalidRequest
from zimage_schemas import MODELS, Model, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

ImageSize = Literal["portrait_3_4", "landscape_4_3", "square_1_1", "portrait_9_16", "landscape_16_9"]
OutputFormat = Literal["png", "jpeg", "webp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    model: ClassVar[Model]

    prompt: str
    image_size: ImageSize

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Make a request of a body, such as a line of a batch file.

        Raises:
            InvalidRequest: listing every problem; a field that the model does not know is one.
        """
        known = {each.name: each.default for each in fields(cls)}
        strange = [name for name in body if name not in known]
        if strange or any(known[name] is MISSING for name in known.keys() - body.keys()):
            unknown = (Problem(f"/{name}", "unknown", f"{name} is no field of it") for name in strange)
            raise invalid(cls.model, (*cls.model.problems(dict(body)), *unknown))
        return cls(**body)

    def body(self) -> dict[str, Any]:
        """Return the JSON body: every field, those left out with their default."""
        return asdict(self)

    def problems(self) -> tuple[Problem, ...]:
        """Return every breach of the contract."""
        body = self.body()
        return (*self.model.problems(body), *_unsayable(body))

    def check(self) -> None:
        """Raise InvalidRequest when there is any problem; it lists them all."""
        if found := self.problems():
            raise invalid(self.model, found)

    @property
    def cost(self) -> Decimal:
        """What it will cost in US dollars by the published price (that it is for each picture: assumed)."""
        count = getattr(self, "num_images", 1)
        return self.model.price * (count if isinstance(count, int) else 1)


def _unsayable(body: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what no schema says: texts that JSON carries and the gateway refuses (assumed)."""
    for name, value in body.items():
        if isinstance(value, str) and "\0" in value:
            yield Problem(f"/{name}", "text.nul", f"{name} holds a NUL character")
        elif isinstance(value, str) and any("\ud800" <= each <= "\udfff" for each in value):
            yield Problem(f"/{name}", "text.surrogate", f"{name} holds half of a surrogate pair")


def invalid(model: Model, problems: Iterable[Problem]) -> InvalidRequest:
    """Make the one error that lists all problems."""
    found = tuple(problems)
    said = "; ".join(each.message for each in found)
    return InvalidRequest(f"{model.title} would refuse this request: {said}", problems=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurboRequest(_Request):
    """A request to Z-Image Turbo.

    Attributes:
        prompt: what the picture shows, in words (documented; not empty: assumed).
        image_size: portrait_3_4, landscape_4_3, square_1_1, portrait_9_16 or landscape_16_9 (documented).
        num_inference_steps: 1 to 50 (documented), default 8 (assumed).
        num_images: 1 to 4 (at most 4: documented, at least 1: assumed), default 1 (assumed).
        enable_safety_checker: default True (assumed).
        output_format: png, jpeg or webp (documented), default png (assumed).
        acceleration: only "none" (documented).
    """

    model: ClassVar[Model] = MODELS["turbo"]

    num_inference_steps: int = 8
    num_images: int = 1
    enable_safety_checker: bool = True
    output_format: OutputFormat = "png"
    acceleration: Literal["none"] = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseRequest(_Request):
    """A request to Z-Image Base; all of it is documented, but that a prompt must not be empty: assumed.

    Attributes:
        prompt: what the picture shows, in words.
        image_size: portrait_3_4, landscape_4_3, square_1_1, portrait_9_16 or landscape_16_9.
        num_inference_steps: 10 to 100, default 28.
        guidance_scale: 1 to 20, default 4: how closely the picture follows the prompt.
        num_images: 1 to 4, default 1.
        enable_safety_checker: default True.
        output_format: png, jpeg or webp, default png.
        acceleration: regular, fast or ultra_fast, default regular.
    """

    model: ClassVar[Model] = MODELS["base"]

    num_inference_steps: int = 28
    guidance_scale: float = 4
    num_images: int = 1
    enable_safety_checker: bool = True
    output_format: OutputFormat = "png"
    acceleration: Literal["regular", "fast", "ultra_fast"] = "regular"


Request = TurboRequest | BaseRequest
REQUESTS: dict[str, type[Request]] = {"turbo": TurboRequest, "base": BaseRequest}
