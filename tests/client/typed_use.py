"""How the client is used, for type checkers: nothing here runs."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import assert_type

from zimage_client import (
    BaseRequest,
    Client,
    Job,
    JobStatus,
    Outcome,
    Polling,
    Result,
    Settings,
    TurboRequest,
    WebhookInbox,
    ZImageError,
    parse_webhook,
)
from zimage_client.testing import ManualClock, StubGateway, StubTransport


def use(directory: Path) -> None:
    """Everything that users do."""
    turbo = TurboRequest(prompt="A red bicycle", image_size="square_1_1", output_format="webp")
    base = BaseRequest(prompt="A red bicycle", image_size="landscape_16_9", guidance_scale=7.5)
    TurboRequest(prompt="x", image_size="square")  # type: ignore[arg-type]
    TurboRequest(prompt="x", image_size="square_1_1", guidance_scale=4)  # type: ignore[call-arg]
    TurboRequest("x", "square_1_1")  # type: ignore[call-arg]
    turbo.prompt = "y"  # type: ignore[misc]
    assert_type(base.cost, Decimal)

    with Client("key", settings=Settings(polling=Polling(least=5)), clock=ManualClock()) as client:
        job = client.submit(turbo)
        assert_type(job, Job)
        assert_type(job.wait(timeout=60, on_update=print), JobStatus)
        assert_type(job.download(directory), tuple[Path, ...])
        assert_type(client.job(job.request_id).status(), JobStatus)
        with WebhookInbox() as inbox:
            assert_type(client.generate(base, "pictures", via=inbox), Result)
        outcomes = client.generate_many([turbo, base], directory, concurrency=8, state=directory / "state")
        assert_type(outcomes, Iterator[Outcome])
        for outcome in outcomes:
            assert_type(outcome.error, ZImageError | OSError | None)
    assert_type(parse_webhook(b"{}"), JobStatus)
    Client("key", transport=StubTransport(StubGateway(states=["QUEUED", "FAILED"])))
