"""Checkpoints: signed, and known again."""

from dataclasses import replace

import pytest
from pcf_audit.domain.tree import EMPTY, Head
from pcf_audit.notary import ForeignCheckpointError, Notary
from pcf_runtime.checkpoint import Checkpoint
from pcf_runtime.merkle import fold
from pcf_runtime.signed_note import Signer, open_note, sign

FRONTIER = (b"a" * 32, b"b" * 32)
UNSIGNED = Head(2, 3, fold(FRONTIER), FRONTIER, "", 0)


@pytest.fixture
def head(notary: Notary) -> Head:
    return notary.sign(UNSIGNED)


def test_a_checkpoint_says_name_size_and_root(notary: Notary, head: Head):
    assert Checkpoint("test.audit", 3, UNSIGNED.root).text == open_note(head.note, notary.verifier)
    assert replace(head, note="") == UNSIGNED


def test_our_own_is_known(signer: Signer, head: Head):
    another = Notary(signer, origin="test.audit")
    another.check(head)
    another.check_newest(head)


def test_an_empty_log_needs_no_checkpoint(notary: Notary):
    notary.check_newest(EMPTY)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"size": 5}, "signed for another size or root"),
        ({"size": 4}, "not that of the complete subtrees"),
        ({"root": b"c" * 32}, "not that of the complete subtrees"),
        ({"frontier": FRONTIER[:1]}, "not that of the complete subtrees"),
        ({"frontier": FRONTIER[::-1]}, "not that of the complete subtrees"),
        ({"frontier": ()}, "not that of the complete subtrees"),
        ({"note": ""}, "not signed by this log: the note is malformed"),
        ({"note": "no checkpoint\n\n\N{EM DASH} test.audit AAAA\n"}, "not signed by this log"),
    ],
)
def test_a_changed_head_is_not_ours(notary: Notary, head: Head, change: dict[str, object], why: str):
    changed = replace(head, **change)  # type: ignore[arg-type]
    for check in (notary.check, notary.check_newest):
        with pytest.raises(ForeignCheckpointError, match=why):
            check(changed)


def test_another_key_is_not_ours(head: Head):
    other = Notary(Signer.generate("test.audit"), origin="test.audit")

    with pytest.raises(ForeignCheckpointError, match="no key that is trusted here"):
        other.check_newest(head)


def test_a_replaced_key_is_ours(notary: Notary, head: Head):
    Notary(Signer.generate("test.audit"), origin="test.audit", retired=[notary.verifier]).check(head)


def test_another_log_signed_with_our_key_is_not_this_one(signer: Signer, head: Head):
    with pytest.raises(ForeignCheckpointError, match="another size or root"):
        Notary(signer, origin="other.audit").check(head)


def test_what_we_signed_of_something_else_is_no_checkpoint(signer: Signer, notary: Notary, head: Head):
    with pytest.raises(ForeignCheckpointError, match="another size or root"):
        notary.check(replace(head, note=sign("hello\n", signer)))


def test_a_signature_in_another_spelling_is_not_ours(notary: Notary, head: Head):
    """The last letter of base64 holds bits that belong to no byte, and decoders ignore them."""
    at = head.note.rindex("=") - 1
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = alphabet[alphabet.index(head.note[at]) ^ 1]
    changed = replace(head, note=f"{head.note[:at]}{other}{head.note[at + 1 :]}")

    with pytest.raises(ForeignCheckpointError):
        notary.check(changed)
