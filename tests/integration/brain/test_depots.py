"""What every depot does, in a folder and in real buckets."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pcf_brain.adapters.opening import open_depot
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.ports import Depot, MissingError, MovedError, StoreUnavailableError

from tests.servers.s3 import READER, S3, WRITER, Keys, using

# Two S3 servers.
pytestmark = pytest.mark.slow


@pytest.fixture(params=["folder", "moto", "seaweed"])
def depot(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Depot]:
    if request.param == "folder":
        (tmp_path / "depot").mkdir()
        yield open_depot(str(tmp_path / "depot"))
        return
    server: S3 = request.getfixturevalue("s3" if request.param == "moto" else "seaweed")
    with using(WRITER), closing(open_depot(server.url(server.create_bucket(), prefix="brain"))) as depot:
        yield depot


async def test_what_was_written_is_read(depot: Depot):
    await depot.write("files/a", b"12345")
    assert await depot.read("files/a", limit_bytes=5) == b"12345"


async def test_what_is_larger_than_the_limit_is_refused(depot: Depot):
    await depot.write("files/a", b"123456")
    with pytest.raises(BrokenReleaseError, match="files/a: is larger than 5 bytes"):
        await depot.read("files/a", limit_bytes=5)


async def test_an_empty_content_is_one(depot: Depot):
    await depot.write("files/a", b"")
    assert await depot.read("files/a", limit_bytes=5) == b""


async def test_what_is_missing_is_told(depot: Depot):
    with pytest.raises(MissingError, match="is missing in "):
        await depot.read("files/a", limit_bytes=5)
    with pytest.raises(MissingError):
        await depot.read_again("current", known=None, limit_bytes=5)


async def test_what_did_not_change_is_given_back(depot: Depot):
    await depot.write("current", b"1")
    known = await depot.read_again("current", known=None, limit_bytes=5)
    assert known is await depot.read_again("current", known=known, limit_bytes=5)
    await depot.write("current", b"2")
    changed = await depot.read_again("current", known=known, limit_bytes=5)
    assert (changed.content, changed.version != known.version) == (b"2", True)


async def test_only_what_is_known_is_replaced(depot: Depot):
    await depot.replace("current", b"1", known=None)
    first = await depot.read_again("current", known=None, limit_bytes=5)
    await depot.replace("current", b"2", known=first)
    for known in (None, first):
        with pytest.raises(MovedError):
            await depot.replace("current", b"late", known=known)
    assert await depot.read("current", limit_bytes=5) == b"2"


async def test_keys_are_sorted_and_chosen_by_how_they_begin(depot: Depot):
    for key in ("releases/b/note", "releases/a/manifest", "files/a", "current"):
        await depot.write(key, b"x")
    assert await depot.keys("releases/") == ["releases/a/manifest", "releases/b/note"]
    assert await depot.keys("releases/a") == ["releases/a/manifest"]
    assert await depot.keys("nothing/") == []


async def test_a_bucket_that_is_not_there_is_no_missing_content(s3: S3):
    with closing(open_depot(s3.url("nobody-made-this-one"))) as depot:
        with pytest.raises(StoreUnavailableError, match="NoSuchBucket"):
            await depot.read("current", limit_bytes=5)
        with pytest.raises(StoreUnavailableError, match="NoSuchBucket"):
            await depot.read_again("current", known=None, limit_bytes=5)


@pytest.mark.parametrize(
    "keys", [Keys("PCFWRITER", "wrong-secret"), Keys("NOBODY", "x")], ids=["wrong secret", "unknown"]
)
async def test_without_the_right_to_read_it_is_told_so(seaweed: S3, keys: Keys):
    bucket = seaweed.create_bucket()
    with using(keys), closing(open_depot(seaweed.url(bucket))) as depot:
        refused = pytest.raises(StoreUnavailableError, match="refuses this")
        with refused:
            await depot.read("files/a", limit_bytes=5)


async def test_who_may_only_read_cannot_move_a_pointer(seaweed: S3):
    bucket = seaweed.create_bucket()
    with using(WRITER), closing(open_depot(seaweed.url(bucket))) as depot:
        await depot.write("current", b"1")
    with using(READER), closing(open_depot(seaweed.url(bucket))) as depot:
        known = await depot.read_again("current", known=None, limit_bytes=5)
        with pytest.raises(StoreUnavailableError, match="refuses this: AccessDenied"):
            await depot.replace("current", b"2", known=known)
        assert await depot.read("current", limit_bytes=5) == b"1"
