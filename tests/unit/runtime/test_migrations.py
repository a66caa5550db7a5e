"""Migration files: how they are named, ordered and read; applying them is tests/integration/runtime."""

import hashlib

import pytest
from pcf_runtime.postgres.faults import DatabaseUnusableError
from pcf_runtime.postgres.migrations import Migration, shipped


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with migrations in it, found for the time of the test."""
    folder = tmp_path / "pcf_example"
    (folder / "migrations/postgres").mkdir(parents=True)
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_steps_come_in_the_order_of_their_numbers(package):
    for name in ("0010_last.sql", "0002_second.sql", "0001_first.sql", "README.md"):
        (package / "migrations/postgres" / name).write_text(f"-- readable by: 1\n-- ä {name}\n", encoding="utf-8")
    steps = shipped("pcf_example")
    assert [(1, "0001_first.sql"), (2, "0002_second.sql"), (10, "0010_last.sql")] == [
        (step.version, step.name) for step in steps
    ]
    assert {"example"} == {step.service for step in steps}
    assert "-- readable by: 1\n-- ä 0001_first.sql\n" == steps[0].sql


@pytest.mark.parametrize(
    ("first_line", "expected"),
    [("-- readable by: 1\n", 1), ("-- readable by: 12 \n", 12), ("-- readable by: 3\r\n", 3)],
)
def test_says_in_its_first_line_who_can_read_it(first_line, expected):
    assert expected == Migration("example", "0012_x.sql", f"{first_line}SELECT 1;").oldest_reader


@pytest.mark.parametrize(
    "sql", ["", "SELECT 1;\n-- readable by: 1\n", "-- readable by: all\n", "--readable by: 1\n", " -- readable by: 1\n"]
)
def test_one_that_does_not_say_it_is_named(sql):
    with pytest.raises(DatabaseUnusableError, match=r"^0003_x\.sql does not say in its first line"):
        _ = Migration("example", "0003_x.sql", sql).oldest_reader


def test_is_known_by_the_hash_of_its_text():
    assert hashlib.sha256("-- ä\n".encode()).hexdigest() == Migration("example", "0001_x.sql", "-- ä\n").sha256
