"""A ZIP whose bytes depend on its files alone."""

import hashlib
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.domain.source import SourceFile, SourceTree
from pcf_generator.packing.archive import pack

TREE = SourceTree((SourceFile("b/größe.txt", "größe\n"), SourceFile("a.txt", "x"), SourceFile("B.txt", "")))
PATHS = st.from_regex(r"[a-zA-Z0-9ü._/-]{1,12}", fullmatch=True).filter(lambda path: not path.endswith("/"))
TREES = st.dictionaries(PATHS, st.text(st.characters(exclude_categories=("Cs",)), max_size=30), max_size=6)


def entries(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return archive.infolist()


def test_known_bytes():
    """Whoever changes them changes every artifact's hash; a new generator version then."""
    assert hashlib.sha256(pack(TREE)).hexdigest() == "701e3a55da208f5627e12b7a51e532eb0975c35bb7ddf7de5f4fef747e471d6f"


def test_entries_are_sorted_by_their_path():
    assert ["B.txt", "a.txt", "b/größe.txt"] == [entry.filename for entry in entries(pack(TREE))]


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ("date_time", (1980, 1, 1, 0, 0, 0)),
        ("compress_type", zipfile.ZIP_STORED),
        ("create_system", 3),
        ("external_attr", 0o100644 << 16),
        ("extra", b""),
        ("comment", b""),
    ],
)
def test_entries_say_nothing_of_when_and_where(attribute, expected):
    assert {expected} == {getattr(entry, attribute) for entry in entries(pack(TREE))}


@settings(max_examples=60, derandomize=True, deadline=None)
@given(TREES, st.randoms(use_true_random=False))
def test_the_order_of_the_tree_does_not_matter_and_all_can_be_read(files, random):
    tree = [SourceFile(path, text) for path, text in files.items()]
    shuffled = random.sample(tree, len(tree))
    content = pack(SourceTree(tuple(tree)))

    assert content == pack(SourceTree(tuple(shuffled)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == files
