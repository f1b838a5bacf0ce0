"""Bodies that are wrong as a whole: each is refused, and none is queued."""

from __future__ import annotations

from collections.abc import Iterator

from zimage_contract.checks.check import Chapterful, Judge, Judgement, demand
from zimage_contract.checks.oddities import DEEPEST, Oddity, oddity
from zimage_contract.checks.reading import media_type
from zimage_contract.checks.sent_bodies import by_oddity, sent
from zimage_contract.exchange import Transcript
from zimage_schemas import WEBHOOK_HEADER, Basis

CHAPTER = Chapterful("body", wants="a submit")

_SECTION = "Response Handling"


def _refused(name: Oddity, status: int) -> Judge:
    def judge(seen: Transcript) -> Iterator[Judgement]:
        for submit in seen.once(by_oddity).get(name, ()):
            if not submit.problems:
                yield demand(submit, submit.status == status, str(status), submit.status)

    return judge


def _add(name: Oddity, title: str, wants: str, basis: Basis = "assumed", status: int = 400) -> None:
    add = CHAPTER.check(
        name,
        f"{title} is refused with {status}",
        section=_SECTION,
        basis=basis,
        wants=f"a submit whose body {wants}",
        needs=("paid",) if basis == "assumed" else (),
    )
    add(_refused(name, status))


_add("malformed", "a body that is not JSON", "is not JSON", "documented")
_add("empty", "an empty body", "is empty", "documented")
_add("not-utf-8", "a body that is not UTF-8", "is not UTF-8", "documented")
_add("duplicate-name", "a body with a name twice in one object", "names something twice")
_add("not-a-number", "a body with NaN or Infinity", "holds NaN or Infinity")
_add("lone-surrogate", "a body with half of a surrogate pair", "holds half of a surrogate pair")
_add("nul", "a body with a NUL character", "holds a NUL character")
_add("large-number", "a body with a number beyond 64 bits", "holds a number beyond 64 bits")
_add("deep", f"a body nested deeper than {DEEPEST} levels", f"is nested deeper than {DEEPEST} levels")
_add("too-large", "a body over 1 MiB", "is over 1 MiB", status=413)


@CHAPTER.check(
    "content-type",
    "a body whose Content-Type is not JSON is refused with 400",
    section="Request Headers",
    basis="assumed",
    wants="a submit with nothing wrong but its Content-Type",
    needs=("paid",),
)
def _content_type(seen: Transcript) -> Iterator[Judgement]:
    for submit in seen.once(sent):
        kind = media_type(submit.header("Content-Type"))
        alone = not submit.problems and submit.header(WEBHOOK_HEADER) is None
        if kind and kind != "application/json" and alone and not oddity(submit.body):
            yield demand(submit, submit.status == 400, f"400, to {kind}", submit.status)
