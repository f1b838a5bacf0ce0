"""The status document, as time goes by."""

from collections.abc import Callable

import pytest
from mock_support import REQUEST, Client, World

from zimage_schemas import MODELS, document

FIELDS = ["request_id", "status", "model_id", "error", "output", "created_at", "updated_at", "completed_at"]


def test_life_of_a_job(start: Callable[..., World]) -> None:
    """QUEUED, then PROCESSING, then COMPLETED for good, each with the times at which it came about."""
    world = start(queue_time=1.5, processing_time=2)
    client = world.client
    request_id = client.submit().json()["request_id"]
    times = ["2026-03-31T23:33:20.000Z", "2026-03-31T23:33:21.500Z", "2026-03-31T23:33:23.500Z"]
    seen = []
    for wait in (0, 1.499, 0.001, 1.999, 0.001, 1_000_000):
        world.clock.move(wait)
        found = client.status(request_id)
        assert found.status == 200
        said = found.json()
        assert document("status-document").problems(said) == ()
        assert list(said) == FIELDS
        assert (said["request_id"], said["model_id"]) == (request_id, "z-image-turbo-834")
        assert said["created_at"] == times[0]
        seen.append((said["status"], said["updated_at"], said["completed_at"], said["output"] is None))
    queued = ("QUEUED", times[0], None, True)
    processing = ("PROCESSING", times[1], None, True)
    completed = ("COMPLETED", times[2], times[2], False)
    assert seen == [queued, queued, processing, processing, completed, completed]


def test_speed(start: Callable[..., World]) -> None:
    """With speed 100, a job of three seconds is over in 30 ms, and the gateway tells its own time."""
    world = start(speed=100)
    request_id = world.client.submit().json()["request_id"]
    world.clock.move(0.029)
    assert world.client.status(request_id).json()["status"] == "PROCESSING"
    world.clock.move(0.001)
    said = world.client.status(request_id).json()
    assert (said["status"], said["completed_at"]) == ("COMPLETED", "2026-03-31T23:33:23.000Z")


def test_concurrency(start: Callable[..., World]) -> None:
    """With one job at a time, the second of a key starts when the first ends; another key does not wait."""
    world = start(queue_time=0, processing_time=10, concurrency=1)
    client, other = world.client, Client(world.client.url, "another-key")
    ids = [each.submit().json()["request_id"] for each in (client, client, other)]
    keys = [client.key, client.key, other.key]

    def statuses() -> list[str]:
        return [client.status(one, key).json()["status"] for one, key in zip(ids, keys, strict=True)]

    assert statuses() == ["PROCESSING", "QUEUED", "PROCESSING"]
    world.clock.move(10)
    assert statuses() == ["COMPLETED", "PROCESSING", "COMPLETED"]
    world.clock.move(10)
    assert statuses() == ["COMPLETED"] * 3


def test_seed_repeats_durations(start: Callable[..., World]) -> None:
    """Mocks of the same seed draw the same durations, of another seed others."""

    def completed(seed: int) -> list[str]:
        world = start(queue_time="0..100", processing_time="5..50", seed=seed)
        ids = [world.client.submit().json()["request_id"] for _ in range(5)]
        world.clock.move(1000)
        return [world.client.status(one).json()["completed_at"] for one in ids]

    assert completed(7) == completed(7) != completed(8)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
@pytest.mark.parametrize("images", [1, 4])
def test_completed(client: Client, model: str, kind: str, images: int) -> None:
    """The output names one URL for each image, of the format that was asked for, and its true type."""
    said = client.job({**REQUEST, "output_format": kind, "num_images": images}, model)
    assert document("status-document").problems(said) == ()
    names = [f"output.{kind}", *(f"output-{number}.{kind}" for number in range(2, images + 1))]
    assert said["output"] == {
        "media_url": [f"{client.url}/v1/{said['request_id']}/{name}" for name in names],
        "media_type": f"image/{kind}",
    }
    assert said["error"] is None
    assert said["model_id"] == MODELS[model].slug


def test_defaults(client: Client) -> None:
    """A request of the two required fields alone makes one PNG."""
    for model in MODELS:
        output = client.job(model=model)["output"]
        assert len(output["media_url"]) == 1
        assert output["media_type"] == "image/png"


def test_polling_url_answers(client: Client) -> None:
    """A client that follows polling_url stays on the mock, and reads its job there."""
    said = client.submit().json()
    assert said["polling_url"].startswith(f"{client.url}/")
    path = said["polling_url"].removeprefix(client.url)
    answer = client.ask("GET", path, headers={"Ocp-Apim-Subscription-Key": client.key})
    assert answer.json()["request_id"] == said["request_id"]


@pytest.mark.parametrize(
    "change",
    [str.upper, lambda one: one[:-1], lambda one: f"{one}0", lambda one: one.replace("turbo-834", "base")],
    ids=["upper case", "shorter", "longer", "other model"],
)
def test_almost_the_request_id(client: Client, change: Callable[[str], str]) -> None:
    """What is nearly a known request_id is unknown."""
    answer = client.status(change(client.submit().json()["request_id"]))
    assert answer.status == 404
    assert answer.dialect() == "queue"
