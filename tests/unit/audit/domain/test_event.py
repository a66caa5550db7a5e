"""The canonical form: what outsiders recompute, so it may never change."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pcf_audit.domain.event import Entry, Event, Outcome, UnreadableContentError

GOLDEN = Entry(
    Event(
        event_id="01JGFJJZ00ZZZZZZZZZZZZZZZZ",
        type="stage.succeeded",
        event_time_ns=1_767_225_600_000_000_001,
        actor='Zoë "Z" \\ 😀\n\x7f\x1f',
        outcome=Outcome.REFUSED,
        build="",
        request_id="",
        details={"\U0001f600": "astral", "￿": "last of the plane", "a": "", "B": "/\t\u2028"},
        tenant="contoso",
        personal={"\U0001f600": "", "￿": "sealed:11:AA=="},
    ),
    index=7,
    record_time_ns=1_767_225_601_000_002_000,
)
GOLDEN_CONTENT = (
    '{"actor":"Zoë \\"Z\\" \\\\ 😀\\n\x7f\\u001f","build":"",'
    '"details":{"B":"/\\t\u2028","a":"","\U0001f600":"astral","￿":"last of the plane"},'
    '"event_id":"01JGFJJZ00ZZZZZZZZZZZZZZZZ","event_time":"2026-01-01T00:00:00.000000001Z","index":7,'
    '"outcome":"refused","personal":{"\U0001f600":"","￿":"sealed:11:AA=="},'
    '"record_time":"2026-01-01T00:00:01.000002000Z","request_id":"","tenant":"contoso","type":"stage.succeeded"}'
).encode()

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
EVENTS = st.builds(
    Event,
    event_id=TEXTS,
    type=TEXTS,
    event_time_ns=st.integers(0, 2**62),
    actor=TEXTS,
    outcome=st.sampled_from(Outcome),
    build=TEXTS,
    request_id=TEXTS,
    details=st.dictionaries(TEXTS, TEXTS, max_size=5),
    tenant=TEXTS,
    personal=st.dictionaries(TEXTS, TEXTS, max_size=3),
)


def test_golden():
    assert GOLDEN.content() == GOLDEN_CONTENT


def test_golden_leads_back():
    assert Entry.from_content(GOLDEN_CONTENT) == GOLDEN


@given(EVENTS, st.integers(0, 2**53), st.integers(0, 2**62))
def test_content_leads_back(event: Event, index: int, record_time_ns: int):
    entry = Entry(event, index, record_time_ns)

    assert entry == Entry.from_content(entry.content())


@given(EVENTS, EVENTS)
def test_two_events_have_one_content_only_if_they_are_equal(one: Event, other: Event):
    assert (one == other) == (Entry(one, 0, 0).content() == Entry(other, 0, 0).content())


@given(EVENTS)
def test_order_of_details_does_not_matter(event: Event):
    turned = replace(
        event, details=dict(reversed(event.details.items())), personal=dict(reversed(event.personal.items()))
    )

    assert Entry(event, 0, 0).content() == Entry(turned, 0, 0).content()


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("actor", None),
        ("details", "text"),
        ("details", {"a": 5}),
        ("event_time", "yesterday"),
        ("event_time", 5),
        ("index", "x"),
        ("outcome", "pending"),
        ("type", 1),
        ("tenant", 1),
        ("tenant", None),
        ("personal", None),
        ("personal", {"a": 5}),
    ],
)
def test_content_with_a_wrong_member_is_unreadable(member: str, value: object):
    members = json.loads(GOLDEN_CONTENT) | {member: value}

    with pytest.raises(UnreadableContentError):
        Entry.from_content(json.dumps(members).encode())


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"[]", b"null", b"\xff", GOLDEN_CONTENT[:-1]])
def test_content_that_is_no_entry_is_unreadable(content: bytes):
    with pytest.raises(UnreadableContentError):
        Entry.from_content(content)


def test_content_older_than_tenants_is_read_as_what_it_was():
    members = json.loads(GOLDEN_CONTENT)
    del members["tenant"], members["personal"]
    entry = Entry.from_content(json.dumps(members).encode())

    assert replace(GOLDEN, event=replace(GOLDEN.event, tenant="default", personal={}), is_plain=True) == entry
