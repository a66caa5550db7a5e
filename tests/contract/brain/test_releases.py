import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pcf.brain.v1 import brain_pb2
from pcf_runtime.errors import InvalidArgument, NotFound, Unavailable
from pcf_runtime.testing import expect_error

_CURRENT = brain_pb2.GetReleaseRequest(name="releases/current")


async def test_the_current_release_is_told(client: Any):
    release = await client.GetRelease(_CURRENT)
    assert release.version == "1.2.3"
    assert release.load_time.ToDatetime(UTC) == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


async def test_anyone_can_check_its_name(client: Any):
    """From the manifest alone, with sha256sum if need be."""
    release = await client.GetRelease(_CURRENT)
    lines = "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(release.files.items()))
    digest = hashlib.sha256(lines.encode()).hexdigest()
    assert (digest, f"releases/{digest[:16]}") == (release.manifest_sha256, release.name)


async def test_its_size_is_that_of_its_files(client: Any):
    release = await client.GetRelease(_CURRENT)
    files = [await client.GetFile(brain_pb2.GetFileRequest(path=path)) for path in release.files]
    assert sum(len(file.content) for file in files) == release.size_bytes


async def test_an_earlier_release_is_told_while_it_is_kept(client: Any, publish: Callable[[str], Any]):
    first = await publish("1")
    await publish("2")
    release = await client.GetRelease(brain_pb2.GetReleaseRequest(name=first))
    assert release.version == "1"


async def test_an_unknown_release_is_not_found(client: Any):
    with expect_error(NotFound, reason="RELEASE_NOT_FOUND", domain="brain.pcf"):
        await client.GetRelease(brain_pb2.GetReleaseRequest(name="releases/0123456789abcdef"))


@pytest.mark.parametrize("name", ["", "current", "releases/latest", "releases/0123456789ABCDEF"])
async def test_a_name_that_breaks_the_contract_is_refused(client: Any, name: str):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST"):
        await client.GetRelease(brain_pb2.GetReleaseRequest(name=name))


async def test_a_watcher_gets_the_current_release_and_each_that_follows(client: Any, publish: Callable[[str], Any]):
    watch = aiter(client.WatchRelease(brain_pb2.WatchReleaseRequest()))
    seen = [(await anext(watch)).version]
    for version in ("2", "3"):
        await publish(version)
        seen.append((await anext(watch)).version)
    assert seen == ["1.2.3", "2", "3"]
    await watch.aclose()


async def test_a_broken_change_is_never_served(client: Any, served: Any):
    before = await client.GetRelease(_CURRENT)
    (served.folder / "intent/mapping.yaml").write_text("a: 1\na: 2")
    await served.library.refresh()
    assert before == await client.GetRelease(_CURRENT)


async def test_a_watch_ends_well_when_the_service_leaves(client: Any, served: Any):
    watch = aiter(client.WatchRelease(brain_pb2.WatchReleaseRequest()))
    await anext(watch)
    served.readiness.drain()
    assert await anext(watch, "the end") == "the end"


class TestWithoutARelease:
    """The folder was broken from the start: everything says so, and nothing fails otherwise."""

    @pytest.fixture
    def brain(self, brain: Any) -> Any:
        (brain / "release.yaml").unlink()
        return brain

    @pytest.mark.parametrize(
        ("rpc", "request_"),
        [
            ("GetRelease", _CURRENT),
            ("RouteTask", brain_pb2.RouteTaskRequest(task=4)),
            ("GetFile", brain_pb2.GetFileRequest(path="release.yaml")),
            ("ListCapabilities", brain_pb2.ListCapabilitiesRequest()),
            ("GetCapability", brain_pb2.GetCapabilityRequest(name="capabilities/lamp")),
        ],
    )
    async def test_there_is_nothing_to_serve_yet(self, client: Any, rpc: str, request_: Any):
        with expect_error(Unavailable, reason="NO_RELEASE") as caught:
            await getattr(client, rpc)(request_)
        assert "release.yaml: is missing" in str(caught.error)
