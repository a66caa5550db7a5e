import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pcf_brain import sync_command
from pcf_brain.adapters.volume import Volume
from pcf_brain.settings import BrainSettings

Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """`pcf-brain sync --to VOLUME`, with these arguments and settings."""

    def run(*arguments: object, **settings: str) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        sync_command.arguments(parser)
        asked = parser.parse_args(["--to", str(tmp_path / "volume"), *(str(each) for each in arguments)])
        code = sync_command.run(BrainSettings(**settings), asked)
        return code, capsys.readouterr().err

    return run


@pytest.fixture
def verifier(press: Any) -> str:
    text: str = press.signer.verifier.text
    return text


def test_it_says_what_it_did(call: Call, press: Any, brain: Path, verifier: str):
    digest = press.release(brain)
    press.point(digest)
    told = [call("--from", press.root, "--key", verifier) for _ in range(2)]
    files = len((press.root / f"releases/{digest}/manifest").read_text().splitlines())
    assert told[0][1].startswith(f"{digest} is current on the volume now: {files} files, ")
    assert told[1] == (0, f"{digest} is on the volume already, whole.\n")


def test_the_settings_of_the_brain_do_as_well(call: Call, press: Any, second: Any, brain: Path, verifier: str):
    second.point(second.release(brain))
    regions = {"bucket_url": str(press.root), "fallback_bucket_url": str(second.root)}
    assert call(**regions, release_key=verifier)[0] == 0


def test_a_bad_release_is_refused(call: Call, press: Any, brain: Path, verifier: str):
    press.point(press.release(brain, note=None))
    code, err = call("--from", press.root, "--key", verifier)
    assert (code, "nobody signed it" in err) == (1, True)
    assert call("--from", press.root, "--unsigned")[0] == 0


def test_a_key_must_be_named(call: Call, press: Any):
    code, err = call("--from", press.root)
    assert (code, err.startswith("Say whose signature to ask for")) == (2, True)


def test_without_an_answer_a_whole_volume_may_stay(call: Call, press: Any, brain: Path, verifier: str):
    digest = press.release(brain)
    press.point(digest)
    arguments = ("--from", press.root, "--key", verifier)
    call(*arguments)
    press.root.rename(press.root.with_name("gone"))
    assert call(*arguments) == (3, f"{press.root} is no folder that can be read.\n")
    code, err = call(*arguments, "--stay")
    assert (code, err.endswith(f"The volume holds {digest}, whole: it stays.\n")) == (0, True)


def test_without_an_answer_and_without_a_volume_nothing_stays(call: Call, press: Any, verifier: str):
    assert call("--from", press.root, "--key", verifier, "--stay")[0] == 3


def test_a_volume_that_another_sync_writes_may_be_tried_again(
    call: Call, press: Any, brain: Path, verifier: str, tmp_path: Path
):
    press.point(press.release(brain))
    with Volume(tmp_path / "volume").locked():
        code, err = call("--from", press.root, "--key", verifier)
    assert (code, "is being written by another" in err) == (3, True)


@pytest.mark.parametrize("arguments", [["--keep", "0"], ["--watch", "0"], ["--watch", "nan"], ["--keep", "many"]])
def test_numbers_that_make_no_sense_are_refused(call: Call, arguments: list[str]):
    with pytest.raises(SystemExit, match="2"):
        call(*arguments)
