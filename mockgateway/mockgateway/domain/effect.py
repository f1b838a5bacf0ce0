"""What rules do to one answer.

When several rules match one call, they combine in the order of the file: delays add up, changes
follow one another, headers are joined; of everything else (answer, code, content type, cut,
transfer, outcome) the later rule has the last word. A reset goes before a hang, and that before
anything sent.
"""

from dataclasses import dataclass, fields
from random import Random

from mockgateway.domain.change import Change, changed
from mockgateway.domain.delay import Delay
from mockgateway.domain.dialect import Headers, Said
from mockgateway.domain.job import Status
from mockgateway.domain.manner import Drip, Manner

_JOINED = ("delays", "changes", "headers", "rules")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ends: COMPLETED, or FAILED or ERROR with its words."""

    status: Status = Status.COMPLETED
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What happens to a call and its answer.

    Attributes:
        scenario: the scenario's name.
        rules: the numbers of its rules that matched, from 1.
        wait: whole seconds until the last of them no longer matches, for what is told to wait.
        accepted: whether a submit is carried out; None: as it would be without rules, which an
            `answer` in its place is not.
        answer: what is said instead of the gateway's own answer.
        code: the status in place of the answer's own.
        outcome: how the job that is submitted ends.
        malformed: whether the body's quotes are wrong, so that it is no JSON.
        cut: the share of the body that is left, its length being right.
        truncate: the share of it that is sent, its length saying more.
    """

    scenario: str = ""
    rules: tuple[int, ...] = ()
    wait: int = 0
    accepted: bool | None = None
    answer: Said | None = None
    code: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str | None = None
    changes: tuple[Change, ...] = ()
    outcome: Outcome | None = None
    malformed: bool | None = None
    cut: float | None = None
    delays: tuple[Delay, ...] = ()
    truncate: float | None = None
    drip: Drip | None = None
    hang: bool | None = None
    reset: bool | None = None

    @property
    def label(self) -> str:
        """Name the scenario and the rules, for the journal: `poll-503-once rule 1+2`."""
        return f"{self.scenario} rule {'+'.join(map(str, self.rules))}"

    @property
    def accepts(self) -> bool:
        """Whether the call is carried out before its answer is replaced or lost."""
        return self.answer is None if self.accepted is None else self.accepted

    def then(self, later: "Effect") -> "Effect":
        """Return both effects as one, the later rule having the last word."""
        both = {}
        for name in _NAMES:
            mine, its = getattr(self, name), getattr(later, name)
            both[name] = mine + its if name in _JOINED else mine if its is None else its
        both["scenario"], both["wait"] = self.scenario, max(self.wait, later.wait)
        return Effect(**both)

    def apply(self, status: int, headers: Headers, body: bytes, chance: Random) -> tuple[int, Headers, bytes]:
        """Return an answer as it goes out; the arguments stay as they are."""
        if self.answer:
            status, headers, body = self.answer.say(self.wait, chance)
        if self.changes:
            body = changed(body, self.changes)
        if self.malformed:
            body = body.replace(b'"', b"'")
        if self.cut is not None:
            body = body[: int(len(body) * self.cut)]
        own = (
            self.headers
            if self.content_type is None
            else (*self.headers, ("Content-Type", self.content_type))
        )
        return self.code or status, _joined(headers, own), body

    def manner(self, chance: Random) -> Manner | None:
        """Draw how the answer travels; None: as any other."""
        delay = sum(each.draw(chance) for each in self.delays) / 1000
        if not (delay or self.hang or self.reset or self.drip or self.truncate is not None):
            return None
        return Manner(
            delay=delay,
            hang=bool(self.hang),
            reset=bool(self.reset),
            truncate=self.truncate,
            drip=self.drip,
        )


_NAMES = tuple(field.name for field in fields(Effect))


def _joined(headers: Headers, own: tuple[tuple[str, str], ...]) -> Headers:
    named = {name.lower() for name, _ in own}
    return [*(each for each in headers if each[0].lower() not in named), *own]
