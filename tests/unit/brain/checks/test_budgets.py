from collections.abc import Callable
from pathlib import Path

Problems = Callable[[], list[str]]


def test_a_kind_that_is_too_long_is_blamed_with_its_task(brain: Path, problems: Problems):
    (brain / "capabilities/lamp/index.ts.j2").write_text("x" * 20_001)
    (problem,) = problems()
    assert problem.startswith(
        "capabilities/lamp/index.ts.j2: task RENDER_CONTROL lamp: "
        "5,015 estimated tokens are more than the 5,000 a task may hold; "
        "biggest: capabilities/lamp/index.ts.j2 (5,001)"
    )


def test_every_task_and_language_over_budget_is_told(brain: Path, problems: Problems):
    (brain / "intent/mapping.yaml").write_text(f"intent: []\nnote: {'x' * 20_000}")
    expected = ["INTERPRET_INTENT de", "INTERPRET_INTENT en"]
    assert expected == [each.split(": ")[1].removeprefix("task ") for each in problems()]


def test_eleven_templates_are_one_too_many(brain: Path, problems: Problems):
    for index in range(9):
        (brain / f"templates/{index}.j2").write_text("x")
    (problem,) = problems()
    assert "task RENDER_PROJECT: 11 files are more than the 10" in problem


def test_bytes_are_counted_apart_from_characters(brain: Path, problems: Problems):
    """Text of many bytes a character fits the tokens and still not the bytes."""
    (brain / "templates/big.j2").write_text("字" * 17_000)
    (problem,) = problems()
    assert "task RENDER_PROJECT: 51,057 bytes are more than the 50,000" in problem


def test_exactly_the_budget_is_served(brain: Path, problems: Problems):
    styles = (brain / "capabilities/lamp/styles.css.j2").read_text()
    room = 5_000 * 4 - -(-len(styles) // 4) * 4
    (brain / "capabilities/lamp/index.ts.j2").write_text("x" * room)
    assert problems() == []


def test_a_broken_release_is_still_held_against_its_budget(brain: Path, problems: Problems):
    """One round of corrections, not two."""
    (brain / "capabilities/lamp/index.ts.j2").write_text("x" * 30_000)
    (brain / "release.yaml").unlink()
    assert len(problems()) == 2
