"""The text of a checkpoint, and what is none."""

import pytest
from pcf_runtime.checkpoint import BadCheckpointError, Checkpoint

ROOT = bytes(range(32))
TEXT = "pcf-builder.audit\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"


def test_the_text_has_three_lines():
    assert Checkpoint("pcf-builder.audit", 20_852_163, ROOT).text == TEXT


def test_a_text_is_read_back():
    assert Checkpoint("pcf-builder.audit", 20_852_163, ROOT) == Checkpoint.parse(TEXT)


def test_lines_of_others_are_ignored():
    assert Checkpoint.parse(TEXT + "extension\n") == Checkpoint.parse(TEXT)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "line feed"),
        (TEXT[:-1], "line feed"),
        ("a\n1\n", "three lines"),
        (f"{TEXT}\n", "none of them empty"),
        (TEXT.replace("pcf-builder.audit", ""), "none of them empty"),
        (TEXT.replace("20852163", "020852163"), "size"),
        (TEXT.replace("20852163", "-1"), "size"),
        (TEXT.replace("20852163", "1.0"), "size"),
        (TEXT.replace("20852163", "٣"), "size"),
        (TEXT.replace("20852163", "9" * 30), "size"),
        (TEXT.replace("Hh8=", "Hh8"), "hash in base64"),
        (TEXT.replace("Hh8=", "Hh9="), "hash in base64"),
        (TEXT.replace("AAEC", "A!AEC"), "hash in base64"),
        (TEXT.replace("AAECAwQF", ""), "hash in base64"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str, why: str):
    with pytest.raises(BadCheckpointError, match=why):
        Checkpoint.parse(text)
