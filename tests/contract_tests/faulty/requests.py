"""Faults in what is accepted: each refuses something that a model takes, or fills in another default."""

from collections.abc import Callable, Iterator
from typing import Any

from faulty.bodies import MODELS, Model
from faulty.fault import BOTH, FAULTS, Fault, fault
from faulty.gateway import Gateway, Refusal
from faulty.wire import Answer, Request

Body = dict[str, Any]
Odd = Callable[[Body], bool]

_OPTIONAL = frozenset({"num_images", "num_inference_steps", "enable_safety_checker", "output_format"})
_INTEGERS = ("num_images", "num_inference_steps")
_OWN = {"turbo": "none", "base": "fast"}


def _refusing(model: str, odd: Odd) -> Callable[[], Gateway]:
    class Refusing(Gateway):
        def judged(self, body: Any, asked: Model) -> Body:
            judged = super().judged(body, asked)
            if asked.name == model and odd(judged):
                raise Refusal("bad-request", "This gateway is picky.")
            return judged

    return Refusing


def _refusals(model: Model) -> Iterator[tuple[str, str, Odd]]:
    """Yield the check's name, what is refused in words, and the bodies that this is about."""
    others = {field for each in MODELS for field in each.fields} - model.fields.keys()
    known = {field for each in MODELS for field in each.fields}
    top = 50 if model.name == "turbo" else 100
    yield (
        "required-only",
        "a request with nothing but prompt and image_size",
        lambda body: len(body) == 2 and body["prompt"].isascii() and len(body["prompt"]) <= 2000,
    )
    yield "prompt", "a prompt with quotation marks", lambda body: '"' in body["prompt"]
    yield "image_size", "square_1_1", lambda body: body["image_size"] == "square_1_1"
    yield "num_inference_steps", f"{top} steps", lambda body: body.get("num_inference_steps") == top
    yield "num_images", "4 images", lambda body: body.get("num_images") == 4
    yield (
        "enable_safety_checker",
        "a request that turns the safety checker off",
        lambda body: body.get("enable_safety_checker") is False,
    )
    yield "output_format", "webp", lambda body: body.get("output_format") == "webp"
    own = _OWN[model.name]
    yield "acceleration", f"the acceleration {own}", lambda body: body.get("acceleration") == own
    if "guidance_scale" in model.fields:
        yield "guidance_scale", "a guidance_scale of 20", lambda body: body.get("guidance_scale") == 20
    yield "together", "many fields in one request", lambda body: body.keys() >= _OPTIONAL
    yield (
        "integral-float",
        "8.0 for 8",
        lambda body: any(isinstance(body.get(name), float) for name in _INTEGERS),
    )
    yield "unknown-field", "a field that no model has", lambda body: bool(body.keys() - known)
    if others:
        yield "other-models-field", "a field of the other model", lambda body: bool(body.keys() & others)
    yield "prompt-characters", "a prompt beyond ASCII", lambda body: not body["prompt"].isascii()
    yield "long-prompt", "a prompt over 2,000 characters", lambda body: len(body["prompt"]) > 2000


def _picky() -> Iterator[Fault]:
    for model in MODELS:
        for name, what, odd in _refusals(model):
            check, says = f"request.{model.name}.{name}", f"refuses {what}, at {model.slug}"
            models = BOTH if name == "required-only" else (model.name,)
            yield Fault(check, says, _refusing(model.name, odd), models=models)


FAULTS.extend(_picky())


def _filling_in(model: str, **default: Any) -> Callable[[], Gateway]:
    class FillingIn(Gateway):
        def judged(self, body: Any, asked: Model) -> Body:
            judged = super().judged(body, asked)
            return {**default, **judged} if asked.name == model else judged

    return FillingIn


def _defaults() -> Iterator[Fault]:
    for model in MODELS:
        two, jpeg = _filling_in(model.name, num_images=2), _filling_in(model.name, output_format="jpeg")
        rule = f"{model.name}-request."
        says = f"makes {{}} when nothing is asked, at {model.slug}"
        yield Fault(f"{rule}num_images.default", says.format("two pictures"), two, models=(model.name,))
        yield Fault(f"{rule}output_format.default", says.format("JPEG"), jpeg, models=(model.name,))


FAULTS.extend(_defaults())


@fault("request.refusal-names-field", "refuses a body without saying which field is wrong")
class _Taciturn(Gateway):
    def bad_request(self, request: Request, _words: str) -> Answer:
        return super().bad_request(request, "Something is wrong.")
