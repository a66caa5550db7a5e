"""Files that the server keeps elsewhere: fetched from there, and nothing else is said there."""

import socket
from typing import Any

import pytest
from pcf_cli.client import connect
from pcf_cli.elsewhere import elsewhere
from pcf_cli.exits import Refused, Unreachable
from pcf_cli.files import fetch

SIGNED = "/bucket/sha256/5e/5e5e?X-Amz-Signature=5ec7e7"
SOURCE = "/v1/builds/{id}/artifacts/source"


def moved(gateway: Any, place: str) -> dict[str, Any]:
    """An artifact that is at another place."""
    gateway.on("GET", SOURCE, gateway.raw(b"", status=307, headers={"Location": place}))
    artifact: dict[str, Any] = gateway.artifact("source", "a.zip", gateway.source)
    return artifact


async def test_a_file_that_is_elsewhere_is_fetched_from_there(gateway: Any, bucket: Any):
    bucket.on("GET", "/bucket/sha256/5e/5e5e", bucket.raw(gateway.source))
    artifact = moved(gateway, bucket.url + SIGNED)

    async with connect(gateway.url) as api:
        assert gateway.source == await fetch(api, artifact)

    assert [SIGNED] == [asked.path for asked in bucket.asked]


async def test_nothing_of_ours_goes_to_the_other_server(gateway: Any, bucket: Any):
    bucket.on("GET", "/bucket/sha256/5e/5e5e", bucket.raw(gateway.source))
    cookie = gateway.raw(
        b"", status=307, headers={"Location": bucket.url + SIGNED, "Set-Cookie": "session=1; Domain=127.0.0.1"}
    )
    gateway.on("GET", SOURCE, cookie)

    async with connect(gateway.url) as api:
        await fetch(api, gateway.artifact("source", "a.zip", gateway.source))

    (asked,) = bucket.asked
    assert {"host", "accept", "accept-encoding", "connection", "user-agent"} == asked.headers.keys()


async def test_bytes_from_elsewhere_are_checked_as_any(gateway: Any, bucket: Any):
    bucket.on("GET", "/bucket/sha256/5e/5e5e", bucket.raw(b"PK forged"))
    artifact = moved(gateway, bucket.url + SIGNED)

    with pytest.raises(Refused, match="arrived damaged"):
        async with connect(gateway.url) as api:
            await fetch(api, artifact)


@pytest.mark.parametrize(
    ("status", "error", "told"),
    [(403, Refused, "refuses the download"), (404, Refused, "refuses"), (503, Unreachable, "cannot serve now")],
)
async def test_what_the_other_server_refuses_is_told_without_the_signed_url(
    gateway: Any, bucket: Any, status: int, error: type[Exception], told: str
):
    bucket.on("GET", "/bucket/sha256/5e/5e5e", bucket.raw(b"<Error/>", status=status))
    artifact = moved(gateway, bucket.url + SIGNED)

    with pytest.raises(error, match=told) as raised:
        async with connect(gateway.url) as api:
            await fetch(api, artifact)

    assert f"{bucket.url}, where {gateway.url} keeps its files," in str(raised.value)
    assert "5ec7e7" not in str(raised.value)


async def test_another_server_that_cannot_be_reached_is_told_as_that(gateway: Any):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = listener.getsockname()[1]
    artifact = moved(gateway, f"http://127.0.0.1:{free}{SIGNED}")

    with pytest.raises(Unreachable, match="cannot be reached from here"):
        async with connect(gateway.url) as api:
            await fetch(api, artifact)


async def test_bytes_from_elsewhere_that_break_off_are_no_file(gateway: Any, bucket: Any):
    bucket.on("GET", "/bucket/sha256/5e/5e5e", bucket.raw(b"PK", cut=True))
    artifact = moved(gateway, bucket.url + SIGNED)

    with pytest.raises(Unreachable, match="cannot be reached from here"):
        async with connect(gateway.url) as api:
            await fetch(api, artifact)


@pytest.mark.parametrize("place", ["", "/only/a/path", "file:///etc/passwd", "ftp://here/x", "http://"])
async def test_a_place_that_is_none_is_not_followed(gateway: Any, place: str):
    artifact = moved(gateway, place)

    with pytest.raises(Refused, match="an address that cannot be used"):
        async with connect(gateway.url) as api:
            await fetch(api, artifact)


async def test_a_server_on_https_does_not_send_us_where_others_read_along():
    with pytest.raises(Refused, match="nothing was fetched"):
        async with elsewhere(f"http://127.0.0.1:1{SIGNED}", server="https://pcf.example"):
            pass


async def test_only_a_file_may_be_elsewhere(gateway: Any, bucket: Any):
    away = gateway.raw(b"", status=307, headers={"Location": bucket.url})
    gateway.on("GET", "/v1/builds/x/events", away)

    with pytest.raises(Unreachable, match="answers, but not as a PCF Builder does"):
        async with connect(gateway.url) as api:
            await anext(api.events("x", after=0))

    assert [] == bucket.asked
