"""What every Store must do, whatever it is made of."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

import pytest
from pcf_audit.domain.event import Entry, Event
from pcf_audit.domain.selection import LAST, Selection
from pcf_audit.domain.tenant_key import WrappedKey
from pcf_audit.domain.tree import EMPTY, Batch, Filed, Head, Leaf, Row
from pcf_audit.opening import Store
from pcf_audit.ports import Census

Maker = Callable[..., Event]
BatchMaker = Callable[[Sequence[Event]], list[Batch]]
StoreOpener = Callable[[], AbstractAsyncContextManager[Store]]
SECOND = 1_000_000_000


class GivenUpError(Exception):
    """What a writer may raise to take everything back."""


@pytest.fixture
def batches(make_event: Maker, make_batches: BatchMaker) -> list[Batch]:
    """Ten events, one recorded each second: three a build, two actors, three types, two tenants."""
    return make_batches(
        [
            make_event(
                number,
                actor=("anna", "bert")[number % 2],
                type=("build.created", "route.decided", "stage.failed")[number % 3],
                tenant=("default", "contoso")[number % 5 == 4],
            )
            for number in range(10)
        ]
    )


@pytest.fixture
def leaves(batches: list[Batch]) -> list[Leaf]:
    return leaves_of(batches)


def leaves_of(batches: Sequence[Batch]) -> list[Leaf]:
    return [row.leaf for batch in batches for row in batch.rows]


def heads_of(batches: Sequence[Batch]) -> list[Head]:
    return [batch.head for batch in batches]


async def add(store: Store, batches: Sequence[Batch], *, then: Exception | None = None) -> None:
    for batch in batches:
        async with store.writing() as transaction:
            await transaction.add(batch)
            if then:
                raise then


async def indexes(store: Store, selection: Selection, *, newest_first: bool = True, limit: int = 100) -> list[int]:
    found = await store.read(selection, newest_first=newest_first, limit=limit)
    return [leaf.index for leaf in found]


async def test_a_new_store_is_empty(store: Store):
    assert await store.head() == EMPTY
    assert await store.head_at(1) is None
    assert await store.heads(after=0, limit=9) == []
    assert await store.find(f"{0:026d}") is None
    assert await indexes(store, Selection()) == []
    assert await store.index_at(0) == LAST
    assert await store.first_index() == 0
    assert await store.hashes([(0, 0), (8, 0)]) == {}
    assert await store.census() == Census(0, 0, 0, None, None)
    assert await store.key_of("default") is None
    assert await store.keys(after="", limit=9) == []


async def test_leaves_come_back_as_they_were_added(store: Store, batches: list[Batch]):
    await add(store, batches)

    assert leaves_of(batches) == list(await store.read(Selection(), newest_first=False, limit=100))
    assert batches[-1].head == await store.head()


async def test_any_text_comes_back(store: Store, make_event: Maker, make_batches: BatchMaker):
    details = {"ключ": "\U0001f600 \u2028 \x7f \x01 \\ \" ' ; --", "": "￿"}
    odd = make_batches([make_event(0, actor="Zoë\n", details=details)])
    await add(store, odd)

    assert leaves_of(odd) == list(await store.read(Selection(actors=("Zoë\n",)), newest_first=True, limit=9))


async def test_what_was_written_is_there_after_opening_again(open_store: StoreOpener, batches: list[Batch]):
    async with open_store() as store:
        await add(store, batches)
    async with open_store() as store:
        assert batches[-1].head == await store.head()
        assert leaves_of(batches) == list(await store.read(Selection(), newest_first=False, limit=100))


async def test_a_writer_sees_the_head_and_what_is_known(store: Store, batches: list[Batch]):
    await add(store, batches[:4])
    async with store.writing() as transaction:
        known = await transaction.known({f"{number:026d}" for number in (1, 3, 7)})

        assert batches[3].head == await transaction.head()
        assert [leaves_of(batches)[1], leaves_of(batches)[3]] == sorted(known, key=lambda leaf: leaf.index)


async def test_five_hundred_ids_can_be_asked_for(store: Store, batches: list[Batch]):
    await add(store, batches)
    async with store.writing() as transaction:
        assert len(await transaction.known([f"{number:026d}" for number in range(5_000)])) == 10


async def test_an_error_takes_everything_back(store: Store, batches: list[Batch]):
    await add(store, batches[:4])
    with pytest.raises(GivenUpError):
        await add(store, batches[4:5], then=GivenUpError())

    assert batches[3].head == await store.head()
    assert len(await indexes(store, Selection())) == 4


async def test_the_store_can_be_written_after_an_error(store: Store, batches: list[Batch]):
    with pytest.raises(GivenUpError):
        await add(store, batches[:1], then=GivenUpError())
    await add(store, batches)

    assert batches[-1].head == await store.head()


async def test_nobody_reads_what_is_not_stored_yet(store: Store, batches: list[Batch]):
    async with store.writing() as transaction:
        await transaction.add(batches[0])

        assert await store.head() == EMPTY
        assert await indexes(store, Selection()) == []


async def test_writers_take_turns(store: Store, batches: list[Batch]):
    order: list[str] = []
    first_is_in, first_may_go = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with store.writing() as transaction:
            first_is_in.set()
            await first_may_go.wait()
            await transaction.add(batches[0])
            order.append("first")

    async def second() -> None:
        await first_is_in.wait()
        first_may_go.set()
        async with store.writing() as transaction:
            order.append(f"second after {(await transaction.head()).size}")

    await asyncio.gather(second(), first())

    assert order == ["first", "second after 1"]


async def test_find_gives_the_leaf_of_an_event(store: Store, batches: list[Batch]):
    await add(store, batches)

    assert leaves_of(batches)[6] == await store.find(f"{6:026d}")


async def test_find_gives_nothing_for_an_unknown_event(store: Store, batches: list[Batch]):
    await add(store, batches)

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
        (Selection(actors=("anna",)), [8, 6, 4, 2, 0]),
        (Selection(actors=("anna",), end=5), [4, 2, 0]),
        (Selection(actors=("ann_",)), []),
        (Selection(actors=("anna", "bert"), end=3), [2, 1, 0]),
        (Selection(actors=("anna", "nobody"), end=5), [4, 2, 0]),
        (Selection(tenant="contoso"), [9, 4]),
        (Selection(tenant="nobody"), []),
        (Selection(tenant="contoso", actors=("anna",)), [4]),
        (Selection(tenant="default", type="stage.failed", end=8), [5, 2]),
        (Selection(type="stage.failed"), [8, 5, 2]),
        (Selection(actors=("anna",), type="stage.failed"), [8, 2]),
        (Selection(actors=("bert",), type="stage.failed", first=1, end=9), [5]),
        (Selection(build=f"builds/{2:026d}", actors=("anna",)), [8, 6]),
        (Selection(build=f"builds/{2:026d}", type="route.decided"), [7]),
        (Selection(build=f"builds/{2:026d}", actors=("anna",), type="build.created", end=8), [6]),
    ],
)
async def test_a_selection_gives_what_fits_in_order(
    store: Store, batches: list[Batch], selection: Selection, found: list[int]
):
    await add(store, batches)

    assert found == await indexes(store, selection)
    assert found[::-1] == await indexes(store, selection, newest_first=False)


async def test_a_limit_takes_the_first_of_the_order(store: Store, batches: list[Batch]):
    await add(store, batches)

    assert await indexes(store, Selection(), limit=2) == [9, 8]
    assert await indexes(store, Selection(), newest_first=False, limit=2) == [0, 1]
    assert await indexes(store, Selection(actors=("anna",)), limit=2) == [8, 6]


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
async def test_a_time_has_its_first_index(store: Store, batches: list[Batch], time_ns: int, index: int):
    await add(store, batches)

    assert index == await store.index_at(time_ns)


async def test_every_head_is_kept(store: Store, batches: list[Batch]):
    await add(store, batches)

    assert heads_of(batches)[6] == await store.head_at(7)
    assert await store.head_at(11) is None
    assert heads_of(batches)[3:5] == list(await store.heads(after=3, limit=2))
    assert heads_of(batches) == list(await store.heads(after=-(2**63), limit=99))


async def test_rows_say_what_events_are_found_by(store: Store, batches: list[Batch]):
    await add(store, batches)
    wanted = [Row(leaf, Filed.of(Entry.from_content(leaf.content))) for leaf in leaves_of(batches)[3:6]]

    assert wanted == list(await store.rows(first=3, end=6))


async def test_hashes_are_those_of_leaves_and_of_kept_subtrees(
    store: Store, make_event: Maker, make_batches: BatchMaker
):
    batches = make_batches([make_event(number) for number in range(513)])
    rows = [row for batch in batches for row in batch.rows]
    merged = Batch(rows, batches[255].subtrees | batches[511].subtrees, batches[-1].head)
    await add(store, [merged])
    found = await store.hashes([(0, 0), (0, 512), (0, 513), (8, 0), (8, 1), (8, 2), (16, 0)])

    leaves = leaves_of(batches)
    kept = {(8, 0): batches[255].subtrees[8, 0], (8, 1): batches[511].subtrees[8, 1]}
    assert {(0, 0): leaves[0].hash, (0, 512): leaves[512].hash} | kept == found


async def test_a_census_counts_what_is_there(store: Store, batches: list[Batch]):
    await add(store, batches)

    assert await store.census() == Census(size=10, heads=10, subtrees=0, lowest=0, highest=9)


async def test_a_tenants_first_key_stays(store: Store):
    mine, theirs = WrappedKey("a", "1", b"mine"), WrappedKey("a", "2", b"theirs")
    await store.keep(mine)
    await store.keep(theirs)

    assert mine == await store.key_of("a")
    assert mine == await store.key("1")
    assert await store.key("2") is None


async def test_keys_come_by_tenant_in_pages(store: Store):
    keys = [WrappedKey(tenant, f"key {tenant}", b"x") for tenant in ("a", "b-1", "c", "d")]
    for key in reversed(keys):
        await store.keep(key)

    assert keys[:2] == list(await store.keys(after="", limit=2))
    assert keys[2:] == list(await store.keys(after="b-1", limit=9))


async def test_a_store_that_can_be_used_says_nothing(store: Store):
    await store.check()
