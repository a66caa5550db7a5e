"""Generated files."""

import hashlib

import pytest
from pcf_generator.domain.source import SourceFile, SourceTree

TREE = SourceTree((SourceFile("a", "x\n"), SourceFile("b/ü", "größe")))


def test_content_is_utf_8():
    assert "größe".encode() == TREE.file("b/ü").content
    assert hashlib.sha256("größe".encode()).hexdigest() == TREE.file("b/ü").sha256


def test_a_file_that_is_not_there():
    with pytest.raises(KeyError, match="nowhere"):
        TREE.file("nowhere")
