"""Notes as Go's sumdb/note writes and reads them: the keys and signatures of its own tests."""

import base64
import hashlib

import pytest
from pcf_runtime.signed_note import BadKeyError, BadNoteError, Signer, Verifier, open_note, sign

PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ENOCHS = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

peter = Verifier.parse(PETER)
enoch = Verifier.parse(ENOCH)


def _parts_and_neighbours(text: str) -> list[str]:
    """Every shorter piece of the text, and every text with one character exchanged for the next."""
    length = len(text)
    pieces = [text[start:end] for start in range(length) for end in range(start + 1, length + 1)]
    neighbours = [text[:at] + chr(ord(text[at]) + 1) + text[at + 1 :] for at in range(length)]
    return [each for each in pieces + neighbours if each != text]


def test_go_signs_the_same():
    assert f"{TEXT}\n{PETERS}" == sign(TEXT, Signer.parse(PETER_SECRET))


def test_two_signers_sign_in_order():
    other = Signer.generate("example.org/log")
    note = sign(TEXT, Signer.parse(PETER_SECRET), other)
    assert TEXT == open_note(note, other.verifier)
    assert [PETERS, "— example.org/log "] == [note.splitlines(keepends=True)[-2], note.splitlines()[-1][:18]]


@pytest.mark.parametrize(
    ("signatures", "verifiers"),
    [
        (PETERS, [peter]),
        (PETERS + ENOCHS, [peter]),
        (ENOCHS + PETERS, [peter]),
        (PETERS + ENOCHS, [peter, enoch]),
        (PETERS + PETERS, [peter]),
    ],
)
def test_opens_what_a_known_key_has_signed(signatures, verifiers):
    assert TEXT == open_note(f"{TEXT}\n{signatures}", *verifiers)


def test_a_text_may_hold_empty_lines():
    signer = Signer.generate("a")
    assert "one\n\ntwo\n" == open_note(sign("one\n\ntwo\n", signer), signer.verifier)


@pytest.mark.parametrize("verifiers", [[], [enoch], [Signer.generate("PeterNeumann").verifier]])
def test_a_note_that_no_known_key_has_signed_is_refused(verifiers):
    with pytest.raises(BadNoteError, match="no key that is trusted here"):
        open_note(f"{TEXT}\n{PETERS}", *verifiers)


@pytest.mark.parametrize(
    "note",
    [
        f"{TEXT.replace('problem', 'trouble')}\n{PETERS}",
        f"{TEXT}\n{PETERS.replace('uBS9', 'uBS8')}",
        f"{TEXT}\n{PETERS[:60]}ABCD{PETERS[60:]}",
        f"{TEXT}\n{ENOCHS}{PETERS.replace('uBS9', 'uBS8')}",
    ],
)
def test_a_wrong_signature_of_a_known_key_spoils_the_note(note):
    with pytest.raises(BadNoteError, match="signature of PeterNeumann does not fit"):
        open_note(note, peter, enoch)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{PETERS[:-1]}",
        f"\x01{TEXT}\n{PETERS}",
        f"{TEXT}\n{PETERS.replace('PeterNeumann', 'Bad Name')}",
        f"{TEXT}\n{PETERS}Unexpected line.\n",
        f"{TEXT}\n{PETERS * 101}",
        f"{TEXT}\n{PETERS}".replace("— ", "- "),
        f"{TEXT}\n{PETERS}".replace("\n", "\r\n"),
        f"{TEXT}\n— PeterNeumann \n",
        f"{TEXT}\n— PeterNeumann x08g\n",
        f"{TEXT}\n— PeterNeumann not*base64\n",
        f"{TEXT}\n—  x08go/ZJkuBS9UG/\n",
    ],
)
def test_a_malformed_note_is_refused(note):
    with pytest.raises(BadNoteError):
        open_note(note, peter)


@pytest.mark.parametrize("text", ["abc", "", "a\x00b\n", "a\tb\n", "a\r\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text):
    with pytest.raises(BadNoteError, match="ends with a newline and holds no control characters"):
        sign(text, Signer.parse(PETER_SECRET))


def test_keys_come_back_from_their_texts():
    signer = Signer.generate("example.org/log")
    assert signer == Signer.parse(signer.text)
    assert signer.verifier == Verifier.parse(f" {signer.verifier.text}\n")
    assert PETER == Signer.parse(PETER_SECRET).verifier.text


def test_a_damaged_verifier_is_refused():
    for text in _parts_and_neighbours(PETER):
        with pytest.raises(BadKeyError):
            Verifier.parse(text)


def test_a_damaged_signer_is_refused_and_never_repeated():
    for text in _parts_and_neighbours(PETER_SECRET):
        with pytest.raises(BadKeyError) as raised:
            Signer.parse(text)
        assert "AYEKFALVFGyNhPJEMzD1QIDr" not in str(raised.value)


@pytest.mark.parametrize(("algorithm", "size"), [(b"\x01", 36), (b"\x01", 31), (b"\x02", 32), (b"d", 32)])
def test_a_key_of_another_kind_is_refused_though_its_hash_fits(algorithm, size):
    key = algorithm + bytes(size)
    hashed = hashlib.sha256(b"name\n" + key).hexdigest()[:8]
    with pytest.raises(BadKeyError, match="not an Ed25519 key"):
        Verifier.parse(f"name+{hashed}+{base64.b64encode(key).decode()}")


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak", "wide\u00a0blank"])
def test_a_name_that_would_break_the_format_gets_no_key(name):
    with pytest.raises(BadKeyError, match="name"):
        Signer.generate(name)


def test_a_signer_does_not_show_its_secret():
    assert "seed" not in repr(Signer.parse(PETER_SECRET))
