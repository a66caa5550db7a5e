import pytest
from pcf_brain.domain.pointer import POINTER_BYTES, NothingBeforeError, Pointer, parse_pointer
from pcf_brain.domain.problem import BrokenReleaseError

_A, _B, _C = ("a" * 64, "b" * 64, "c" * 64)


def test_the_digest_stands_in_the_first_line():
    assert Pointer(_A).written() == f"{_A}\nsequence 1\n".encode()


def test_what_is_written_can_be_read():
    pointer = Pointer(_A, 17, (_B, _C))
    assert pointer == parse_pointer(pointer.written())


def test_a_promotion_remembers_what_was_before():
    assert Pointer(_A).promoted(_B).promoted(_C) == Pointer(_C, 3, (_B, _A))


def test_to_promote_the_current_one_again_only_counts():
    assert Pointer(_B, 2, (_A,)).promoted(_B) == Pointer(_B, 3, (_A,))


def test_a_rollback_returns_and_a_second_one_returns_further():
    pointer = Pointer(_A).promoted(_B).promoted(_C).rolled_back()
    assert (pointer, pointer.rolled_back()) == (Pointer(_B, 4, (_A,)), Pointer(_A, 5))


def test_before_the_first_there_is_nothing():
    with pytest.raises(NothingBeforeError):
        Pointer(_A).rolled_back()


def test_the_longest_pointer_can_be_read():
    pointer = Pointer(_A, 10**18 - 2)
    for number in range(50):
        pointer = Pointer(f"{number:064x}", pointer.sequence, (pointer.digest, *pointer.before)[:20])
    assert len(pointer.promoted(_A).written()) < POINTER_BYTES
    assert len(pointer.promoted(_A).before) == 20


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        _A.encode(),
        f"{_A}\n".encode(),
        f"{_A}\nsequence 0\n".encode(),
        f"{_A}\nsequence -1\n".encode(),
        f"{_A}\nsequence 1".encode(),
        f"../{_A}\nsequence 1\n".encode(),
        f"{_A[1:]}\nsequence 1\n".encode(),
        f"{_A}\nsequence 1\nbefore x\n".encode(),
        f"{_A}\nsequence 1\nafter {_B}\n".encode(),
        f"{_A}\r\nsequence 1\r\n".encode(),
        f"{_A}\nsequence {'9' * 100}\n".encode(),
        b"\xff" * 100,
    ],
)
def test_what_is_no_pointer_is_refused(content: bytes):
    with pytest.raises(BrokenReleaseError, match="current: is no pointer"):
        parse_pointer(content)
