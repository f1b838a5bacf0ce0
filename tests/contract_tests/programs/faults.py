"""Programs with one fault each: which, in which case it shows, and the obligation that it breaks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One faulty program.

    Attributes:
        name: what FAULT is set to; "" where the file is the fault.
        program: the file in this folder.
        case: in which it shows.
        obligation: the one that it breaks there.
        sentence: what it does, for readers.
        timeout: seconds after which it is stopped.
    """

    name: str
    program: str
    case: str
    obligation: str
    sentence: str
    timeout: float = 60

    @property
    def id(self) -> str:
        """A name that no other fault has."""
        return f"{self.program}:{self.name}"


POLLING, WEBHOOK, NODE, SHELL = "program.py", "webhook.py", "program.mjs", "program.sh"

FAULTS = (
    Fault("guesses-path", POLLING, "happy", "request.path", "makes the path from the model's name"),
    Fault("no-image-size", POLLING, "happy", "request.valid", "leaves a required field out"),
    Fault("plain-text", POLLING, "happy", "request.content-type", "sends JSON as text/plain"),
    Fault("no-cache-control", POLLING, "happy", "request.cache-control", "leaves Cache-Control out"),
    Fault("keyless-polls", POLLING, "happy", "key.sent", "polls without the key", 30),
    Fault("key-everywhere", POLLING, "happy", "key.private", "sends the key with downloads"),
    Fault("shows-key", POLLING, "happy", "key.not-shown", "prints the key"),
    Fault("submits-blindly", POLLING, "answer-lost", "money.once", "submits again after a lost answer"),
    Fault("submits-after-503", POLLING, "poll-503", "money.once", "submits again after a 503 on a poll"),
    Fault("retries-401", POLLING, "invalid-key", "money.401-final", "sends a refused key again"),
    Fault("retries-402", POLLING, "insufficient-balance", "money.402-final", "tries again without money"),
    Fault("retries-403", POLLING, "forbidden", "money.403-final", "tries again what is forbidden"),
    Fault("cuts-id", POLLING, "happy", "poll.url", "polls with a part of the id", 30),
    Fault("hasty", POLLING, "happy", "poll.rhythm", "polls every second"),
    Fault("asks-once-more", POLLING, "happy", "poll.stops", "polls once more after COMPLETED"),
    Fault("ignores-error", POLLING, "job-error", "poll.stops", "takes ERROR for no end", 30),
    Fault(
        "ignores-retry-after", POLLING, "rate-limited", "poll.retry-after", "tries again at once after a 429"
    ),
    Fault("gives-up", POLLING, "poll-edge", "poll.blips", "gives up a paid job for an edge's 403"),
    Fault("no-timeout", POLLING, "poll-hang", "poll.blips", "waits for an answer without a limit", 25),
    Fault("takes-only-200", POLLING, "happy", "accept.goes-on", "takes 202 for a failure"),
    Fault("forgets", POLLING, "happy", "accept.goes-on", "never asks for the job that it made"),
    Fault("strict", POLLING, "extra-fields", "accept.unknown-fields", "refuses fields that it does not know"),
    Fault(
        "strange-is-an-end",
        POLLING,
        "unknown-status",
        "accept.unknown-status",
        "takes a new state for an end",
    ),
    Fault("first-letter", POLLING, "happy", "picture.all", "takes the first letter of the link for the link"),
    Fault("first-picture", POLLING, "several-pictures", "picture.all", "downloads one picture of two"),
    Fault("half-is-enough", POLLING, "media-truncated", "picture.honest", "keeps half a picture"),
    Fault(
        "saves-error-page", POLLING, "media-missing", "picture.honest", "saves the error page as the picture"
    ),
    Fault("one-download", POLLING, "media-truncated", "picture.again", "does not download again"),
    Fault("never-content", POLLING, "happy", "end.success", "exits with 3 when all went well"),
    Fault("failed-is-fine", POLLING, "job-failed", "end.failed", "exits with 0 after FAILED"),
    Fault("error-is-fine", POLLING, "job-error", "end.error", "exits with 0 after ERROR"),
    Fault("refusal-is-fine", POLLING, "server-error", "end.refused", "exits with 0 after a refusal"),
    Fault("impatient", POLLING, "poll-503", "end.patience", "gives up on a job that is PROCESSING"),
    Fault("asks-once", POLLING, "poll-503", "end.truth", "exits with 0 while the job is PROCESSING"),
    Fault("waits-for-ever", POLLING, "stuck", "stuck.gives-up", "waits for ever for a stuck job", 25),
    Fault("silent-about-id", POLLING, "stuck", "stuck.says-id", "gives up without saying the id"),
    Fault("slow-receiver", WEBHOOK, "webhook", "callback.answered", "works first and answers then"),
    Fault("rude-receiver", WEBHOOK, "webhook", "callback.answered", "answers callbacks with 500"),
    Fault(
        "does-it-again",
        WEBHOOK,
        "webhook-duplicate",
        "callback.duplicate",
        "does it all again for a second callback",
    ),
    Fault(
        "takes-any-id", WEBHOOK, "webhook-foreign-id", "callback.checks-id", "believes a stranger's callback"
    ),
    Fault(
        "takes-any-status",
        WEBHOOK,
        "webhook-not-final",
        "callback.checks-status",
        "takes any callback for the end",
    ),
    Fault("only-waits", WEBHOOK, "webhook-never", "callback.none", "waits for a callback and never asks", 25),
    Fault("takes-only-202", NODE, "accepted-200", "accept.other-2xx", "takes 200 for a failure"),
    Fault("too-many-steps", NODE, "happy", "request.valid", "asks for 500 steps"),
    Fault("submits-blindly", NODE, "answer-lost", "money.once", "submits again after a lost answer"),
    Fault("hasty", NODE, "happy", "poll.rhythm", "polls every one and a half seconds"),
    Fault("ignores-retry-after", NODE, "rate-limited", "poll.retry-after", "tries again after half a second"),
    Fault("falls-over-json", NODE, "malformed-json", "poll.blips", "falls over an answer that is no JSON"),
    Fault("only-logs", NODE, "job-failed", "end.failed", "logs the error and exits with 0"),
    Fault("waits-for-ever", NODE, "stuck", "stuck.gives-up", "waits for ever for a stuck job", 25),
    Fault("key-everywhere", NODE, "happy", "key.private", "sends the key with downloads"),
    Fault("saves-error-page", NODE, "media-missing", "picture.honest", "saves the error page as the picture"),
    Fault("first-picture", NODE, "several-pictures", "picture.all", "downloads one picture of two"),
    Fault("submits-blindly", SHELL, "answer-lost", "money.once", "lets curl repeat the POST"),
    Fault("hasty", SHELL, "happy", "poll.rhythm", "polls every two seconds"),
    Fault("refusal-is-fine", SHELL, "insufficient-balance", "end.refused", "exits with 0 after a refusal"),
    Fault("gives-up", SHELL, "poll-404", "poll.blips", "gives up a paid job for one 404"),
    Fault("failed-is-fine", SHELL, "job-failed", "end.failed", "exits with 0 after FAILED"),
    Fault("silent-about-id", SHELL, "stuck", "stuck.says-id", "gives up without saying the id"),
    Fault(
        "saves-error-page", SHELL, "media-missing", "picture.honest", "saves the error page as the picture"
    ),
    Fault("key-in-url", SHELL, "happy", "key.private", "puts the key into the link of the picture"),
)
"""All faulty programs."""
