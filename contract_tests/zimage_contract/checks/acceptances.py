"""Requests with nothing wrong: each documented value is accepted, alone and together with others.

A refusal is laid to one check. What differs from the smallest request is what may be to blame: a request
that differs in one thing blames it, and one that differs in several blames their being together, unless one
of them was refused alone. What an accepted request shows, it shows of everything in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zimage_contract.checks.check import Chapterful, Judge, Judgement, demand
from zimage_contract.checks.reading import BROKEN_SERVER
from zimage_contract.checks.sent_bodies import plain
from zimage_contract.exchange import Exchange, Transcript
from zimage_schemas import MODELS, Basis, Model, rule

CHAPTER = Chapterful("request", wants="a submit with nothing wrong", needs=("paid",))

_REQUIRED = ("prompt", "image_size")
_LONG_PROMPT = 2000
_COMMON = frozenset("abcdefghijklmnopqrstuvwxyz 0123456789,.;:'!?()/-")
_COMMON_LENGTHS = (3, 500)

_Verdicts = Mapping[str, list[Judgement]]


@dataclass(frozen=True, slots=True)
class _Offer:
    """A request with nothing wrong, and in what it differs from the smallest one.

    Attributes:
        submit: the exchange.
        size: its image_size, which every request has.
        fields: the optional fields that it has.
        unusual: names of what the contract does not say that it is accepted, or of an unusual prompt.
    """

    submit: Exchange
    size: str
    fields: frozenset[str]
    unusual: frozenset[str]

    @property
    def differs(self) -> frozenset[str]:
        """All in which it differs from the smallest request with this image_size."""
        return self.fields | self.unusual

    @property
    def shows(self) -> frozenset[str]:
        """The checks that its acceptance is evidence for."""
        smallest = {"image_size", "prompt"} | ({"required-only"} if not self.differs else set())
        together = {"together"} if len(self.fields) > 1 else set()
        return self.differs | smallest | together


def _offer(submit: Exchange, model: Model) -> _Offer:
    body: dict[str, Any] = submit.sent
    floats = {name for name, value in body.items() if _is_integral_float(model, name, value)}
    fields = body.keys() & model.defaults.keys() - floats
    unusual = {*_prompt(body["prompt"]), *_strangers(body, model)} | ({"integral-float"} if floats else set())
    return _Offer(submit, body["image_size"], frozenset(fields), frozenset(unusual))


def _is_integral_float(model: Model, name: str, value: object) -> bool:
    properties = model.request.resolved["properties"]
    return isinstance(value, float) and name in properties and properties[name]["type"] == "integer"


def _strangers(body: Mapping[str, Any], model: Model) -> Iterator[str]:
    for name in model.unknown_fields(body):
        others = any(name in other.defaults for other in MODELS.values())
        yield "other-models-field" if others else "unknown-field"


def _prompt(prompt: str) -> Iterator[str]:
    """Say what is unusual about a prompt; where it is several things, a refusal blames none of them."""
    text = "".join(each for each in set(prompt) if " " <= each <= "~" or each in "\n\t")
    if len(text) < len(set(prompt)):
        yield "prompt-characters"
    if not prompt.strip():
        yield "blank prompt"  # no check's: who refuses it may take it for empty
    if len(prompt) > _LONG_PROMPT:
        yield "long-prompt"
    elif not set(text.lower()) <= _COMMON or not _COMMON_LENGTHS[0] <= len(prompt) <= _COMMON_LENGTHS[1]:
        yield "prompt"


@dataclass(frozen=True, slots=True)
class _Refusals:
    """What is known to be refused, so that it explains the refusal of what contains it.

    Attributes:
        sizes: of image_size, with nothing else in the request.
        some_size_passes: whether another one was accepted like that.
        alone: names of what was refused alone.
        together: whether several usual fields were refused, and none of them alone.
    """

    sizes: frozenset[str]
    some_size_passes: bool
    alone: frozenset[str]
    together: bool

    def blames(self, offer: _Offer) -> str:
        """Return what the refusal of the offer is laid to; "" where a smaller refusal explains it."""
        if not offer.differs:
            return "image_size" if self.some_size_passes else "required-only"
        if offer.size in self.sizes:
            return ""
        if len(offer.differs) == 1:
            return next(iter(offer.differs))
        if offer.differs & self.alone or len(offer.unusual) > 1:
            return ""
        if not offer.unusual:
            return "together"
        return "" if self.together else next(iter(offer.unusual))


def _refusals(offers: Iterable[_Offer]) -> _Refusals:
    refused = [offer for offer in offers if not offer.submit.accepted]
    sizes = frozenset(offer.size for offer in refused if not offer.differs)
    lone = [offer for offer in refused if len(offer.differs) == 1 and offer.size not in sizes]
    alone = frozenset(name for offer in lone for name in offer.differs)
    return _Refusals(
        sizes,
        some_size_passes=any(offer.submit.accepted and not offer.differs for offer in offers),
        alone=alone,
        together=any(
            len(offer.fields) > 1
            and not offer.unusual
            and not offer.fields & alone
            and offer.size not in sizes
            for offer in refused
        ),
    )


def _verdicts(seen: Transcript) -> Mapping[str, _Verdicts]:
    """Judge every request with nothing wrong once: by model's name, then by what is judged."""
    offers: dict[str, list[_Offer]] = {name: [] for name in MODELS}
    for submit in plain(seen):
        if submit.model and not submit.problems and (submit.status or 0) < BROKEN_SERVER:
            offers[submit.model.name].append(_offer(submit, submit.model))
    return {name: _judged(of_model) for name, of_model in offers.items()}


