"""What a transaction adds: whole calls, every event once."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pcf_audit.domain.event import Entry, Event, Outcome
from pcf_audit.domain.growth import Growth, Receipt, Reuse
from pcf_audit.domain.tenant_key import TenantKey
from pcf_audit.domain.tree import EMPTY, Head, Leaf
from pcf_audit.nodes import over
from pcf_runtime.merkle import Frontier, leaf_hash

Maker = Callable[..., Event]


KEY = TenantKey("default", "11", bytes(64))
NEXT_KEY = TenantKey("default", "22", bytes(range(64)))
FOUR = Head(2, 4, b"r", (b"f",), "note", record_time_ns=100)


def times(leaves: Sequence[Leaf]) -> list[int]:
    return [Entry.from_content(leaf.content).record_time_ns for leaf in leaves]


def leaves_of(growth: Growth) -> list[Leaf]:
    return [row.leaf for row in growth.rows]


def admit(growth: Growth, events: Sequence[Event], *, key: TenantKey = KEY) -> tuple[Receipt, ...] | Reuse:
    return growth.admit([key.seal(event) for event in events])


def are_duplicates(admitted: tuple[Receipt, ...] | Reuse) -> list[bool]:
    assert isinstance(admitted, tuple)
    return [receipt.is_duplicate for receipt in admitted]


def test_events_stand_in_the_order_of_the_call(make_event: Maker):
    growth = Growth(EMPTY, known=(), now_ns=5)
    receipts = admit(growth, [make_event(2), make_event(1)])

    assert isinstance(receipts, tuple)
    assert [(make_event(2).event_id, 0), (make_event(1).event_id, 1)] == [
        (receipt.event_id, receipt.index) for receipt in receipts
    ]
    assert [leaf.hash for leaf in leaves_of(growth)] == [receipt.leaf_hash for receipt in receipts]


def test_a_known_event_is_told_its_place(make_event: Maker):
    before = Growth(EMPTY, known=(), now_ns=5)
    admit(before, [make_event(0), make_event(1)])
    growth = Growth(before.batch().head, known=leaves_of(before), now_ns=9)

    receipts = admit(growth, [make_event(1)])

    known = leaves_of(before)[1]
    assert (Receipt(make_event(1).event_id, 1, known.hash, is_duplicate=True),) == receipts
    assert leaves_of(growth) == []


def test_an_event_twice_in_one_call_stands_once(make_event: Maker):
    growth = Growth(EMPTY, known=(), now_ns=5)
    receipts = admit(growth, [make_event(0), make_event(1), make_event(0)])

    assert isinstance(receipts, tuple)
    assert [(given.index, given.is_duplicate) for given in receipts] == [(0, False), (1, False), (0, True)]
    assert len(leaves_of(growth)) == 2


def test_an_event_in_two_calls_stands_once(make_event: Maker):
    growth = Growth(EMPTY, known=(), now_ns=5)
    admit(growth, [make_event(0)])
    receipts = admit(growth, [make_event(0)])

    assert isinstance(receipts, tuple)
    assert [receipt.is_duplicate for receipt in receipts] == [True]
    assert len(leaves_of(growth)) == 1


def test_a_known_id_with_other_content_refuses_the_whole_call(make_event: Maker):
    before = Growth(EMPTY, known=(), now_ns=5)
    admit(before, [make_event(0)])
    growth = Growth(before.batch().head, known=leaves_of(before), now_ns=9)

    refused = admit(growth, [make_event(1), make_event(0, outcome=Outcome.FAILED)])

    assert Reuse(make_event(0).event_id) == refused
    assert leaves_of(growth) == []


def test_one_id_with_two_contents_refuses_the_whole_call(make_event: Maker):
    growth = Growth(EMPTY, known=(), now_ns=5)

    assert Reuse(make_event(0).event_id) == admit(growth, [make_event(0), make_event(0, actor="other")])
    assert leaves_of(growth) == []


def test_a_refused_call_leaves_no_trace_for_the_next(make_event: Maker):
    growth = Growth(EMPTY, known=(), now_ns=5)
    admit(growth, [make_event(0), make_event(0, actor="other")])
    receipts = admit(growth, [make_event(0, actor="other")])

    assert isinstance(receipts, tuple)
    assert [(receipt.index, receipt.is_duplicate) for receipt in receipts] == [(0, False)]


def test_record_times_never_go_back(make_event: Maker):
    growth = Growth(FOUR, known=(), now_ns=7)
    admit(growth, [make_event(0), make_event(1)])

    assert times(leaves_of(growth)) == [100, 100]
    assert growth.batch().head.record_time_ns == 100


def test_record_times_follow_the_clock(make_event: Maker):
    growth = Growth(FOUR, known=(), now_ns=101)
    admit(growth, [make_event(0)])

    assert times(leaves_of(growth)) == [101]


@given(st.lists(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["a", "b"])), min_size=1, max_size=5)))
def test_any_calls_leave_every_event_once(make_event: Maker, calls: list[list[tuple[int, str]]]):
    growth = Growth(EMPTY, known=(), now_ns=5)
    stored: dict[str, str] = {}
    for call in calls:
        given_ids = [(make_event(number).event_id, actor) for number, actor in call]
        wanted = stored | dict(given_ids)
        fits = all(wanted[event_id] == actor for event_id, actor in given_ids) and all(
            wanted[event_id] == actor for event_id, actor in stored.items()
        )
        admitted = admit(growth, [make_event(number, actor=actor) for number, actor in call])
        assert fits == (not isinstance(admitted, Reuse))
        stored = wanted if fits else stored
    entries = [Entry.from_content(leaf.content).event for leaf in leaves_of(growth)]

    assert {event_id: KEY.seal_actor(actor) for event_id, actor in stored.items()} == {
        event.event_id: event.actor for event in entries
    }
    assert len(stored) == len(entries)


def test_a_batch_is_the_tree_with_what_was_added(make_event: Maker):
    before = Growth(EMPTY, known=(), now_ns=5)
    admit(before, [make_event(number) for number in range(3)])
    growth = Growth(before.batch().head, known=(), now_ns=9)
    admit(growth, [make_event(number) for number in range(3, 7)])
    whole = Frontier()
    for leaf in (*leaves_of(before), *leaves_of(growth)):
        whole.append(leaf_hash(leaf.content))

    assert growth.batch().head == Head(3, 7, whole.root(), whole.hashes, "", 9)
    assert growth.size == 7


@pytest.mark.parametrize(("count", "nodes"), [(255, []), (256, [(8, 0)]), (513, [(8, 0), (8, 1)])])
def test_a_batch_holds_the_subtrees_that_it_completes(make_event: Maker, count: int, nodes: list[tuple[int, int]]):
    growth = Growth(EMPTY, known=(), now_ns=5)
    admit(growth, [make_event(number) for number in range(count)])
    batch = growth.batch()

    roots = [over([leaf.hash for leaf in leaves_of(growth)[at << 8 : (at + 1) << 8]]) for _, at in nodes]
    assert dict(zip(nodes, roots, strict=True)) == batch.subtrees


def test_the_same_event_after_an_erasure_is_known(make_event: Maker):
    event = make_event(0, personal={"prompt": "a toggle"})
    before = Growth(EMPTY, known=(), now_ns=5)
    admit(before, [event])
    growth = Growth(before.batch().head, known=leaves_of(before), now_ns=9)

    assert are_duplicates(admit(growth, [event], key=NEXT_KEY)) == [True]
    assert Reuse(event.event_id) == admit(growth, [replace(event, type="other")], key=NEXT_KEY)
    assert Reuse(event.event_id) == admit(growth, [replace(event, personal={})], key=NEXT_KEY)


def test_the_same_event_with_something_else_personal_is_another(make_event: Maker):
    growth = Growth(EMPTY, known=(), now_ns=5)
    admit(growth, [make_event(0, personal={"prompt": "a toggle"})])

    assert Reuse(make_event(0).event_id) == admit(growth, [make_event(0, personal={"prompt": "a slider"})])


def test_an_event_older_than_tenants_is_known_by_its_plain_actor(make_event: Maker):
    members = json.loads(Entry(make_event(0), 0, 5).content())
    del members["tenant"], members["personal"]
    content = json.dumps(members, separators=(",", ":")).encode()
    growth = Growth(EMPTY, known=[Leaf(0, content, leaf_hash(content))], now_ns=9)

    assert are_duplicates(admit(growth, [make_event(0)])) == [True]
    assert Reuse(make_event(0).event_id) == admit(growth, [make_event(0, actor="other")])
    assert Reuse(make_event(0).event_id) == admit(growth, [make_event(0, tenant="contoso")])
