"""Files of the folder, put aside, brought back and dropped."""

import pytest
from pcf_generator.adapters.folder_artifacts import FolderArtifacts
from pcf_generator.adapters.folder_removal import FolderRemoval


@pytest.fixture
async def stored(tmp_path):
    store = FolderArtifacts(tmp_path)
    artifact = await store.put(kind="source", filename="a.zip", media_type="application/zip", content=b"abc")
    return store, artifact, FolderRemoval(tmp_path)


async def read(store, artifact) -> bytes:
    return b"".join([chunk async for chunk in store.read(artifact, offset=0, limit=99)])


async def test_what_is_put_aside_is_gone_until_it_is_brought_back(stored):
    store, artifact, files = stored
    for _ in range(2):
        await files.put_aside(artifact.sha256)
        assert not await store.holds(artifact)
    for _ in range(2):
        await files.bring_back(artifact.sha256)
        assert b"abc" == await read(store, artifact)


async def test_what_was_dropped_stays_gone(stored):
    store, artifact, files = stored
    await files.put_aside(artifact.sha256)
    for _ in range(2):
        await files.drop(artifact.sha256)
    await files.bring_back(artifact.sha256)
    assert not await store.holds(artifact)


async def test_dropping_leaves_what_a_build_wrote_anew(stored):
    store, artifact, files = stored
    await files.put_aside(artifact.sha256)
    await store.put(kind="source", filename="a.zip", media_type="application/zip", content=b"abc")
    await files.drop(artifact.sha256)
    assert b"abc" == await read(store, artifact)
