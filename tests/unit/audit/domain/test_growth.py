"""What a transaction adds: whole calls, every event once."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from pcf_audit.domain.chain import EMPTY, Head, Link, Walk
from pcf_audit.domain.event import Entry, Event, Outcome
from pcf_audit.domain.growth import Growth, Receipt, Reuse

Maker = Callable[..., Event]


def times(links: list[Link]) -> list[int]:
    return [Entry.from_content(link.content).record_time_ns for link in links]


def test_events_stand_in_the_order_of_the_call(make_event: Maker):
    growth = Growth(EMPTY, known=(), now_ns=5)
    receipts = growth.admit([make_event(2), make_event(1)])

    assert isinstance(receipts, tuple)
    assert [(make_event(2).event_id, 0), (make_event(1).event_id, 1)] == [
        (receipt.event_id, receipt.index) for receipt in receipts
    ]
    assert [link.entry_hash for link in growth.links] == [receipt.entry_hash for receipt in receipts]


def test_a_known_event_is_told_its_place(make_event: Maker):
    before = Growth(EMPTY, known=(), now_ns=5)
    before.admit([make_event(0), make_event(1)])
    growth = Growth(before.head, known=before.links, now_ns=9)

    receipts = growth.admit([make_event(1)])

    known = before.links[1]
    assert (Receipt(make_event(1).event_id, 1, known.entry_hash, is_duplicate=True),) == receipts
    assert growth.links == []


def test_an_event_twice_in_one_call_stands_once(make_event: Maker):
    growth = Growth(EMPTY, known=(), now_ns=5)
    receipts = growth.admit([make_event(0), make_event(1), make_event(0)])

    assert isinstance(receipts, tuple)
    assert [(given.index, given.is_duplicate) for given in receipts] == [(0, False), (1, False), (0, True)]
    assert len(growth.links) == 2


def test_an_event_in_two_calls_stands_once(make_event: Maker):
    growth = Growth(EMPTY, known=(), now_ns=5)
    growth.admit([make_event(0)])
    receipts = growth.admit([make_event(0)])

    assert isinstance(receipts, tuple)
    assert [receipt.is_duplicate for receipt in receipts] == [True]
    assert len(growth.links) == 1


def test_a_known_id_with_other_content_refuses_the_whole_call(make_event: Maker):
    before = Growth(EMPTY, known=(), now_ns=5)
    before.admit([make_event(0)])
    growth = Growth(before.head, known=before.links, now_ns=9)

    refused = growth.admit([make_event(1), make_event(0, outcome=Outcome.FAILED)])

    assert Reuse(make_event(0).event_id) == refused
    assert growth.links == []


def test_one_id_with_two_contents_refuses_the_whole_call(make_event: Maker):
    growth = Growth(EMPTY, known=(), now_ns=5)

    assert Reuse(make_event(0).event_id) == growth.admit([make_event(0), make_event(0, actor="other")])
    assert growth.links == []


def test_a_refused_call_leaves_no_trace_for_the_next(make_event: Maker):
    growth = Growth(EMPTY, known=(), now_ns=5)
    growth.admit([make_event(0), make_event(0, actor="other")])
    receipts = growth.admit([make_event(0, actor="other")])

    assert isinstance(receipts, tuple)
    assert [(receipt.index, receipt.is_duplicate) for receipt in receipts] == [(0, False)]


def test_record_times_never_go_back(make_event: Maker):
    growth = Growth(Head(4, "a" * 64, record_time_ns=100), known=(), now_ns=7)
    growth.admit([make_event(0), make_event(1)])

    assert times(growth.links) == [100, 100]
    assert growth.head.record_time_ns == 100


def test_record_times_follow_the_clock(make_event: Maker):
    growth = Growth(Head(4, "a" * 64, record_time_ns=100), known=(), now_ns=101)
    growth.admit([make_event(0)])

    assert times(growth.links) == [101]


@given(st.lists(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["a", "b"])), min_size=1, max_size=5)))
def test_any_calls_leave_a_chain_that_holds_with_every_event_once(
    make_event: Maker, calls: list[list[tuple[int, str]]]
):
    growth = Growth(EMPTY, known=(), now_ns=5)
    stored: dict[str, str] = {}
    for call in calls:
        given_ids = [(make_event(number).event_id, actor) for number, actor in call]
        wanted = stored | dict(given_ids)
        fits = all(wanted[event_id] == actor for event_id, actor in given_ids) and all(
            wanted[event_id] == actor for event_id, actor in stored.items()
        )
        admitted = growth.admit([make_event(number, actor=actor) for number, actor in call])
        assert fits == (not isinstance(admitted, Reuse))
        stored = wanted if fits else stored
    walk = Walk()

    assert walk.follow(growth.links) is None
    assert walk.arrive(growth.head) is None
    entries = [Entry.from_content(link.content).event for link in growth.links]
    assert stored == {event.event_id: event.actor for event in entries}
    assert len(stored) == len(entries)
