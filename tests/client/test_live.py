"""The client's whole contract: against the mock, and with `--gateway-live` against the live gateway."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockgateway import MockGateway
from zimage_client import (
    BaseRequest,
    Client,
    InvalidRequest,
    JobNotFound,
    Polling,
    Request,
    Settings,
    TurboRequest,
    Unauthorized,
)
from zimage_schemas import LIVE_ORIGIN

LIVE_KEY = os.environ.get("PIXAZO_API_KEY")  # now: other tests must not see it
QUICK = Polling(first=0.02, least=0.02, most=0.04)


@pytest.fixture(params=["mock", "live"])
def target(request: pytest.FixtureRequest) -> Iterator[tuple[str, str, Polling]]:
    """An origin, a key, and how often it may be asked."""
    if request.param == "mock":
        with MockGateway(speed=200) as gateway:
            yield gateway.url, "mock-happy", QUICK
        return
    if not request.config.getoption("gateway_live", default=False):
        pytest.skip("costs money: run with --gateway-live and a key in PIXAZO_API_KEY")
    if not LIVE_KEY:
        pytest.skip("--gateway-live needs a key in PIXAZO_API_KEY")
    yield LIVE_ORIGIN, LIVE_KEY, Polling()


@pytest.fixture
def client(target: tuple[str, str, Polling]) -> Iterator[Client]:
    """A client of it."""
    url, key, polling = target
    with Client(key, url, settings=Settings(polling=polling)) as made:
        yield made


@pytest.mark.parametrize(
    "request_",
    [
        TurboRequest(prompt="A red bicycle", image_size="square_1_1"),
        BaseRequest(
            prompt="A red bicycle", image_size="landscape_4_3", output_format="jpeg", num_inference_steps=10
        ),
    ],
    ids=["turbo", "base"],
)
def test_a_picture_is_made(client: Client, tmp_path: Path, request_: Request) -> None:
    """Of the format that was asked for; states never go back; the job can be asked for again."""
    states: list[str] = []
    result = client.generate(request_, tmp_path, on_update=lambda each: states.append(each.state))
    assert result.files[0].suffix == f".{request_.output_format}"
    order = ["QUEUED", "PROCESSING", "COMPLETED"]
    assert [order.index(state) for state in states] == sorted(order.index(state) for state in states)
    again = client.job(result.job.request_id)
    assert again.status().document == result.status.document
    assert result.job.model is request_.model
    assert again.model is request_.model


def test_a_batch_is_made(client: Client, tmp_path: Path) -> None:
    """All of it; a second run costs nothing."""
    requests = [TurboRequest(prompt=f"{number} bicycles", image_size="square_1_1") for number in (1, 2)]
    first = {each.request_id for each in client.generate_many(requests, tmp_path, state=tmp_path / "state")}
    again = {each.request_id for each in client.generate_many(requests, tmp_path, state=tmp_path / "state")}
    assert first == again
    assert len(first) == 2


def test_a_wrong_request_is_refused(target: tuple[str, str, Polling]) -> None:
    """By the gateway, for nothing."""
    url, key, polling = target
    with (
        Client(key, url, settings=Settings(polling=polling, validate=False)) as client,
        pytest.raises(InvalidRequest),
    ):
        client.submit(TurboRequest(prompt="x", image_size="huge"))  # type: ignore[arg-type]


def test_an_unknown_job_is_unknown(client: Client) -> None:
    """It is said so."""
    with pytest.raises(JobNotFound):
        client.job("z-image-turbo-834_019d0000-0000-7000-8000-0000000000000").status()


def test_a_wrong_key_is_refused(target: tuple[str, str, Polling]) -> None:
    """On submit and on status."""
    url, _, _ = target
    key = "mock-invalid-key" if url != LIVE_ORIGIN else "0" * 32
    with Client(key, url) as client:
        with pytest.raises(Unauthorized):
            client.submit(TurboRequest(prompt="x", image_size="square_1_1"))
        with pytest.raises(Unauthorized):
            client.job("z-image-turbo-834_019d0000-0000-7000-8000-0000000000000").status()
