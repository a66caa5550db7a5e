from pathlib import Path
from typing import Any

import pytest
from pcf_brain.adapters.folder_depot import FolderDepot
from pcf_brain.domain.manifest import sha256
from pcf_brain.domain.pointer import NothingBeforeError, Pointer
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.ports import Depot, MovedError, StoreUnavailableError
from pcf_brain.promoting import Promoter
from pcf_brain.publishing import Publisher
from pcf_brain.trust import Trust
from pcf_runtime.testing import FakeClock


def _promoter(press: Any, depot: Depot | None = None, trust: Trust | None = None) -> Promoter:
    place = depot or press.depot
    return Promoter(place, publisher=Publisher(place, now=FakeClock().now), trust=trust or press.trust)


def _version(press: Any, brain: Path, version: str) -> str:
    (brain / "release.yaml").write_text(f'version: "{version}"\n')
    digest: str = press.release(brain)
    return digest


async def test_a_release_is_promoted_and_rolled_back(press: Any, brain: Path):
    one, two, three = (_version(press, brain, each) for each in "123")
    promoter = _promoter(press)
    for digest in (one, two, three):
        await promoter.promote(digest)
    assert await promoter.roll_back() == Pointer(two, 4, (one,))
    assert await promoter.roll_back() == Pointer(one, 5)
    assert await promoter.current() == Pointer(one, 5)


async def test_before_the_first_there_is_nothing_to_return_to(press: Any, brain: Path):
    press.root.mkdir()
    with pytest.raises(NothingBeforeError):
        await _promoter(press).roll_back()
    await _promoter(press).promote(press.release(brain))
    with pytest.raises(NothingBeforeError):
        await _promoter(press).roll_back()


async def test_what_nobody_signed_is_not_promoted(press: Any, brain: Path):
    digest = press.release(brain, note=None)
    with pytest.raises(BrokenReleaseError, match="nobody signed it"):
        await _promoter(press).promote(digest)
    assert await _promoter(press).current() is None


async def test_what_is_no_longer_whole_is_not_returned_to(press: Any, brain: Path):
    one, two = (_version(press, brain, each) for each in "12")
    for digest in (one, two):
        await _promoter(press).promote(digest)
    spoilt = sha256(b'version: "1"\n')
    press.lay(f"files/{spoilt}", b"spoilt")
    with pytest.raises(BrokenReleaseError, match="its hash is another"):
        await _promoter(press).roll_back()
    assert two == (await _promoter(press).current()).digest


class Racing(FolderDepot):
    """A depot where somebody else moves the pointer whenever one is about to."""

    def __init__(self, press: Any, other: str) -> None:
        super().__init__(press.root)
        self._press = press
        self._other = other

    async def replace(self, key: str, content: bytes, *, known: Any) -> None:
        await _promoter(self._press).promote(self._other)
        await super().replace(key, content, known=known)


@pytest.mark.parametrize("move", ["promote", "roll_back"])
async def test_of_two_moves_at_once_the_later_is_told_and_loses_nothing(press: Any, brain: Path, move: str):
    one, two, other = (_version(press, brain, each) for each in "123")
    for digest in (one, two):
        await _promoter(press).promote(digest)
    late = _promoter(press, Racing(press, other))
    with pytest.raises(MovedError):
        await (late.promote(one) if move == "promote" else late.roll_back())
    assert Pointer(other, 3, (two, one)) == await _promoter(press).current()


class Forgetful(FolderDepot):
    """A depot whose answer is lost on its way: the call is repeated, and finds its own work."""

    async def replace(self, key: str, content: bytes, *, known: Any) -> None:
        await super().replace(key, content, known=known)
        await super().replace(key, content, known=known)


async def test_a_move_whose_answer_was_lost_is_no_race(press: Any, brain: Path):
    one, two = (_version(press, brain, each) for each in "12")
    promoter = _promoter(press, Forgetful(press.root))
    assert [await promoter.promote(one), await promoter.promote(two)] == [Pointer(one), Pointer(two, 2, (one,))]


async def test_of_two_first_promotions_one_is_told(press: Any, brain: Path):
    one, other = (_version(press, brain, each) for each in "12")
    with pytest.raises(MovedError):
        await _promoter(press, Racing(press, other)).promote(one)
    assert Pointer(other) == await _promoter(press).current()


async def test_a_spoilt_pointer_is_mended_by_promoting(press: Any, brain: Path):
    press.lay("current", b"spoilt")
    digest = press.release(brain)
    with pytest.raises(BrokenReleaseError, match="is no pointer"):
        await _promoter(press).roll_back()
    assert Pointer(digest) == await _promoter(press).promote(digest)


async def test_releases_are_listed_with_what_is_wrong_with_them(press: Any, brain: Path):
    good = _version(press, brain, "1")
    (brain / "release.yaml").write_text('version: "2"\n')
    unsigned = press.release(brain, note=None)
    press.lay("releases/odd/manifest", b"x")
    told = {each.digest: (each.files > 0, each.trouble) for each in await _promoter(press).releases()}
    assert told == {
        good: (True, ""),
        unsigned: (False, f"releases/{unsigned}/note: is missing in {press.root}: nobody signed it"),
    }


async def test_a_place_that_is_not_there_is_away(press: Any):
    with pytest.raises(StoreUnavailableError):
        await _promoter(press).promote("a" * 64)