def _judged(offers: list[_Offer]) -> _Verdicts:
    refusals = _refusals(offers)
    verdicts: dict[str, list[Judgement]] = {}
    for offer in offers:
        names = offer.shows if offer.submit.accepted else {refusals.blames(offer)}
        for name in names:
            verdicts.setdefault(name, []).append(_judgement(offer, name))
    return verdicts


def _judgement(offer: _Offer, name: str) -> Judgement:
    value = offer.submit.sent.get(name)
    what = f"{name} {value!r}" if name in offer.fields or name == "image_size" else "this request"
    return demand(
        offer.submit, offer.submit.accepted, f"{what} is accepted, with 202", f"{offer.submit.status}"
    )


def _judge(model: Model, name: str) -> Judge:
    return lambda seen: seen.once(_verdicts)[model.name].get(name, ())


def _add(model: Model, name: str, title: str, wants: str, basis: Basis = "documented") -> None:
    section = rule(f"{model.request.name}.type").section
    add = CHAPTER.check(
        f"{model.name}.{name}",
        f"{model.title}: {title}",
        section=section,
        basis=basis,
        wants=f"a submit to {model.title} {wants}",
    )
    add(_judge(model, name))


for _model in MODELS.values():
    _add(_model, "required-only", "prompt and image_size are all that a request needs", "with the two alone")
    _add(_model, "prompt", "a prompt of ASCII text is accepted", "with nothing wrong")
    _add(_model, "image_size", "every documented image_size is accepted", "with nothing wrong")
    for _field in _model.defaults:
        _add(
            _model,
            _field,
            f"every documented {_field} is accepted",
            f"with {_field}, and nothing wrong",
        )
    _add(
        _model,
        "together",
        "the optional fields are accepted together",
        "with several optional fields, and nothing wrong",
    )
    _add(
        _model,
        "integral-float",
        "an integer may be written as a float, such as 8.0",
        "with 8.0 or the like",
        "assumed",
    )
    _add(_model, "unknown-field", "an unknown field is ignored", "with an unknown field", "assumed")
    if any(other.defaults.keys() - _model.defaults.keys() for other in MODELS.values()):
        _add(
            _model,
            "other-models-field",
            "a field that only another model has is ignored",
            "with another model's field",
            "assumed",
        )
    _add(
        _model,
        "prompt-characters",
        "a prompt may hold any characters",
        "with a prompt beyond ASCII",
        "assumed",
    )
    _add(
        _model,
        "long-prompt",
        f"a prompt may be longer than {_LONG_PROMPT} characters",
        "with a long prompt",
        "assumed",
    )
