"""The documents the gateway answers with."""

from collections.abc import Iterator

from mockgateway.domain.clock import iso
from mockgateway.domain.job import Job, Status

MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
NAMELESS = "ext"
"""The ending that stands in the documentation's example for any of them."""


def submit_answer(job: Job, origin: str) -> dict[str, object]:
    """Write the answer to a submit; `origin` is the mock's own, as the client reached it."""
    return {
        "request_id": job.request_id,
        "status": Status.QUEUED,
        "polling_url": f"{origin}/v2/requests/status/{job.request_id}",
    }


def status_document(job: Job, now: int, origin: str) -> dict[str, object]:
    """Write what is known of a job at an instant (Response Fields)."""
    status = job.plan.status_at(now)
    done = status == Status.COMPLETED
    return {
        "request_id": job.request_id,
        "status": status,
        "model_id": job.model,
        "error": job.plan.error if status.terminal else None,
        "output": _output(job, origin) if done else None,
        "created_at": iso(job.created),
        "updated_at": iso(job.plan.updated_at(now, job.created)),
        "completed_at": iso(job.plan.ends) if status.terminal else None,
    }


def media_names(job: Job) -> list[str]:
    """Name the job's pictures: output.png, output-2.png, … (first name documented, the rest assumed)."""
    return list(_media_names(job))


def _media_names(job: Job) -> Iterator[str]:
    yield f"output.{job.output_format}"
    for number in range(2, job.num_images + 1):
        yield f"output-{number}.{job.output_format}"


def _output(job: Job, origin: str) -> dict[str, object]:
    base = f"{origin}/v1/{job.request_id}"
    return {
        "media_url": [f"{base}/{name}" for name in media_names(job)],
        "media_type": MEDIA_TYPES[job.output_format],
    }
