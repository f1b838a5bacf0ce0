"""Hypothesis strategies: documents that keep the contract, and documents that break one rule of it."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from zimage_contract.probe import strategies as request_strategies
from zimage_schemas import FINAL_STATUSES, LIVE_ORIGIN, MODELS, STATUSES, document

if TYPE_CHECKING:
    from zimage_schemas import Rule

Strategy = st.SearchStrategy[Any]

# No surrogates: they are no text, and jsonschema-rs takes none.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-200, 200).map(float)
    | texts
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)

_MODEL_OF = {model.request.name: model for model in MODELS.values()}
_slugs = st.sampled_from([model.slug for model in MODELS.values()])
_visible = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40)
_ids = st.builds("{}_{}".format, _slugs, _visible)
_times = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z")
_origins = st.sampled_from([LIVE_ORIGIN, "http://127.0.0.1:8080", "https://gateway.example/prefix"])
_url_parts = st.text("abcdefXYZ0123456789._~-", min_size=1, max_size=30)
_polling_urls = st.builds("{}/v2/requests/status/{}".format, _origins, _url_parts)
_media_urls = st.builds("{}/v1/{}".format, _origins, _visible)
_media_types = st.sampled_from(["image/png", "image/jpeg", "image/webp", "application/octet-stream"])
_outputs = st.fixed_dictionaries(
    {"media_url": st.lists(_media_urls, min_size=1, max_size=4), "media_type": _media_types}
)


def requests(name: str) -> Strategy:
    """Make requests that keep the schema, with any choice of the optional fields and some unknown ones."""
    return request_strategies.valid(_MODEL_OF[name])


@st.composite
def status_documents(draw: st.DrawFn, statuses: tuple[str, ...] = STATUSES) -> dict[str, Any]:
    """Make status documents in one of the states."""
    status = draw(st.sampled_from(statuses))
    times = {
        "created_at": draw(_times),
        "updated_at": draw(_times),
        "completed_at": draw(_times) if status in FINAL_STATUSES else None,
    }
    return {
        "request_id": draw(_ids),
        "status": status,
        "model_id": draw(_slugs),
        "error": draw(texts) if status in {"FAILED", "ERROR"} else None,
        "output": draw(_outputs) if status == "COMPLETED" else None,
        **({} if status == "ERROR" and draw(st.booleans()) else times),
    }


_VALID: dict[str, Strategy] = {
    "turbo-request": requests("turbo-request"),
    "base-request": requests("base-request"),
    "submit-answer": st.fixed_dictionaries(
        {"request_id": _ids, "status": st.just("QUEUED"), "polling_url": _polling_urls}
    ),
    "status-document": status_documents(),
    "webhook-body": status_documents(FINAL_STATUSES),
    "queue-error": st.fixed_dictionaries({"error": texts, "message": texts}),
    "management-error": st.fixed_dictionaries(
        {"statusCode": st.integers(400, 599), "message": texts}, optional={"activityId": texts}
    ),
}


def valid(name: str) -> Strategy:
    """Make instances of document `name` that break no rule."""
    return _VALID[name]


def disturbed(name: str) -> Strategy:
    """Make instances of document `name` with any value in any field, right or wrong."""
    fields = st.sampled_from(sorted(document(name).resolved.get("properties", {})))

    def disturb(instance: dict[str, Any], changes: dict[str, Any], dropped: set[str]) -> dict[str, Any]:
        return {key: each for key, each in {**instance, **changes}.items() if key not in dropped}

    return st.builds(
        disturb, valid(name), st.dictionaries(fields, anything, max_size=2), st.sets(fields, max_size=1)
    )


@st.composite
def breaking(draw: st.DrawFn, rule: Rule) -> Any:
    """Make instances that keep every rule of the document but this one."""
    if rule.document in _MODEL_OF:
        return draw(request_strategies.breaking(rule))
    if rule.document == "webhook-body":  # it has one rule of its own: the job is finished
        return draw(status_documents(STATUSES[:2]))
    when, steps = _where(rule)
    if not steps:
        return draw(scalars | st.lists(anything, max_size=2))
    instance = copy.deepcopy(draw(_stage(rule, when, steps)))
    *above, last = steps
    holder = instance
    for step in above:
        holder = holder[step]
    if rule.keyword == "required":
        del holder[last]
    else:
        holder[last] = draw(_wrong(rule, when))
    return instance


def _where(rule: Rule) -> tuple[str, list[Any]]:
    """Read the condition's name and the way to the value from the rule's id."""
    middle = rule.id.removeprefix(rule.document).removesuffix(rule.keyword).strip(".")
    when, _, rest = middle.partition(".") if middle.startswith("when-") else ("", "", middle)
    steps: list[Any] = [step for step in rest.replace("[*]", ".0").split(".") if step]
    return when.removeprefix("when-"), [0 if step == "0" else step for step in steps]


def _stage(rule: Rule, when: str, steps: list[Any]) -> Strategy:
    """Make valid instances in a state in which the rule can be broken."""
    if rule.document != "status-document":
        return valid(rule.document)
    if steps[1:] or when == "completed":
        return status_documents(("COMPLETED",))
    return status_documents(
        {"unfinished": STATUSES[:2], "failed": ("FAILED",), "error": ("ERROR",)}.get(when, STATUSES)
    )


def _wrong(rule: Rule, when: str) -> Strategy:
    """Make values that break the rule and, where it matters, none that comes before it."""
    holder: Any = document(rule.document).resolved
    for step in rule.pointer.split("/")[1:-1]:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    demand = holder[rule.keyword]
    if rule.keyword == "type" and when:
        field = rule.pointer.split("/")[-2]
        return (
            {"error": texts, "output": _outputs, "completed_at": _times}[field]
            if demand == "null"
            else st.none()
        )
    whole = holder.get("type") == "integer"
    return {
        "type": lambda: anything.filter(lambda value: not _is_of(value, demand)),
        "enum": lambda: texts.filter(lambda value: value not in demand),
        "pattern": lambda: texts.filter(lambda value: not re.search(demand, value)),
        "minItems": lambda: st.just([]),
        "not": lambda: anything,
        "minimum": lambda: (
            st.integers(-(10**12), demand - 1) if whole else st.floats(-1e300, demand, exclude_max=True)
        ),
        "maximum": lambda: (
            st.integers(demand + 1, 10**12) if whole else st.floats(demand, 1e300, exclude_min=True)
        ),
    }[rule.keyword]()


def _is_of(value: object, types: str | list[str]) -> bool:
    """Tell whether JSON calls the value one of the types; written anew, as the judge's judge."""
    whole = isinstance(value, float) and value == value // 1
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    kinds = {
        "null": value is None,
        "boolean": isinstance(value, bool),
        "integer": is_number and (whole or isinstance(value, int)),
        "number": is_number,
        "string": isinstance(value, str),
        "array": isinstance(value, list),
        "object": isinstance(value, dict),
    }
    return any(kinds[each] for each in ([types] if isinstance(types, str) else types))
