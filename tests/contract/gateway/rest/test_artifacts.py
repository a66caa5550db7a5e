"""Downloads: whole, in part, only if new; streamed, and never a part passed off as the whole."""

from typing import Any

import httpx
import pytest

TAG = f'"{"5e" * 32}"'
CONTENT = bytes(range(256)) * 1024


@pytest.fixture
async def source(http: httpx.AsyncClient) -> str:
    place: str = (await http.post("/v1/builds", json={"prompt": "Star rating"})).headers["Location"]
    return f"{place}/artifacts/source"


async def test_a_file_is_sent_whole_with_its_name_and_tag(http: httpx.AsyncClient, source: str):
    response = await http.get(source)

    assert (response.status_code, response.content) == (200, CONTENT)
    assert response.headers["ETag"] == TAG
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Content-Length"] == "262144"
    assert response.headers["Content-Disposition"] == 'attachment; filename="StarRating-source.zip"'
    assert response.headers["Cache-Control"] == "private, no-cache"


async def test_a_name_beyond_ascii_is_encoded(http: httpx.AsyncClient, source: str):
    response = await http.get(source.replace("source", "report"))

    assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Bericht%20Gr%C3%B6%C3%9Fe.json"


async def test_head_tells_all_but_the_content(http: httpx.AsyncClient, source: str, generator: Any):
    response = await http.head(source)

    assert (response.status_code, response.content) == (200, b"")
    assert (response.headers["ETag"], response.headers["Content-Length"]) == (TAG, "262144")
    assert generator.downloads == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("held", [TAG, f'"x", {TAG}', f"W/{TAG}", "*"])
async def test_what_the_client_holds_is_not_sent_again(http: httpx.AsyncClient, source: str, method: str, held: str):
    response = await http.request(method, source, headers={"If-None-Match": held})

    assert (response.status_code, response.content, response.headers["ETag"]) == (304, b"", TAG)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-65735", 100, 65_735),
        ("bytes=262000-", 262_000, 262_143),
        ("bytes=-10", 262_134, 262_143),
        ("bytes=-9999999", 0, 262_143),
        ("bytes=5-9999999", 5, 262_143),
    ],
)
async def test_one_range_is_sent_as_a_part(
    http: httpx.AsyncClient, source: str, generator: Any, asked: str, first: int, last: int
):
    response = await http.get(source, headers={"Range": asked})

    assert (response.status_code, response.content) == (206, CONTENT[first : last + 1])
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/262144"
    assert response.headers["Content-Length"] == str(last + 1 - first)
    assert generator.downloads == [(first, last + 1 - first)]


@pytest.mark.parametrize("asked", ["bytes=262144-", "bytes=999999-1000000", "bytes=-0"])
async def test_a_range_past_the_end_cannot_be_sent(http: httpx.AsyncClient, source: str, asked: str):
    response = await http.get(source, headers={"Range": asked})

    assert (response.status_code, response.json()["reason"]) == (416, "OFFSET_PAST_END")
    assert response.headers["Content-Range"] == "bytes */262144"


@pytest.mark.parametrize("asked", ["bytes=5-1", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,5-6", "x"])
async def test_what_is_no_single_range_is_ignored(http: httpx.AsyncClient, source: str, asked: str):
    response = await http.get(source, headers={"Range": asked})

    assert (response.status_code, len(response.content)) == (200, 262_144)


@pytest.mark.parametrize(("held", "status"), [(TAG, 206), ('"old"', 200), ("Fri, 01 May 2026 12:00:00 GMT", 200)])
async def test_a_range_of_changed_bytes_is_the_whole(http: httpx.AsyncClient, source: str, held: str, status: int):
    response = await http.get(source, headers={"Range": "bytes=0-9", "If-Range": held})

    assert response.status_code == status


async def test_a_build_without_files_has_none(http: httpx.AsyncClient):
    place = (await http.post("/v1/builds", json={"prompt": "fail"})).headers["Location"]

    response = await http.get(f"{place}/artifacts/source")

    assert (response.status_code, response.json()["reason"]) == (404, "ARTIFACT_NOT_FOUND")


async def test_there_are_no_other_kinds_of_file(http: httpx.AsyncClient, source: str):
    response = await http.get(source.replace("source", "secrets"))

    assert (response.status_code, response.json()["reason"]) == (404, "ARTIFACT_NOT_FOUND")


async def test_a_download_that_breaks_is_cut_not_ended(http: httpx.AsyncClient):
    place = (await http.post("/v1/builds", json={"prompt": "break"})).headers["Location"]

    with pytest.raises(httpx.RemoteProtocolError):
        await http.get(f"{place}/artifacts/source")


async def test_a_file_that_is_kept_no_longer_is_gone_and_can_be_built_again(http: httpx.AsyncClient):
    place = (await http.post("/v1/builds", json={"prompt": "expired"})).headers["Location"]

    response = await http.get(f"{place}/artifacts/source")

    problem = response.json()
    assert (response.status_code, problem["reason"], problem["code"]) == (410, "ARTIFACT_GONE", "PCF-SYS-005")
    assert "Build it again" in problem["suggestion"]


async def test_a_store_that_is_away_says_when_to_come_again(http: httpx.AsyncClient):
    place = (await http.post("/v1/builds", json={"prompt": "away"})).headers["Location"]

    response = await http.get(f"{place}/artifacts/source")

    assert (response.status_code, response.json()["reason"]) == (503, "ARTIFACTS_UNAVAILABLE")
    assert response.headers["Retry-After"] == "5"


@pytest.fixture
async def elsewhere(http: httpx.AsyncClient) -> str:
    """A file that the generator gives a link to."""
    place: str = (await http.post("/v1/builds", json={"prompt": "elsewhere"})).headers["Location"]
    return f"{place}/artifacts/source"


@pytest.mark.parametrize("headers", [{}, {"If-None-Match": '"other"'}, {"Range": "bytes=0-9", "If-Range": '"other"'}])
async def test_a_whole_file_that_is_elsewhere_is_a_redirect(
    http: httpx.AsyncClient, elsewhere: str, generator: Any, headers: dict[str, str]
):
    response = await http.get(elsewhere, headers=headers)

    assert (response.status_code, response.content) == (307, b"")
    assert response.headers["Location"] == "https://bucket.example/sha256/5e/5e5e?X-Amz-Signature=0f0f"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert generator.downloads == [(0, 0)]


async def test_a_file_that_is_elsewhere_is_described_here(http: httpx.AsyncClient, elsewhere: str, generator: Any):
    response = await http.head(elsewhere)

    assert (response.status_code, response.headers["ETag"], response.headers["Content-Length"]) == (200, TAG, "262144")
    assert generator.downloads == []


async def test_a_file_that_is_elsewhere_and_here_already_is_not_sent(http: httpx.AsyncClient, elsewhere: str):
    response = await http.get(elsewhere, headers={"If-None-Match": TAG})

    assert response.status_code == 304


async def test_a_range_of_a_file_that_is_elsewhere_comes_from_here(http: httpx.AsyncClient, elsewhere: str):
    """Its ETag is ours: another server would take If-Range for a change."""
    response = await http.get(elsewhere, headers={"Range": "bytes=5-9", "If-Range": TAG})

    assert (response.status_code, response.content, response.headers["ETag"]) == (206, CONTENT[5:10], TAG)
