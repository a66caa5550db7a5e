"""What cannot run for want of a server is said, and is a failure where everything is asked for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
TESTS = """
import pytest
from tests.servers.programs import MissingProgramError

@pytest.fixture(scope="session")
def server():
    raise MissingProgramError("there is no Gopher on this machine; get it with: apt-get install gopher")

def test_one(server): pass
def test_two(server): pass
def test_of_its_own(): raise MissingProgramError("there is no Finger on this machine")
def test_that_needs_none(): pass
def test_skipped_for_another_reason(): pytest.skip("not today")
"""


@pytest.fixture
def run(tmp_path):
    """A run of its own over the tests above; gives its exit code and what it printed."""

    def run_pytest(*arguments: str, need_all: str = "") -> tuple[int, str]:
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        (tmp_path / "test_it.py").write_text(TESTS)
        line = (sys.executable, "-m", "pytest", "-q", "-c", tmp_path / "pytest.ini", "-p", "tests.servers.fixtures")
        done = subprocess.run(
            (*line, "-p", "no:cacheprovider", *arguments, tmp_path),
            cwd=ROOT,
            env={**os.environ, "PCF_NEED_ALL": need_all},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    return run_pytest


@pytest.mark.parametrize("how", [(), ("-n", "2")], ids=["alone", "by workers"])
def test_tests_without_their_server_are_left_out_and_listed_at_the_end(run, how):
    code, said = run(*how)
    assert 0 == code, said
    assert "1 passed, 4 skipped" in said
    listed = said.partition(" left out ===")[2].splitlines()[1:3]
    assert [
        "2 tests: there is no Gopher on this machine; get it with: apt-get install gopher",
        "1 test: there is no Finger on this machine",
    ] == listed


def test_they_fail_where_all_servers_are_needed(run):
    code, said = run(need_all="1")
    assert 1 == code
    assert "left out" not in said
    assert "there is no Gopher on this machine" in said
