"""Files, and the builds that made them."""

import httpx
import pytest

SOURCE, UNKNOWN = "5e" * 32, "0f" * 32


async def built(http: httpx.AsyncClient) -> str:
    return str((await http.post("/v1/builds", json={"prompt": "stars"})).json()["id"])


async def test_a_file_that_was_made_here_is_known_with_its_builds_oldest_first(http: httpx.AsyncClient):
    made = [await built(http) for _ in range(2)]

    response = await http.get(f"/v1/verify/{SOURCE}")

    told = response.json()
    assert (response.status_code, told["sha256"], told["known"], told["total"]) == (200, SOURCE, True, 2)
    assert told["artifact"] == {
        "kind": "source",
        "filename": "StarRating-source.zip",
        "media_type": "application/zip",
        "size_bytes": 262_144,
    }
    assert [build["id"] for build in told["builds"]] == made
    assert told["builds"][0] == {
        "id": made[0],
        "component_name": "StarRating",
        "namespace": "Contoso",
        "display_name": "Star rating",
        "kind": "source",
        "brain_release": None,
        "create_time": "2026-05-01T12:00:00.123456Z",
        "href": f"/v1/builds/{made[0]}",
    }


async def test_a_link_leads_to_the_build(http: httpx.AsyncClient):
    made = await built(http)

    (build,) = (await http.get(f"/v1/verify/{SOURCE}")).json()["builds"]

    assert (await http.get(build["href"])).json()["id"] == made


async def test_of_many_builds_the_oldest_are_told_and_all_counted(http: httpx.AsyncClient):
    made = [await built(http) for _ in range(21)]

    told = (await http.get(f"/v1/verify/{SOURCE}")).json()

    assert ([build["id"] for build in told["builds"]], told["total"]) == (made[:20], 21)


async def test_a_file_that_nobody_made_here_is_an_answer(http: httpx.AsyncClient):
    await built(http)

    response = await http.get(f"/v1/verify/{UNKNOWN}")

    unknown = {"sha256": UNKNOWN, "known": False, "artifact": None, "builds": [], "total": 0}
    assert (response.status_code, response.json()) == (200, unknown)


async def test_a_hash_in_capitals_is_the_same_hash(http: httpx.AsyncClient):
    """As Windows writes it."""
    await built(http)

    told = (await http.get(f"/v1/verify/{SOURCE.upper()}")).json()

    assert (told["sha256"], told["known"]) == (SOURCE, True)


@pytest.mark.parametrize(
    "sha256",
    ["x", "5e" * 31, "5e" * 33, "5g" * 32, f"{SOURCE}%0A", f"%20{SOURCE}", "%00", "sha256:" + SOURCE, "٣" * 64],
)
async def test_what_is_no_hash_is_refused_and_not_taken_for_unknown(http: httpx.AsyncClient, sha256: str):
    response = await http.get(f"/v1/verify/{sha256}")

    problem = response.json()
    assert (response.status_code, problem["reason"], problem["code"]) == (400, "INVALID_REQUEST", "PCF-SYS-002")
    assert problem["violations"] == [{"field": "sha256", "description": "must be a SHA-256: 64 hexadecimal digits"}]


async def test_it_takes_no_parameters(http: httpx.AsyncClient):
    response = await http.get(f"/v1/verify/{SOURCE}?verbose=1")

    assert (response.status_code, response.json()["violations"][0]["field"]) == (400, "verbose")
