"""What a release's page says, and what cannot be released."""

from pathlib import Path

import pytest

from deploy.pipeline.release_notes import Wrong, notes, released, versions

ROOT = Path(__file__).parents[3]
CHANGELOG = """\
# Changelog

## 1.1.0 (unreleased)

- Not yet.

## 1.0.0 (2026-05-01)

- One thing,
  told on two lines.
- Another:
  1. first
  2. second

And a paragraph
of two lines.

## 0.9.0 (2026-04-01)

## 0.8.0 (2026-03-01)

- Old.
"""


def test_a_section_ends_where_the_next_begins_and_paragraphs_are_one_line():
    expected = """\
- One thing, told on two lines.
- Another:
  1. first
  2. second

And a paragraph of two lines.
"""
    assert expected == notes(CHANGELOG, "1.0.0")


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("1.1.0", "unreleased: give it its date"),
        ("2.0.0", "no section 2.0.0"),
        ("0.9.0", "says nothing of 0.9.0"),
        ("1.0", "no version like 1.2.3"),
        ("latest", "no version like 1.2.3"),
    ],
)
def test_a_version_that_cannot_be_released(version: str, told: str):
    with pytest.raises(Wrong, match=told):
        notes(CHANGELOG, version)


def test_what_is_not_released_can_be_looked_at():
    assert "- Not yet.\n" == notes(CHANGELOG, "1.1.0", unreleased=True)


def test_the_last_section_ends_with_the_file():
    assert "- Old.\n" == notes(CHANGELOG, "0.8.0")


def test_every_package_of_this_repository_has_the_version_that_is_next():
    (version,) = set(versions(ROOT).values())

    assert released(ROOT, version, unreleased=True)


def test_a_package_of_another_version_is_no_release(tmp_path: Path):
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    for name, version in (("cli", "1.0.0"), ("services/brain", "0.9.9")):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "pyproject.toml").write_text(
            f'[project]\nname = "{Path(name).name}"\nversion = "{version}"\n'
        )

    with pytest.raises(Wrong, match=r"but: brain is 0\.9\.9"):
        released(tmp_path, "1.0.0")


def test_a_chart_of_another_version_is_no_release(tmp_path: Path):
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli/pyproject.toml").write_text('[project]\nname = "cli"\nversion = "1.0.0"\n')
    (tmp_path / "deploy/helm/it").mkdir(parents=True)
    (tmp_path / "deploy/helm/it/Chart.yaml").write_text("name: it\nversion: 1.0.0\nappVersion: 0.1.0\n")

    with pytest.raises(Wrong, match=r"but: chart it is 0\.1\.0"):
        released(tmp_path, "1.0.0")
