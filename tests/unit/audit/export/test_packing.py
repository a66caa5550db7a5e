"""What is packed is always the same, and comes back as it was."""

import gzip

import pytest
from pcf_audit.export.packing import BrokenPackError, Packing, unpacked
from pcf_audit.export.segment import Segment
from pcf_runtime.merkle import Frontier, leaf_hash

CONTENTS = [b'{"index":%d,"type":"gr\xc3\xb6\xc3\x9fe"}' % index for index in range(5_000)]


def packed(*, together: int) -> bytes:
    packing = Packing(Segment(0, len(CONTENTS)), prefix=())
    for start in range(0, len(CONTENTS), together):
        packing.add(CONTENTS[start : start + together])
    return packing.data()


@pytest.mark.parametrize("together", [1, 7, 5_000])
def test_the_bytes_do_not_depend_on_how_the_contents_came(together: int):
    assert packed(together=100) == packed(together=together)


def test_any_gzip_reads_it_and_it_holds_no_time():
    data = packed(together=100)

    assert b"".join(content + b"\n" for content in CONTENTS) == gzip.decompress(data)
    assert bytes(4) == data[4:8]


def test_it_comes_back_as_it_was():
    assert CONTENTS == [content for some in unpacked(packed(together=100)) for content in some]


def test_the_proof_is_that_of_the_range():
    tree = Frontier()
    for content in CONTENTS[:1_000]:
        tree.append(leaf_hash(content))
    packing = Packing(Segment(1_000, 5_000), prefix=tree.hashes)
    packing.add(CONTENTS[1_000:])
    proof = packing.proof()

    proof.check()
    assert (1_000, 5_000, tree.hashes) == (proof.first, proof.end, proof.prefix)
    assert leaf_hash(CONTENTS[1_001])[:4] == proof.marks[4:8]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data[:100],
        lambda data: b"",
        lambda data: data + b"x",
        lambda data: data + data,
        lambda data: data[:500] + bytes([data[500] ^ 1]) + data[501:],
        lambda data: gzip.compress(b"no line feed"),
        lambda data: b"plain\n",
    ],
)
def test_what_was_damaged_is_found(change):
    with pytest.raises(BrokenPackError):
        list(unpacked(change(packed(together=100))))
