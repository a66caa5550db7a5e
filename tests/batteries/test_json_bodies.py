"""JSONTestSuite as the body of every POST: JSON is read, what is none is refused as such, the rest does no harm."""

import httpx
import pytest

from tests.batteries.battery import SEED, json_bodies

_SAMPLE = 40
_BODIES = json_bodies(_SAMPLE)
_JSON = {"Content-Type": "application/json"}
_ULID = "01JB2C3D4E5F6G7H8J9KMNPQRS"

pytestmark = pytest.mark.xdist_group("batteries")


@pytest.fixture
async def paths(http: httpx.AsyncClient) -> list[str]:
    """Of every operation that has a body."""
    document = (await http.get("/openapi.json")).json()
    return [
        path.format(build_id=_ULID, key_id=_ULID)
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if "requestBody" in operation
    ]


async def test_what_is_json_is_read_and_what_is_none_is_refused(http: httpx.AsyncClient, paths: list[str]):
    answers = [
        (name, path, (await http.post(path, content=body, headers=_JSON)).json())
        for path in paths
        for name, body in _BODIES.items()
    ]
    wrong = [(name, path, answer) for name, path, answer in answers if not _right(name, answer)]

    assert [] == wrong[:20], f"{len(wrong)} in all, seed {SEED}"
    assert 4 == len(paths)


def _right(name: str, answer: dict[str, object]) -> bool:
    """Whether a body of this name may get this answer: nothing that is asked for is there, so all are refused."""
    status, reason = answer["status"], answer["reason"]
    if len(_BODIES[name]) > 64 * 1024:
        return (413, "BODY_TOO_LARGE") == (status, reason)
    if name.startswith("n_"):
        return (400, "BAD_JSON") == (status, reason)
    # `{}` is all that one of them needs, and then finds no key of that name.
    return status in (400, 404) and (reason != "BAD_JSON" or name.startswith("i_"))
