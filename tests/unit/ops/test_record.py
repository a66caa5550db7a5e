"""The name that makers use, in a file."""

from pathlib import Path

import pytest
from pcf_ops.record import FileFollowed, RecordFailedError


def test_what_is_written_is_read(tmp_path: Path):
    record = FileFollowed(tmp_path / "record")

    assert "" == record.read()
    record.write("two.example.com")
    assert "two.example.com" == record.read()
    assert ["record"] == [each.name for each in tmp_path.iterdir()]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(RecordFailedError, match="No such file"):
        FileFollowed(tmp_path / "none" / "record").write("two")
