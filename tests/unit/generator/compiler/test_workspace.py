"""The folder of one compilation holds what it was given and goes with it; no name leads out of it."""

import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.compiler.workspace import clear_leftovers, path_faults, workspace
from pcf_generator.ports.compiler import CompilerUnavailable

HOSTILE = [
    "/etc/passwd",
    "../x.ts",
    "a/../../x.ts",
    "a//x.ts",
    "./x.ts",
    "a/./x.ts",
    "",
    "a/",
    "a\\..\\x.ts",
    "a/x\0.ts",
    "a/x\n.ts",
    "a/\u202ex.ts",
    "node_modules/react/index.js",
    "a/Node_Modules/x.ts",
    "a /x.ts",
    "a./x.ts",
    "a/" + "x" * 101,
    "/".join(["abcdefghij"] * 30),
    "a/\ud800.ts",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_a_path_that_is_not_plain_is_refused(path):
    assert list(path_faults([path])) == ["error: the project holds a file whose path is not one inside it"]


@pytest.mark.parametrize("paths", [["a/X.ts", "a/x.ts"], ["a", "a/b.ts"], ["A/b", "a/b/c.ts"]])
def test_paths_that_some_file_system_cannot_hold_side_by_side_are_refused(paths):
    assert len(list(path_faults(paths))) == 1


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(max_size=30))
def test_no_path_that_passes_leads_out(tmp_path_factory, path):
    root = tmp_path_factory.getbasetemp() / "root"
    if not list(path_faults([path])):
        assert os.path.normpath(root / path).startswith(f"{root}/")


def test_it_is_gone_afterwards(tmp_path):
    with workspace(tmp_path, {"project/größe/a.ts": "ä\n"}) as work:
        assert (work / "project/größe/a.ts").read_bytes() == "ä\n".encode()
    assert [] == list(tmp_path.iterdir())


def test_it_is_gone_after_a_failure(tmp_path):
    with pytest.raises(ZeroDivisionError), workspace(tmp_path, {"a": ""}):
        raise ZeroDivisionError
    assert [] == list(tmp_path.iterdir())


def test_no_place_to_work_in_is_told(tmp_path):
    with pytest.raises(CompilerUnavailable, match="no folder to compile in"), workspace(tmp_path / "missing", {}):
        pass


def test_what_was_left_behind_is_cleared_when_it_is_old(tmp_path):
    old, new, other = (tmp_path / name for name in ("pcf-compile-old", "pcf-compile-new", "other"))
    for folder in (old, new, other):
        folder.mkdir()
        (folder / "x").touch()
    for folder in (old, other):
        os.utime(folder, (time.time() - 7200,) * 2)
    clear_leftovers(tmp_path)
    assert {new, other} == set(tmp_path.iterdir())
