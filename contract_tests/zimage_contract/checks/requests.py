"""Requests that break exactly one rule: each is refused, and told why."""

from __future__ import annotations

from collections.abc import Iterator

from zimage_contract.checks.check import Chapterful, Judge, Judgement, demand
from zimage_contract.checks.reading import said
from zimage_contract.checks.sent_bodies import by_rule
from zimage_contract.exchange import Exchange, Transcript
from zimage_schemas import MODELS, Rule, rules

CHAPTER = Chapterful("request", wants="a submit")

_REQUESTS = frozenset(model.request.name for model in MODELS.values())
_OF_THE_WHOLE = ("object", "body", "json")


def _refused(rule: Rule) -> Judge:
    def judge(seen: Transcript) -> Iterator[Judgement]:
        for submit in seen.once(by_rule).get(rule.id, ()):
            actual = f"{submit.status}, although {submit.problems[0].message}"
            yield demand(submit, submit.status == 400, "400", actual)

    return judge


for _rule in rules():
    if _rule.document in _REQUESTS and _rule.keyword != "default":
        CHAPTER.of_rule(
            _rule,
            _refused(_rule),
            wants="a submit that breaks this rule and no other",
            needs=("paid",) if _rule.basis == "assumed" else (),
        )


@CHAPTER.check(
    "refusal-names-field",
    "the refusal of a request names the field that is wrong",
    section="Response Handling",
    basis="assumed",
    wants="a refused submit with one thing wrong",
)
def _names_field(seen: Transcript) -> Iterator[Judgement]:
    for submits in seen.once(by_rule).values():
        for submit in submits:
            message = said(submit, "message")
            if submit.status == 400 and message is not None:
                yield _named(submit, message)


def _named(submit: Exchange, message: str) -> Judgement:
    field = submit.problems[0].pointer.partition("/")[2].partition("/")[0]
    names = (field, field.replace("_", " ")) if field else _OF_THE_WHOLE
    kept = any(name in message.lower() for name in names)
    return demand(submit, kept, f"a message that names {field or 'the body'}", message)
