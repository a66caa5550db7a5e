from pathlib import Path

import pytest
from pcf_brain.check_command import check


def test_a_good_folder_is_told_with_its_name_and_budgets(brain: Path, capsys: pytest.CaptureFixture[str]):
    assert check(brain) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("releases/")
    assert lines[0].endswith(", version 1.2.3: 33 files, 2 kinds")
    assert [line.split()[0] for line in lines[3:]] == [
        "INTERPRET_INTENT",
        "MATCH_CAPABILITY",
        "GENERATE_SPEC",
        "VALIDATE_RULES",
        "VALIDATE_FINAL",
        "RENDER_PROJECT",
        "RENDER_CONTROL",
        "RENDER_STRINGS",
        "VALIDATE_CODE",
        "ASK_INTENT",
        "ASK_SPEC",
    ]


def test_the_largest_case_of_a_task_is_shown(brain: Path, capsys: pytest.CaptureFixture[str]):
    (brain / "capabilities/lamp/index.ts.j2").write_text("x" * 16_400)
    check(brain)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("RENDER_CONTROL")]
    expected = "RENDER_CONTROL lamp 2 16,454 4,114 82% above the warning line"
    assert line.split() == expected.split()


def test_every_problem_of_a_broken_folder_is_told(brain: Path, capsys: pytest.CaptureFixture[str]):
    (brain / "release.yaml").unlink()
    (brain / "intent/mapping.yaml").write_text("a: 1\na: 2")
    assert check(brain) == 1
    assert capsys.readouterr().err.splitlines() == [
        "intent/mapping.yaml:2: the key `a` stands here twice",
        "release.yaml: is missing",
        f"2 problems in {brain}",
    ]


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert check(tmp_path / "nothing") == 1
    assert "cannot be read: No such file or directory" in capsys.readouterr().err
