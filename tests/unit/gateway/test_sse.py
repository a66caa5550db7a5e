"""A feed of events as bytes: order, heartbeats, endings."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest
from pcf_gateway.resources.events import BuildEvent
from pcf_gateway.sse import EventFeed, encode
from pcf_runtime.errors import NotFound, Unavailable


def event(sequence: int, message: str = "Began.") -> BuildEvent:
    return BuildEvent(
        build_id="0" * 26,
        sequence=sequence,
        type="stage-started",
        event_time=datetime(2026, 5, 1, tzinfo=UTC),
        state="running",
        stage="packaging",
        stage_index=7,
        stage_count=7,
        message=message,
        duration_ms=None,
    )


class Source:
    """Events by hand; says whether it was closed."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[BuildEvent | Exception | None] = asyncio.Queue()
        self.closed = False

    async def events(self) -> AsyncGenerator[BuildEvent, None]:
        try:
            while (one := await self.queue.get()) is not None:
                if isinstance(one, Exception):
                    raise one
                yield one
        finally:
            self.closed = True


async def bytes_of(feed: EventFeed, leaving: asyncio.Event | None = None) -> bytes:
    pieces = feed.encoded(heartbeat_s=60, leaving=leaving or asyncio.Event())
    return b"".join([piece async for piece in pieces])


def test_an_event_is_three_lines_and_an_empty_one():
    text = encode(event(7, "Two\nlines, and \u2028 one more.")).decode()

    assert text.startswith("id: 7\nevent: stage-started\ndata: {")
    assert text.count("\n") == 4
    assert text.endswith("}\n\n")


async def test_events_are_sent_in_order_until_the_source_ends():
    source = Source()
    for one in (event(1), event(2), None):
        source.queue.put_nowait(one)
    feed = EventFeed(source.events())

    sent = await bytes_of(feed)

    assert sent == b"retry: 1000\n\n" + encode(event(1)) + encode(event(2))
    assert source.closed


async def test_events_that_come_at_once_are_sent_as_one():
    source = Source()
    for one in (event(1), event(2), event(3)):
        source.queue.put_nowait(one)
    pieces = EventFeed(source.events()).encoded(heartbeat_s=60, leaving=asyncio.Event())

    assert [await anext(pieces), await anext(pieces)] == [
        b"retry: 1000\n\n",
        b"".join(encode(event(sequence)) for sequence in (1, 2, 3)),
    ]
    source.queue.put_nowait(event(4))
    assert encode(event(4)) == await anext(pieces)
    await pieces.aclose()
    assert source.closed


async def test_a_feed_that_has_ended_is_over():
    source = Source()
    source.queue.put_nowait(None)

    assert await EventFeed(source.events()).is_over(within_s=5)
    assert source.closed


async def test_a_feed_with_an_event_is_not_over_and_loses_nothing():
    source = Source()
    for one in (event(1), None):
        source.queue.put_nowait(one)
    feed = EventFeed(source.events())

    assert not await feed.is_over(within_s=5)
    assert encode(event(1)) in await bytes_of(feed)


async def test_a_silent_feed_is_not_over():
    feed = EventFeed(Source().events())

    assert not await feed.is_over(within_s=0)
    await feed.close()


async def test_a_refusal_is_raised_before_the_stream_begins():
    source = Source()
    source.queue.put_nowait(NotFound("BUILD_NOT_FOUND", "There is none."))
    feed = EventFeed(source.events())

    with pytest.raises(NotFound):
        await feed.is_over(within_s=5)


async def test_an_error_later_ends_the_stream_so_that_it_is_resumed():
    source = Source()
    for one in (event(1), Unavailable("UNAVAILABLE", "gone")):
        source.queue.put_nowait(one)

    assert (await bytes_of(EventFeed(source.events()))).endswith(encode(event(1)))


async def test_silence_is_filled_with_comments():
    source = Source()
    pieces = EventFeed(source.events()).encoded(heartbeat_s=0.001, leaving=asyncio.Event())

    assert [await anext(pieces), await anext(pieces)] == [b"retry: 1000\n\n", b": still here\n\n"]
    await pieces.aclose()


async def test_the_stream_ends_when_the_server_leaves():
    source, leaving = Source(), asyncio.Event()
    leaving.set()

    assert await bytes_of(EventFeed(source.events()), leaving) == b"retry: 1000\n\n"
    assert source.closed
