"""On a terminal the seven stages change in place."""

import io
import re
from typing import Any

import pytest
from pcf_cli.live_progress import Live
from pcf_cli.resources import STAGES
from rich.console import Console


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)


def last_frame(console: Console) -> list[str]:
    file = console.file
    assert isinstance(file, io.StringIO)
    shown = re.sub(r"\x1b\[[0-9?]*[A-Za-z]", "", file.getvalue())
    return [line for line in shown.splitlines() if line][-len(STAGES) :]


def test_a_stage_that_is_done_shows_how_long_it_took_and_what_came_of_it(console: Console, gateway: Any):
    progress = Live(console)

    with progress.running():
        progress.happened(gateway.event(1, "created"))
        progress.happened(gateway.event(2, "stage-started"))
        progress.happened(gateway.event(3, "stage-succeeded", message="Read [bold]it[/bold]\x1b[31m."))

    text = "\n".join(last_frame(console))
    assert "✓ Read the prompt" in text
    assert "12 ms Read [bold]it[/bold]�[31m." in text, "neither markup nor escapes of others are obeyed"
    assert text.count("·") == len(STAGES) - 1


def test_a_stage_that_failed_is_marked(console: Console, gateway: Any):
    progress = Live(console)

    with progress.running():
        progress.happened(gateway.event(2, "stage-started", stage="capability-matching"))
        progress.happened(gateway.event(3, "failed", stage="capability-matching"))

    assert "✗ Find the kind of control" in "\n".join(last_frame(console))


@pytest.mark.parametrize("kind", ["needs-input", "cancelled", "handed-back"])
def test_a_stage_that_was_interrupted_waits_again(console: Console, gateway: Any, kind: str):
    progress = Live(console)

    with progress.running():
        progress.happened(gateway.event(2, "stage-started"))
        progress.happened(gateway.event(3, kind))

    assert "· Read the prompt" in "\n".join(last_frame(console))


def test_a_stage_of_a_newer_server_is_shown_too(console: Console, gateway: Any):
    progress = Live(console)

    with progress.running():
        progress.happened(gateway.event(2, "stage-succeeded", stage="compilation"))

    assert "✓ compilation" in "\n".join(last_frame(console))


def test_nothing_is_left_standing_when_a_question_comes_before_the_first_stage_is_done(console: Console, gateway: Any):
    progress = Live(console)

    with progress.running():
        progress.happened(gateway.event(1, "created"))

    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().endswith("\x1b[1A\x1b[2K"), "its lines are taken back"


def test_it_can_go_on_after_a_question(console: Console, gateway: Any):
    progress = Live(console)

    with progress.running():
        progress.happened(gateway.event(3, "needs-input"))
    progress.say("Which kind?")
    with progress.running():
        progress.happened(gateway.event(4, "stage-succeeded"))

    assert "✓ Read the prompt" in "\n".join(last_frame(console))
