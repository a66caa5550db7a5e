"""What every EventStore must do, whatever it is made of."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

import pytest
from pcf_audit.domain.chain import EMPTY, Head, Link
from pcf_audit.domain.event import Event
from pcf_audit.domain.selection import LAST, Selection
from pcf_audit.ports import EventStore

Maker = Callable[..., Event]
LinkMaker = Callable[[Sequence[Event]], list[Link]]
StoreOpener = Callable[[], AbstractAsyncContextManager[EventStore]]
SECOND = 1_000_000_000


class GivenUpError(Exception):
    """What a writer may raise to take everything back."""


@pytest.fixture
def links(make_event: Maker, make_links: LinkMaker) -> list[Link]:
    """Ten events, one recorded each second: three a build, two actors, three types."""
    return make_links(
        [
            make_event(
                number,
                actor=("anna", "bert")[number % 2],
                type=("build.created", "route.decided", "stage.failed")[number % 3],
            )
            for number in range(10)
        ]
    )


def head_of(links: Sequence[Link]) -> Head:
    return Head(len(links), links[-1].entry_hash, (len(links) - 1) * SECOND)


async def add(store: EventStore, links: Sequence[Link], *, then: Exception | None = None) -> None:
    async with store.writing() as transaction:
        await transaction.add(links, head_of(links))
        if then:
            raise then


async def indexes(store: EventStore, selection: Selection, *, newest_first: bool = True, limit: int = 100) -> list[int]:
    found = await store.read(selection, newest_first=newest_first, limit=limit)
    return [link.index for link in found]


async def test_a_new_store_is_empty(store: EventStore):
    assert await store.head() == EMPTY
    assert await store.find(f"{0:026d}") is None
    assert await indexes(store, Selection()) == []
    assert await store.index_at(0) == LAST


async def test_links_come_back_as_they_were_added(store: EventStore, links: list[Link]):
    await add(store, links)

    assert links == list(await store.read(Selection(), newest_first=False, limit=100))
    assert head_of(links) == await store.head()


async def test_any_text_comes_back(store: EventStore, make_event: Maker, make_links: LinkMaker):
    details = {"ключ": "\U0001f600 \u2028 \x7f \x01 \\ \" ' ; --", "": "￿"}
    odd = make_links([make_event(0, actor="Zoë\n", details=details)])
    await add(store, odd)

    assert odd == list(await store.read(Selection(actor="Zoë\n"), newest_first=True, limit=9))


async def test_what_was_written_is_there_after_opening_again(open_store: StoreOpener, links: list[Link]):
    async with open_store() as store:
        await add(store, links)
    async with open_store() as store:
        assert head_of(links) == await store.head()
        assert links == list(await store.read(Selection(), newest_first=False, limit=100))


async def test_a_writer_sees_the_head_and_what_is_known(store: EventStore, links: list[Link]):
    await add(store, links[:4])
    async with store.writing() as transaction:
        known = await transaction.known({f"{number:026d}" for number in (1, 3, 7)})

        assert head_of(links[:4]) == await transaction.head()
        assert [links[1], links[3]] == sorted(known, key=lambda link: link.index)


async def test_five_hundred_ids_can_be_asked_for(store: EventStore, links: list[Link]):
    await add(store, links)
    async with store.writing() as transaction:
        assert len(await transaction.known([f"{number:026d}" for number in range(5_000)])) == 10


async def test_an_error_takes_everything_back(store: EventStore, links: list[Link]):
    await add(store, links[:4])
    with pytest.raises(GivenUpError):
        await add(store, links[4:], then=GivenUpError())

    assert head_of(links[:4]) == await store.head()
    assert len(await indexes(store, Selection())) == 4


async def test_the_store_can_be_written_after_an_error(store: EventStore, links: list[Link]):
    with pytest.raises(GivenUpError):
        await add(store, links, then=GivenUpError())
    await add(store, links)

    assert head_of(links) == await store.head()


async def test_nobody_reads_what_is_not_stored_yet(store: EventStore, links: list[Link]):
    async with store.writing() as transaction:
        await transaction.add(links, head_of(links))

        assert await store.head() == EMPTY
        assert await indexes(store, Selection()) == []


async def test_writers_take_turns(store: EventStore, links: list[Link]):
    order: list[str] = []
    first_is_in, first_may_go = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with store.writing() as transaction:
            first_is_in.set()
            await first_may_go.wait()
            await transaction.add(links[:4], head_of(links[:4]))
            order.append("first")

    async def second() -> None:
        await first_is_in.wait()
        first_may_go.set()
        async with store.writing() as transaction:
            order.append(f"second after {(await transaction.head()).event_count}")

    await asyncio.gather(second(), first())

    assert order == ["first", "second after 4"]


async def test_find_gives_the_link_of_an_event(store: EventStore, links: list[Link]):
    await add(store, links)

    assert links[6] == await store.find(f"{6:026d}")


async def test_find_gives_nothing_for_an_unknown_event(store: EventStore, links: list[Link]):
    await add(store, links)

    assert await store.find(f"{11:026d}") is None


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        (Selection(), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
        (Selection(first=3, end=6), [5, 4, 3]),
        (Selection(first=6, end=6), []),
        (Selection(first=LAST), []),
        (Selection(build=f"builds/{1:026d}"), [5, 4, 3]),
        (Selection(build=f"builds/{9:026d}"), []),
        (Selection(actor="anna"), [8, 6, 4, 2, 0]),
        (Selection(actor="anna", end=5), [4, 2, 0]),
        (Selection(actor="ann_"), []),
        (Selection(type="stage.failed"), [8, 5, 2]),
        (Selection(actor="anna", type="stage.failed"), [8, 2]),
        (Selection(actor="bert", type="stage.failed", first=1, end=9), [5]),
        (Selection(build=f"builds/{2:026d}", actor="anna"), [8, 6]),
        (Selection(build=f"builds/{2:026d}", type="route.decided"), [7]),
        (Selection(build=f"builds/{2:026d}", actor="anna", type="build.created", end=8), [6]),
    ],
)
async def test_a_selection_gives_what_fits_in_order(
    store: EventStore, links: list[Link], selection: Selection, found: list[int]
):
    await add(store, links)

    assert found == await indexes(store, selection)
    assert found[::-1] == await indexes(store, selection, newest_first=False)


async def test_a_limit_takes_the_first_of_the_order(store: EventStore, links: list[Link]):
    await add(store, links)

    assert await indexes(store, Selection(), limit=2) == [9, 8]
    assert await indexes(store, Selection(), newest_first=False, limit=2) == [0, 1]
    assert await indexes(store, Selection(actor="anna"), limit=2) == [8, 6]


@pytest.mark.parametrize(
    ("time_ns", "index"),
    [
        (-SECOND, 0),
        (0, 0),
        (1, 1),
        (4 * SECOND, 4),
        (4 * SECOND + 1, 5),
        (9 * SECOND, 9),
        (9 * SECOND + 1, LAST),
    ],
)
async def test_a_time_has_its_first_index(store: EventStore, links: list[Link], time_ns: int, index: int):
    await add(store, links)

    assert index == await store.index_at(time_ns)
