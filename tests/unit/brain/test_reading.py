import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pcf_brain.domain.limits import Limits
from pcf_brain.domain.manifest import sha256
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.ports import StoreUnavailableError
from pcf_brain.reading import Reader
from pcf_brain.trust import Trust


class Away:
    """A depot that does not answer."""

    name = "away"

    def __init__(self) -> None:
        self.asked = 0

    async def read(self, key: str, *, limit_bytes: int) -> bytes:
        self.asked += 1
        await asyncio.sleep(0)
        raise StoreUnavailableError("away is not reached")


async def _all(reader: Reader, digest: str) -> Mapping[str, bytes]:
    return await reader.contents(await reader.published(digest))


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


async def test_all_files_are_read(press: Any, brain: Path):
    reader = Reader([press.depot], trust=press.trust)
    assert _files(brain) == await _all(reader, press.release(brain))


async def test_without_keys_no_note_is_read(press: Any, brain: Path):
    published = await Reader([press.depot], trust=Trust()).published(press.release(brain, note=None))
    assert (published.statement, published.note) == (None, b"")


async def test_an_empty_file_is_a_file(press: Any, brain: Path):
    (brain / "templates/empty.txt").write_bytes(b"")
    digest = press.release(brain)
    (press.root / f"files/{sha256(b'')}").unlink()
    assert (await _all(Reader([press.depot], trust=press.trust), digest))["templates/empty.txt"] == b""


async def test_what_one_region_spoilt_is_read_from_the_other(press: Any, second: Any, brain: Path):
    """Note, manifest and files: each is verified by itself, so each may come from anywhere."""
    digest = press.release(brain)
    assert digest == second.release(brain)
    press.lay(f"releases/{digest}/note", b"spoilt")
    (second.root / f"releases/{digest}/manifest").write_bytes(b"spoilt")
    for number, file in enumerate(sorted((press.root / "files").iterdir())):
        damaged = file if number % 2 else second.root / "files" / file.name
        damaged.write_bytes(b"spoilt")
    assert _files(brain) == await _all(Reader([press.depot, second.depot], trust=press.trust), digest)


async def test_a_region_that_is_away_is_made_up_for(press: Any, brain: Path):
    reader = Reader([Away(), press.depot], trust=press.trust)
    assert _files(brain) == await _all(reader, press.release(brain))


async def test_a_region_that_is_away_is_asked_no_more_than_needed(press: Any, brain: Path):
    away = Away()
    await _all(Reader([away, press.depot], trust=press.trust), press.release(brain))
    assert away.asked == 1


async def test_while_a_region_is_away_nothing_is_known_to_be_broken(press: Any, brain: Path):
    digest = press.release(brain, note=None)
    with pytest.raises(StoreUnavailableError, match=r"away is not reached; .*nobody signed it"):
        await Reader([Away(), press.depot], trust=press.trust).published(digest)


async def test_one_file_that_cannot_be_had_ends_the_reading(press: Any, brain: Path):
    """Or a region that hangs would be waited for once for each file."""
    published = await Reader([press.depot], trust=press.trust).published(press.release(brain))
    away = Away()
    with pytest.raises(StoreUnavailableError):
        await Reader([away], trust=press.trust).contents(published)
    assert away.asked < len(published.files)


async def test_every_broken_file_is_told_by_its_path(press: Any, brain: Path):
    digest = press.release(brain)
    for path in ("release.yaml", "intent/mapping.yaml"):
        press.lay(f"files/{sha256((brain / path).read_bytes())}", b"spoilt")
    with pytest.raises(BrokenReleaseError) as caught:
        await _all(Reader([press.depot], trust=press.trust), digest)
    assert [problem.path for problem in caught.value.problems] == ["intent/mapping.yaml", "release.yaml"]


@pytest.mark.parametrize(("damage", "may_pass"), [("missing", True), ("spoilt", False)])
async def test_what_is_missing_may_still_come(press: Any, brain: Path, damage: str, may_pass: bool):
    digest = press.release(brain)
    file = press.root / "files" / sha256((brain / "release.yaml").read_bytes())
    file.unlink() if damage == "missing" else file.write_bytes(b"spoilt")
    with pytest.raises(BrokenReleaseError) as caught:
        await _all(Reader([press.depot], trust=press.trust), digest)
    assert may_pass == caught.value.may_pass


async def test_very_much_content_is_refused(press: Any, brain: Path):
    digest = press.release(brain)
    with pytest.raises(BrokenReleaseError, match="manifest: lists more than 1,000 bytes"):
        await _all(Reader([press.depot], trust=press.trust, limits=Limits(total_bytes=1_000)), digest)


async def test_a_copy_that_had_to_be_made_up_for_is_logged(
    press: Any, second: Any, brain: Path, caplog: pytest.LogCaptureFixture
):
    digest = press.release(brain)
    second.release(brain)
    press.lay(f"releases/{digest}/note", b"spoilt")
    await Reader([press.depot, second.depot], trust=press.trust).published(digest)
    (record,) = caplog.records
    assert (record.message, record.__dict__["pcf.used"]) == ("another region's copy used", str(second.root))
