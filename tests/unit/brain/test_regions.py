from collections.abc import Sequence
from typing import Any

import pytest
from pcf_brain.domain.pointer import Pointer
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.ports import MissingError, StoreUnavailableError, Versioned
from pcf_brain.regions import Answer, Regions

_A, _B = "a" * 64, "b" * 64


class Region:
    """A depot of which only the pointer is asked."""

    def __init__(self, name: str, pointer: Pointer | None) -> None:
        self.name = name
        self.content = pointer.written() if pointer else None
        self.is_away = False
        self.reads = 0
        self.asked = 0

    async def read_again(self, key: str, *, known: Versioned | None, limit_bytes: int) -> Versioned:
        self.asked += 1
        if self.is_away:
            raise StoreUnavailableError(f"{self.name} is not reached")
        if self.content is None:
            raise MissingError(f"is missing in {self.name}")
        if known and known.version == str(self.content):
            return known
        self.reads += 1
        return Versioned(self.content, str(self.content))

    def point(self, pointer: Pointer) -> None:
        self.content = pointer.written()


@pytest.fixture
def first() -> Region:
    return Region("first", Pointer(_A, 2))


@pytest.fixture
def second() -> Region:
    return Region("second", Pointer(_A, 2))


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def regions(first: Any, second: Any, clock: Clock) -> Regions:
    return Regions([first, second], clock=clock)


def _told(answer: Answer) -> tuple[str, int, Sequence[str]]:
    return answer.pointer.digest, answer.region, [depot.name for depot in answer.depots]


async def test_the_first_region_is_asked(regions: Regions):
    assert (_A, 0, ["first", "second"]) == _told(await regions.ask())


async def test_while_the_first_is_away_the_second_is_followed(regions: Regions, first: Region, second: Region):
    first.is_away = True
    second.point(Pointer(_B, 3))
    assert (_B, 1, ["second", "first"]) == _told(await regions.ask())


async def test_once_the_first_is_back_it_is_followed_again(regions: Regions, first: Region, clock: Clock):
    first.is_away = True
    await regions.ask()
    first.is_away = False
    clock.now = 5.0
    first.point(Pointer(_B, 3))
    assert (_B, 0, ["first", "second"]) == _told(await regions.ask())


async def test_a_region_that_gave_no_answer_is_left_alone_for_a_while(regions: Regions, first: Region, clock: Clock):
    first.is_away = True
    for clock.now in (0.0, 2.0, 4.0, 6.0):
        await regions.ask()
    assert first.asked == 2


async def test_a_region_is_asked_again_at_once_where_no_other_answers(regions: Regions, first: Region, second: Region):
    first.is_away = second.is_away = True
    for _ in range(3):
        with pytest.raises(StoreUnavailableError):
            await regions.ask()
    first.is_away = False
    assert (await regions.ask()).region == 0


async def test_a_copy_that_lags_behind_is_not_followed_back(regions: Regions, first: Region, second: Region):
    first.point(Pointer(_B, 3))
    await regions.ask()
    first.is_away = True
    with pytest.raises(StoreUnavailableError, match="second lags behind: move 2, after 3 was seen"):
        await regions.ask()
    second.point(Pointer(_B, 3))
    assert (_B, 1, ["second", "first"]) == _told(await regions.ask())


async def test_a_rollback_in_the_first_region_is_no_lag(regions: Regions, first: Region):
    """Each move counts up, back or forth; and the first region is always believed."""
    await regions.ask()
    first.point(Pointer(_B, 1))
    assert (_B, 0, ["first", "second"]) == _told(await regions.ask())


@pytest.mark.parametrize("content", [None, b"<html>maintenance</html>"])
async def test_a_first_region_without_a_pointer_is_as_good_as_away(
    regions: Regions, first: Region, content: bytes | None
):
    first.content = content
    assert (await regions.ask()).region == 1


async def test_with_both_away_it_is_told_of_both(regions: Regions, first: Region, second: Region):
    first.is_away = second.is_away = True
    with pytest.raises(StoreUnavailableError, match="first is not reached; second is not reached"):
        await regions.ask()
    assert regions.is_away


async def test_where_nothing_was_promoted_that_is_told():
    with pytest.raises(BrokenReleaseError, match="current: is missing in only: no release was promoted there"):
        await Regions([Region("only", None)]).ask()


async def test_a_pointer_that_did_not_move_is_not_read_again(regions: Regions, first: Region):
    for _ in range(3):
        await regions.ask()
    assert first.reads == 1


async def test_a_change_of_region_is_logged_once(
    regions: Regions, first: Region, clock: Clock, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("INFO")
    for away in (False, True, True, False, False):
        first.is_away = away
        await regions.ask()
        clock.now += 5.0
    changes = [record.__dict__["pcf.region"] for record in caplog.records if record.message == "region changed"]
    assert changes == ["second", "first"]
