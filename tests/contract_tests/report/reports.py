"""Reports to render: one that passes, and one that has something of everything."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from support import conforming, having, spoilt

from zimage_contract.checks import CHECKS, Judgement
from zimage_contract.exchange import Exchange, Transcript
from zimage_contract.verdict import KnownFailing, Report, Result, Spend, Terms, judge
from zimage_schemas import KEY_HEADER, MODELS

SECRET = "a-key-that-nobody-may-see-0123456789"  # noqa: S105 - a made-up key is looked for
ORIGIN = "http://gateway.example:8080"


def report_of(seen: Transcript, terms: Terms | None = None, **fields: Any) -> Report:
    """Judge a transcript, nothing but that."""
    known = {"target": ORIGIN, "seed": 7, "seconds": 1.5, "started": 1_790_000_000.0, **fields}
    return Report(results=judge(CHECKS, seen, terms or Terms()), transcript=seen, **known)


@cache
def passing() -> Report:
    """A report of a conforming gateway that was free to show nothing besides."""
    return report_of(conforming(), Terms(allow_inconclusive={check.chapter for check in CHECKS}))


def submit(number: int = 1, **fields: Any) -> Exchange:
    """A submit with the secret key."""
    usual: dict[str, Any] = {
        "kind": "submit",
        "method": "POST",
        "url": ORIGIN + MODELS["turbo"].submit_path,
        "headers": (("Content-Type", "application/json"), (KEY_HEADER, SECRET)),
        "body": b'{"prompt": "a hen"}',
        "status": 400,
        "answer_headers": (("Content-Type", "application/json"),),
        "answer": b'{"error": "Bad Request", "message": "no"}',
        "at": 1_790_000_000.0 + number,
        "took": 0.25,
    }
    return Exchange(number, **usual | fields)


@cache
def mixed() -> Report:
    """A report with every verdict, a hostile gateway, known failures and a key that is in all places."""
    hostile = f'</pre><script>alert(1)</script> & "{SECRET}" \x00\x1b[31m ]]> \ufffe'
    exchanges = tuple(
        submit(
            number,
            body=(b"x" * number) + SECRET.encode(),
            url=f"{ORIGIN}/<b>?subscription-key={SECRET}",
            answer=hostile.encode(),
            intent=hostile,
            broken=hostile if number == 1 else "",
        )
        for number in range(1, 25)
    )
    seen = Transcript(exchanges, keys={"valid": SECRET}, lacking={"webhook": f"no {SECRET}"})
    findings = tuple(Judgement(each, f"expected {hostile}", f"got {hostile}") for each in reversed(exchanges))
    known = KnownFailing(CHECKS[5].id, "<i>", date(2000, 1, 1))
    results = (
        Result(CHECKS[0], "pass", 3),
        Result(CHECKS[1], "fail", 30, findings, fatal=True),
        Result(CHECKS[2], "warn", 30, findings[:1]),
        Result(CHECKS[3], "info", 30, findings[:2]),
        Result(CHECKS[4], "fail", 30, findings[:2], f"known to fail until 2030-01-01: {hostile}"),
        Result(CHECKS[5], "fail", 30, findings[:2], f"known to fail ({known.reason}), excused", fatal=True),
        Result(CHECKS[6], "pass", 2, reason="listed as known to fail, and passes: take it off", fatal=True),
        Result(CHECKS[7], "inconclusive", reason=f"nothing showed {hostile}", fatal=True),
        Result(CHECKS[8], "inconclusive", reason="nothing showed it"),
        Result(CHECKS[9], "not-run", reason="no key for it"),
        Result(CHECKS[-1], "not-run", reason="left out by --skip"),
    )
    spend = Spend(3, Decimal("0.026"))
    return Report(
        target=f"{ORIGIN}?{SECRET}", results=results, transcript=seen, seed=7, seconds=2.0, spend=spend
    )


def failed() -> Report:
    """A report of a run without a verdict."""
    return Report(
        target=ORIGIN, results=(), transcript=Transcript(()), seed=7, error=f"nothing: {SECRET[:9]} <b>"
    )


def broken_answers() -> Report:
    """A report on a gateway that answers submits with 200."""
    return report_of(spoilt("*/submit", having(status=200)))


def relevelled(report: Report, level: Any) -> Report:
    """The same transcript, judged at another level."""
    return replace(report_of(report.transcript, Terms(level=level)), level=level)
