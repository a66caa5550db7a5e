from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.domain.manifest import sha256
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.publishing import Publisher
from pcf_brain.trust import Signer, Trust
from pcf_runtime.testing import FakeClock

Edit = Callable[[str, str, str], None]


@pytest.fixture
def publisher(press: Any) -> Publisher:
    return Publisher(press.depot, now=FakeClock().now)


async def _create(publisher: Publisher, folder: Path) -> Any:
    return await publisher.create(await FolderStore(folder).open())


async def test_what_was_created_and_signed_can_be_served(publisher: Publisher, press: Any, brain: Path):
    created = await _create(publisher, brain)
    statement = await publisher.sign(created.digest, signer=press.signer)
    judged = await publisher.judge(created.digest, trust=press.trust)
    assert judged.published.statement == statement
    assert (statement.version, statement.files, statement.size_bytes) == ("1.2.3", created.files, created.size_bytes)


async def test_the_digest_is_that_of_the_manifest(publisher: Publisher, press: Any, brain: Path):
    created = await _create(publisher, brain)
    assert created.digest == sha256((press.root / f"releases/{created.digest}/manifest").read_bytes())


async def test_only_files_that_are_missing_are_written(publisher: Publisher, brain: Path, edit: Edit):
    first = await _create(publisher, brain)
    again = await _create(publisher, brain)
    edit("release.yaml", "1.2.3", "2")
    second = await _create(publisher, brain)
    assert (first.written > 20, again.written, second.written) == (True, 0, 1)
    assert first.digest == again.digest != second.digest


async def test_a_content_that_was_spoilt_is_written_again(publisher: Publisher, press: Any, brain: Path):
    await _create(publisher, brain)
    press.lay(f"files/{sha256((brain / 'release.yaml').read_bytes())}", b"spoilt")
    created = await _create(publisher, brain)
    await publisher.judge(created.digest, trust=Trust())
    assert created.written == 1


async def test_a_broken_folder_is_not_published(publisher: Publisher, press: Any, brain: Path):
    (brain / "release.yaml").unlink()
    with pytest.raises(BrokenReleaseError, match=r"release.yaml: is missing"):
        await _create(publisher, brain)
    assert not press.root.exists()


async def test_to_sign_again_leaves_the_note_as_it_is(publisher: Publisher, press: Any, brain: Path):
    created = await _create(publisher, brain)
    first = await publisher.sign(created.digest, signer=press.signer)
    later = Publisher(press.depot, now=FakeClock(start=FakeClock().now().replace(year=2027)).now)
    assert first == await later.sign(created.digest, signer=press.signer)


async def test_the_note_of_another_key_is_not_written_over(publisher: Publisher, press: Any, brain: Path):
    created = await _create(publisher, brain)
    await publisher.sign(created.digest, signer=press.signer)
    with pytest.raises(BrokenReleaseError, match="note: no key that is trusted here has signed"):
        await publisher.sign(created.digest, signer=Signer.generate("other"))
    await publisher.judge(created.digest, trust=press.trust)


async def test_what_is_not_whole_is_not_signed(publisher: Publisher, press: Any, brain: Path):
    created = await _create(publisher, brain)
    press.lay(f"files/{sha256((brain / 'release.yaml').read_bytes())}", b"spoilt")
    with pytest.raises(BrokenReleaseError, match=r"release.yaml: .*its hash is another"):
        await publisher.sign(created.digest, signer=press.signer)
    assert not (press.root / f"releases/{created.digest}/note").exists()


async def test_what_was_never_created_is_not_signed(publisher: Publisher, press: Any):
    press.root.mkdir()
    with pytest.raises(BrokenReleaseError, match="manifest: is missing"):
        await publisher.sign("a" * 64, signer=press.signer)
