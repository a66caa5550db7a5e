"""What pcf-ops ends with before it does anything."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from pcf_ops.__main__ import main

Run = Callable[..., tuple[object, str]]


@pytest.fixture
def regions(tmp_path: Path) -> Path:
    told = {
        "home": "one",
        "replication": "synchronous",
        "record": {"file": {"path": str(tmp_path / "record")}},
        "regions": {
            name: {"url": "http://127.0.0.1:1", "target": name, "database": str(tmp_path / name)}
            for name in ("one", "two")
        },
    }
    file = tmp_path / "regions.yaml"
    file.write_text(yaml.safe_dump(told))
    for name in ("one", "two"):
        (tmp_path / name).write_text("postgresql://postgres@127.0.0.1:1/postgres")
    return file


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The exit code, and all that was said."""

    def ended(file: Path, *arguments: str) -> tuple[object, str]:
        with pytest.raises(SystemExit) as left:
            main(["--regions", str(file), *arguments])
        said = capsys.readouterr()
        return left.value.code, said.out + said.err

    return ended


def test_without_a_file_it_says_how_to_name_one(run: Run, tmp_path: Path):
    code, said = run(tmp_path / "none.yaml", "status")

    assert 2 == code
    assert "none.yaml cannot be read (No such file or directory)" in said


def test_a_region_that_is_none_is_refused(run: Run, regions: Path):
    code, said = run(regions, "failover", "--to", "three")

    assert 2 == code
    assert "three is none of the regions: one, two" in said


def test_where_no_database_answers_nothing_is_changed(run: Run, regions: Path):
    code, said = run(regions, "failover")

    assert 1 == code
    assert "Refused, and nothing was changed" in said
    assert "the database of two does not answer" in said
    assert not (regions.parent / "record").exists()


def test_status_tells_all_that_is_wrong(run: Run, regions: Path):
    code, said = run(regions, "status")

    assert 1 == code
    for fault in ("no database takes writes", "the record says nothing", "the edge of two does not answer"):
        assert fault in said


def test_status_for_programs_is_one_document(run: Run, regions: Path):
    code, said = run(regions, "status", "--json")

    assert 1 == code
    assert {"one": {"edge_answers": False, "database": None}, "two": {"edge_answers": False, "database": None}} == (
        json.loads(said)["regions"]
    )
