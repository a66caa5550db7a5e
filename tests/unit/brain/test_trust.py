from datetime import UTC, datetime

import pytest
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.domain.statement import Statement
from pcf_brain.trust import BadKeyError, Signer, Trust, signed
from pcf_runtime.signed_note import sign

_DIGEST = "ab" * 32
_STATEMENT = Statement("1", _DIGEST, 1, 2, datetime(2026, 1, 1, tzinfo=UTC))
_OLD, _NEW = Signer.generate("old"), Signer.generate("new")


def _trust(*signers: Signer) -> Trust:
    return Trust.parse(" ".join(signer.verifier.text for signer in signers))


def test_what_a_trusted_key_signed_is_told():
    assert _trust(_OLD).judge(signed(_STATEMENT, _OLD), digest=_DIGEST) == _STATEMENT


def test_while_a_key_is_changed_both_are_trusted():
    both = _trust(_OLD, _NEW)
    assert [both.judge(signed(_STATEMENT, each), digest=_DIGEST) for each in (_OLD, _NEW)] == [_STATEMENT] * 2


def test_a_key_that_is_no_longer_trusted_is_refused():
    with pytest.raises(BrokenReleaseError, match=r"note: no key that is trusted here .*\(trusted: new\)"):
        _trust(_NEW).judge(signed(_STATEMENT, _OLD), digest=_DIGEST)


def test_another_key_of_the_same_name_is_refused():
    with pytest.raises(BrokenReleaseError):
        _trust(_OLD).judge(signed(_STATEMENT, Signer.generate("old")), digest=_DIGEST)


def test_a_note_of_another_release_is_refused():
    with pytest.raises(BrokenReleaseError, match="signs another release"):
        _trust(_OLD).judge(signed(_STATEMENT, _OLD), digest="cd" * 32)


def test_another_text_by_the_same_key_is_refused():
    """The key may sign checkpoints of a log too; none of them may pass for a release."""
    with pytest.raises(BrokenReleaseError, match="says something else"):
        _trust(_OLD).judge(sign("example.org/log\n17\nroot\n", _OLD).encode(), digest=_DIGEST)


@pytest.mark.parametrize("place", [0, 40, 120, -5])
def test_a_changed_note_is_refused(place: int):
    note = bytearray(signed(_STATEMENT, _OLD))
    note[place] ^= 1
    with pytest.raises(BrokenReleaseError):
        _trust(_OLD).judge(bytes(note), digest=_DIGEST)


@pytest.mark.parametrize("note", [b"", b"\xff\xfe", b"\n\n", b"x\n", b"\0" * 10])
def test_what_is_no_note_is_refused(note: bytes):
    with pytest.raises(BrokenReleaseError):
        _trust(_OLD).judge(note, digest=_DIGEST)


def test_no_key_asks_for_nothing():
    assert (Trust.parse("").asks, Trust.parse(" \n").asks, _trust(_OLD).asks) == (False, False, True)


def test_a_signing_key_is_no_verifier():
    with pytest.raises(BadKeyError):
        Trust.parse(_OLD.text)
