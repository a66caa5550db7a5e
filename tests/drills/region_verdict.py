"""What of the accepted is there after regions have changed."""

import time
from collections.abc import Iterable, Sequence

import httpx

from tests.drills.product import Product
from tests.drills.rest_job import Job

__all__ = ["lost_builds", "not_made_again", "without_files"]

_ENDED = ("succeeded", "failed", "cancelled", "needs-input", "answered with 404")
_PATIENCE_S = 120.0
_PAUSE_S = 0.1


def lost_builds(product: Product, jobs: Iterable[Job]) -> list[str]:
    """Accepted builds that the product does not bring to their end, with what became of them."""
    lost = []
    ends_at = time.monotonic() + _PATIENCE_S
    with product.client() as client:
        for job in jobs:
            state = _state(client, job.build_id)
            # Whoever was at it is gone: another takes it once the lease has run out.
            while state not in _ENDED and time.monotonic() < ends_at:
                time.sleep(_PAUSE_S)
                state = _state(client, job.build_id)
            if state != "succeeded":
                lost.append(f"{job.build_id} is {state}")
    return lost


def without_files(product: Product, jobs: Sequence[Job]) -> list[Job]:
    """Whose files cannot be had."""
    with product.client() as client:
        return [job for job in jobs if not _has_files(client, job.build_id)]


def not_made_again(product: Product, jobs: Sequence[Job]) -> list[str]:
    """Builds whose files are not there either when somebody has asked the same once more."""
    with product.client() as client:
        again = [client.post("/v1/builds", json={"prompt": job.prompt}).json()["id"] for job in jobs]
        ends_at = time.monotonic() + _PATIENCE_S
        while any(_state(client, each) not in _ENDED for each in again) and time.monotonic() < ends_at:
            time.sleep(_PAUSE_S)
        return [f"the file of {job.build_id} is gone" for job in jobs if not _has_files(client, job.build_id)]


def _has_files(client: httpx.Client, build_id: str) -> bool:
    artifacts = client.get(f"/v1/builds/{build_id}").json()["result"]["artifacts"]
    return all(client.get(each["href"]).status_code == httpx.codes.OK for each in artifacts)


def _state(client: httpx.Client, build_id: str) -> str:
    answer = client.get(f"/v1/builds/{build_id}")
    return (
        str(answer.json()["state"]) if answer.status_code == httpx.codes.OK else f"answered with {answer.status_code}"
    )
