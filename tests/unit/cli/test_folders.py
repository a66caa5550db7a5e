"""The brain is found, and a data folder has one owner."""

from pathlib import Path

import pytest
from pcf_cli.brain_folder import find_brain
from pcf_cli.data_folder import held
from pcf_cli.exits import Refused, WrongUsage


def brain(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "release.yaml").touch()
    return folder


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_named_folder_wins(tmp_path: Path):
    named = brain(tmp_path / "named")

    assert named == find_brain(named, {"PCF_BRAIN_FOLDER": str(brain(tmp_path / "other"))})


def test_then_the_variable(tmp_path: Path):
    brain(tmp_path / "ai-brain")

    assert tmp_path / "other" == find_brain(None, {"PCF_BRAIN_FOLDER": str(brain(tmp_path / "other"))})


def test_then_the_folder_beside_us(tmp_path: Path):
    assert brain(tmp_path / "ai-brain") == find_brain(None, {})


@pytest.mark.parametrize("given", [None, Path("missing")])
def test_without_one_the_sentence_says_how_to_name_it(given: Path | None):
    with pytest.raises(WrongUsage, match=r"There is no brain in .* --brain or PCF_BRAIN_FOLDER"):
        find_brain(given, {})


def test_a_data_folder_is_made_and_held(tmp_path: Path):
    with held(tmp_path / "var") as folder:
        assert folder.is_dir()


def test_a_second_server_in_the_same_folder_is_refused(tmp_path: Path):
    with held(tmp_path), pytest.raises(Refused, match="Another PCF Builder works in"), held(tmp_path):
        pytest.fail("both hold it")


def test_a_folder_is_free_again_after_its_server(tmp_path: Path):
    with held(tmp_path):
        pass
    with held(tmp_path) as folder:
        assert tmp_path == folder


def test_a_data_folder_that_cannot_be_is_told(tmp_path: Path):
    (tmp_path / "file").touch()

    with pytest.raises(Refused, match=r"The data folder .*file cannot be used: File exists"), held(tmp_path / "file"):
        pytest.fail("a file is no folder")
