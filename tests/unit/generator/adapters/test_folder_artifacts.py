"""The artifact folder: one file for each content, whole or not there."""

import asyncio
import gc
import hashlib
import stat

import pytest
from pcf_generator.adapters.folder_artifacts import CHUNK, FolderArtifacts
from pcf_generator.artifact_store import ArtifactGone
from pcf_generator.domain.build import Artifact

CONTENT = bytes(range(256)) * 1024  # four chunks
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ARTIFACT = Artifact("source", "a.zip", "application/zip", SHA256, len(CONTENT))


@pytest.fixture
def artifacts(tmp_path):
    return FolderArtifacts(tmp_path / "artifacts")


async def put(artifacts, content=CONTENT):
    return await artifacts.put(kind="source", filename="a.zip", media_type="application/zip", content=content)


async def read(artifacts, *, offset=0, limit=1_000_000):
    return [chunk async for chunk in artifacts.read(ARTIFACT, offset=offset, limit=limit)]


def files(tmp_path):
    return [path for path in (tmp_path / "artifacts").rglob("*") if path.is_file()]


async def test_what_was_put_is_described_held_and_read(artifacts):
    assert ARTIFACT == await put(artifacts)
    assert await artifacts.holds(ARTIFACT)
    assert await artifacts.lasts(ARTIFACT)
    assert CONTENT == b"".join(await read(artifacts))


async def test_what_was_not_put_is_not_held(artifacts):
    assert not await artifacts.holds(ARTIFACT)
    assert not await artifacts.lasts(ARTIFACT)
    with pytest.raises(ArtifactGone):
        await read(artifacts)


async def test_a_folder_gives_no_links(artifacts):
    assert None is await artifacts.link(await put(artifacts))


async def test_chunks_are_no_larger_than_64_kib(artifacts):
    await put(artifacts)
    assert [CHUNK] * 4 == [len(chunk) for chunk in await read(artifacts)]


@pytest.mark.parametrize(
    ("offset", "limit", "expected"),
    [
        (0, 1, CONTENT[:1]),
        (5, 10, CONTENT[5:15]),
        (CHUNK - 1, 2, CONTENT[CHUNK - 1 : CHUNK + 1]),
        (100, 3 * CHUNK, CONTENT[100 : 100 + 3 * CHUNK]),
        (len(CONTENT) - 1, 100, CONTENT[-1:]),
        (len(CONTENT), 100, b""),
        (0, 0, b""),
    ],
)
async def test_a_range_is_read(artifacts, offset, limit, expected):
    await put(artifacts)
    assert expected == b"".join(await read(artifacts, offset=offset, limit=limit))


async def test_an_empty_content_is_a_content(artifacts):
    empty = await put(artifacts, b"")
    assert await artifacts.holds(empty)
    assert [] == [chunk async for chunk in artifacts.read(empty, offset=0, limit=10)]


async def test_the_same_content_is_kept_once_also_when_put_at_once(artifacts, tmp_path):
    await asyncio.gather(*(put(artifacts) for _ in range(10)))
    assert [SHA256] == [path.name for path in files(tmp_path)]


async def test_a_write_that_fails_leaves_no_file(artifacts, tmp_path):
    """Something else has taken the name: renaming to it is refused."""
    (tmp_path / "artifacts" / SHA256[:2] / SHA256).mkdir(parents=True)
    with pytest.raises(OSError, match=SHA256):
        await put(artifacts)
    assert [] == files(tmp_path)


@pytest.mark.parametrize("turns", range(4))
async def test_a_reader_that_leaves_at_any_moment_leaves_no_file_open(artifacts, turns):
    """A file left open is a ResourceWarning, and so an error here."""
    await put(artifacts)
    chunks = artifacts.read(ARTIFACT, offset=0, limit=len(CONTENT))
    reading = asyncio.ensure_future(anext(chunks))
    for _ in range(turns):
        await asyncio.wait({reading}, timeout=0)
    reading.cancel()
    await asyncio.wait({reading})
    await chunks.aclose()
    gc.collect()


async def test_a_folder_that_is_missing_is_made(artifacts, tmp_path):
    await artifacts.ping()
    assert (tmp_path / "artifacts").is_dir()


async def test_a_folder_that_cannot_be_one_fails_the_check(artifacts, tmp_path):
    (tmp_path / "artifacts").write_text("in the way")
    with pytest.raises(FileExistsError):
        await artifacts.ping()


async def test_nobody_else_on_the_machine_can_read_an_artifact(artifacts, tmp_path):
    await put(artifacts)
    (path,) = files(tmp_path)
    assert 0 == stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
