"""Whatever is done to a log afterwards is found, and the first broken place is named."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pcf_audit.domain.chain import EMPTY, GENESIS, Break, Head, Link, Walk
from pcf_audit.domain.event import Event

Maker = Callable[..., Event]
LinkMaker = Callable[[Sequence[Event]], list[Link]]
LENGTHS = st.integers(1, 12)


@pytest.fixture(scope="session")
def chain(make_event: Maker, make_links: LinkMaker) -> Callable[[int], list[Link]]:
    """A good chain of this length, and of a length's every prefix."""
    links = make_links([make_event(number) for number in range(13)])
    return lambda length: links[:length]


def found(links: Sequence[Link], head: Head) -> Break | None:
    walk = Walk()
    return walk.follow(links) or walk.arrive(head)


def head_of(links: Sequence[Link]) -> Head:
    return Head(len(links), links[-1].entry_hash, 0) if links else EMPTY


def test_golden_hashes(chain: Callable[[int], list[Link]]):
    first, second = chain(2)
    content = (
        b'{"actor":"maker@example.com","build":"builds/00000000000000000000000000",'
        b'"details":{"kind":"star-rating","number":"0"},"event_id":"00000000000000000000000000",'
        b'"event_time":"2026-01-01T00:00:00.000000000Z","index":0,"outcome":"succeeded",'
        b'"record_time":"1970-01-01T00:00:00.000000000Z",'
        b'"request_id":"0c5a4c39-7d4f-4dc5-93a2-0b8c39a4b6a1","type":"build.created"}'
    )

    assert content == first.content
    assert first.previous_hash == GENESIS
    assert hashlib.sha256(b"0" * 64 + content).hexdigest() == first.entry_hash
    assert first.entry_hash == "6ff5700fa37c4950f62a6609dca67133edf8309b1928ab1586b42dece9e6696e"
    assert first.entry_hash == second.previous_hash


@given(st.integers(0, 12))
def test_an_untouched_log_holds(chain: Callable[[int], list[Link]], length: int):
    links = chain(length)

    assert found(links, head_of(links)) is None


@given(st.data())
def test_a_changed_byte_is_found(chain: Callable[[int], list[Link]], data: st.DataObject):
    links = list(chain(data.draw(LENGTHS)))
    head = head_of(links)
    at = data.draw(st.integers(0, len(links) - 1))
    content = bytearray(links[at].content)
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    links[at] = replace(links[at], content=bytes(content))

    assert Break(at, "the content does not match entry_hash") == found(links, head)


@given(st.data())
@pytest.mark.parametrize("which", ["previous_hash", "entry_hash"])
def test_a_changed_hash_is_found(chain: Callable[[int], list[Link]], which: str, data: st.DataObject):
    links = list(chain(data.draw(LENGTHS)))
    head = head_of(links)
    at = data.draw(st.integers(0, len(links) - 1))
    digits = list(getattr(links[at], which))
    place = data.draw(st.integers(0, 63))
    digits[place] = data.draw(st.sampled_from("0123456789abcdef").filter(lambda new: new != digits[place]))
    links[at] = replace(links[at], **{which: "".join(digits)})

    broken = found(links, head)

    assert broken is not None
    assert at == broken.index


@given(st.data())
def test_a_changed_content_with_its_hash_redone_is_found_behind_it(
    chain: Callable[[int], list[Link]], data: st.DataObject
):
    links = list(chain(data.draw(LENGTHS)))
    head = head_of(links)
    at = data.draw(st.integers(0, len(links) - 1))
    content = links[at].content.replace(b"maker@example.com", b"nobody@example.com")
    redone = hashlib.sha256(links[at].previous_hash.encode() + content).hexdigest()
    links[at] = replace(links[at], content=content, entry_hash=redone)

    broken = found(links, head)

    assert broken is not None
    assert min(at + 1, len(links) - 1) == broken.index


@given(st.data())
def test_a_removed_row_is_found(chain: Callable[[int], list[Link]], data: st.DataObject):
    links = list(chain(data.draw(LENGTHS)))
    head = head_of(links)
    at = data.draw(st.integers(0, len(links) - 1))
    del links[at]

    assert Break(at, "the event is missing") == found(links, head)


@given(st.data())
def test_a_row_removed_and_the_rest_moved_up_is_found(chain: Callable[[int], list[Link]], data: st.DataObject):
    links = list(chain(data.draw(LENGTHS)))
    head = head_of(links)
    at = data.draw(st.integers(0, len(links) - 1))
    links[at:] = [replace(link, index=link.index - 1) for link in links[at + 1 :]]

    broken = found(links, head)

    assert broken is not None
    assert at == broken.index


@given(st.data())
def test_two_rows_in_each_others_place_are_found(chain: Callable[[int], list[Link]], data: st.DataObject):
    links = list(chain(data.draw(st.integers(2, 12))))
    head = head_of(links)
    one = data.draw(st.integers(0, len(links) - 2))
    other = data.draw(st.integers(one + 1, len(links) - 1))
    links[one], links[other] = (
        replace(links[other], index=one),
        replace(links[one], index=other),
    )

    broken = found(links, head)

    assert broken is not None
    assert one == broken.index


@given(st.data())
def test_an_inserted_row_is_found(chain: Callable[[int], list[Link]], data: st.DataObject):
    links = list(chain(data.draw(LENGTHS)))
    head = head_of(links)
    at = data.draw(st.integers(0, len(links)))
    previous = links[at - 1].entry_hash if at else GENESIS
    content = b'{"actor":"intruder"}'
    forged = Link(at, content, previous, hashlib.sha256(previous.encode() + content).hexdigest())
    links[at:] = [forged, *(replace(link, index=link.index + 1) for link in links[at:])]

    broken = found(links, head)

    # The forged row follows well from the one before; what betrays it is the row behind, or the head.
    assert broken is not None
    assert min(at + 1, head.event_count) == broken.index


def test_a_row_in_front_of_the_first_is_found(chain: Callable[[int], list[Link]]):
    links = chain(3)
    forged = replace(links[0], index=-1)

    assert Break(0, "an event stands out of order") == found([forged, *links], head_of(links))


def test_a_head_with_another_hash_is_found(chain: Callable[[int], list[Link]]):
    links = chain(3)

    assert Break(2, "the hash is not the one recorded as the log's head") == found(links, Head(3, GENESIS, 0))


def test_a_walk_tells_how_far_it_came(chain: Callable[[int], list[Link]]):
    links = list(chain(5))
    links[3] = replace(links[3], content=b"{}")
    walk = Walk()
    walk.follow(links[:2])
    walk.follow(links[2:])

    assert (3, links[2].entry_hash) == (walk.event_count, walk.head_hash)
