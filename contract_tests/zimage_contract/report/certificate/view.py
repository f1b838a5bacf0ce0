"""A certificate as it may be shown: keys shortened, and what is to be fixed first at the top."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from zimage_contract.certificate import CaseResult, Certificate
from zimage_contract.checks import Judgement
from zimage_contract.obligations import OBLIGATIONS, Obligation, ObligationResult
from zimage_contract.obligations.cases import CASES
from zimage_contract.report.view import Shown, counted, show
from zimage_contract.veil import Veil, keys_of

NAME = "Z-Image client"
_LAST_LINES = 12

_ORDER = {each.id: place for place, each in enumerate(OBLIGATIONS)}
_PAYS_TWICE = frozenset({"money.once"})
_LOSES = frozenset(
    {
        "poll.url",
        "poll.blips",
        "accept.goes-on",
        "accept.other-2xx",
        "accept.unknown-fields",
        "accept.unknown-status",
        "picture.all",
        "picture.honest",
        "stuck.says-id",
        "end.patience",
        "callback.checks-id",
        "callback.checks-status",
        "callback.none",
    }
)
"""Obligations whose breach loses what was paid for."""


class CaseView:
    """Shows what a program made of one case."""

    def __init__(self, result: CaseResult) -> None:
        self.result = result
        self.veil = Veil.of(result.evidence.transcript) if result.evidence else Veil(())

    def text(self, text: str) -> str:
        """Return the text without a whole key in it."""
        return self.veil.text(text)

    def finding(self, found: Judgement) -> Shown:
        """Show a finding; the mock of the case is gone, so nothing repeats it."""
        return show(found, self.veil)

    @property
    def broken(self) -> tuple[ObligationResult, ...]:
        """The obligations that were broken."""
        return tuple(each for each in self.result.obligations if each.findings)

    @property
    def ended(self) -> str:
        """Say how the program ended; "" when nobody saw it."""
        seen = self.result.evidence
        if seen and seen.ending == "timed-out":
            return "stopped"
        return f"exit {seen.exit_code}" if seen and seen.exit_code is not None else ""

    @property
    def output(self) -> str:
        """The last lines that the program wrote."""
        written = self.result.evidence.output if self.result.evidence else ""
        return self.text("\n".join(written.strip().splitlines()[-_LAST_LINES:]))


@dataclass(frozen=True, slots=True)
class Breach:
    """An obligation that was broken, and where.

    Attributes:
        obligation: which.
        places: the cases in which it was, each with what was found there.
    """

    obligation: Obligation
    places: tuple[tuple[CaseView, ObligationResult], ...]

    @property
    def fatal(self) -> bool:
        """Tell whether it withholds the certificate somewhere."""
        return any(result.fatal for _, result in self.places)

    @property
    def cost(self) -> str:
        """Say what the breach costs; "" when no money."""
        if self.obligation.id in _PAYS_TWICE:
            return "pays more than once"
        return "loses what was paid for" if self.obligation.id in _LOSES else ""

    @property
    def rank(self) -> tuple[bool, bool, bool, int]:
        """Order: what counts, musts, those that cost money, the contract's order."""
        once, loses = self.obligation.id in _PAYS_TWICE, self.obligation.id in _LOSES
        place = _ORDER.get(self.obligation.id, 0) if not once else -1
        return not self.fatal, self.obligation.level != "must", not (once or loses), place


class CertificateView:
    """Shows a certificate."""

    def __init__(self, certificate: Certificate) -> None:
        self.certificate = certificate
        self.cases = tuple(CaseView(result) for result in certificate.results)

    @cached_property
    def veil(self) -> Veil:
        """What hides the keys of every case."""
        seen = (case.result.evidence for case in self.cases)
        return Veil(key for each in seen if each for key in keys_of(each.transcript))

    @property
    def command(self) -> str:
        """The command in one line; words where there was none."""
        words = " ".join(self.certificate.command)
        return self.veil.text(words) or "a program that others started"

    @cached_property
    def breaches(self) -> tuple[Breach, ...]:
        """What was broken, what is to be fixed first at the top."""
        places: dict[str, list[tuple[CaseView, ObligationResult]]] = {}
        for case in self.cases:
            for result in case.broken:
                places.setdefault(result.obligation.id, []).append((case, result))
        found = [Breach(each[0][1].obligation, tuple(each)) for each in places.values()]
        return tuple(sorted(found, key=lambda breach: breach.rank))

    def of(self, verdict: str) -> tuple[CaseView, ...]:
        """Return the cases with a verdict."""
        return tuple(case for case in self.cases if case.result.verdict == verdict)


def badge_text(certificate: Certificate) -> str:
    """Say it in a few words, such as "certified 24/24"; fewer than all cases are no certificate."""
    weighed = [each.weighed for each in certificate.results if each.verdict != "not-applicable"]
    share = f"{weighed.count('pass')}/{len(weighed)}"
    if certificate.verdict == "incomplete":
        return "not finished"
    if certificate.verdict != "pass":
        return f"not certified {share}"
    return f"certified {share}" if len(certificate.results) == len(CASES) else f"kept {share} cases"


def conclusion(certificate: Certificate) -> str:
    """Say the verdict in one sentence without its full stop."""
    weighed = [each.weighed for each in certificate.results if each.verdict != "not-applicable"]
    cases = counted(len(weighed), "case")
    if certificate.verdict == "pass":
        return f"every must is kept in {cases}"
    said = []
    if failed := weighed.count("fail"):
        said.append(f"a must is broken in {failed} of {cases}")
    if unknown := weighed.count("inconclusive"):
        said.append(f"{counted(unknown, 'case')} without evidence, which is not a pass")
    if certificate.stale:
        said.append(f"{len(certificate.stale)} of the known breaches excuse nothing")
    if certificate.pending:
        said.append(f"{counted(len(certificate.pending), 'case')} not judged")
    return "; ".join(said) or "no case is about this program"


def mark(case: CaseResult) -> str:
    """Return the sign of a case."""
    if case.weighed == "pass":
        return "!" if any(each.findings for each in case.obligations) else "✓"
    return {"fail": "✗", "inconclusive": "?", "not-applicable": "-"}[case.weighed]
