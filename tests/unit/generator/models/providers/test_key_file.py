"""A key is what its file holds now, and nobody is told what that is."""

import os
from pathlib import Path

import pytest
from pcf_generator.models.failures import FailureKind, ModelFailure
from pcf_generator.models.providers.key_file import BadKeyFileError, KeyFile, read_key


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "key"


@pytest.mark.parametrize("content", ["sk-1", "sk-1\n", "sk-1\r\n", "  sk-1  \n"])
def test_white_space_around_the_key_is_no_part_of_it(path, content):
    path.write_bytes(content.encode())
    assert "sk-1" == read_key(path)


@pytest.mark.parametrize("content", ["", "\n", "sk-1\nsk-2", "sk 1", "sk-\x00", "schlüssel"])
def test_what_is_no_key_is_refused_without_repeating_it(path, content):
    path.write_text(content, "utf-8")
    with pytest.raises(BadKeyFileError, match=str(path)) as caught:
        read_key(path)
    assert content.strip() not in str(caught.value) or not content.strip()
    assert caught.value.__context__ is None


def test_a_missing_file_says_so(path):
    with pytest.raises(BadKeyFileError, match="cannot be read: No such file"):
        read_key(path)


def test_a_key_that_changes_is_read_again(path):
    path.write_text("first")
    key = KeyFile(path)
    assert "first" == key.read()
    path.write_text("second")
    assert "second" == key.read()


def test_a_key_that_is_replaced_is_read_again_though_size_and_time_are_the_same(path):
    """As orchestrators do it: a new file takes the old one's name."""
    path.write_text("aaaa")
    os.utime(path, ns=(1, 1))
    key = KeyFile(path)
    assert "aaaa" == key.read()
    other = path.with_name("other")
    other.write_text("bbbb")
    os.utime(other, ns=(1, 1))
    other.rename(path)
    assert "bbbb" == key.read()


def test_a_key_that_is_gone_is_a_failure_to_authenticate(path):
    path.write_text("sk-secret")
    key = KeyFile(path)
    key.read()
    path.unlink()
    with pytest.raises(ModelFailure, match="holds no key") as caught:
        key.read()
    assert (FailureKind.AUTH, None) == (caught.value.kind, caught.value.__context__)
    path.write_text("sk-new")
    assert "sk-new" == key.read()


def test_the_key_is_in_no_repr(path):
    path.write_text("sk-secret")
    key = KeyFile(path)
    key.read()
    assert "sk-secret" not in repr(key)
