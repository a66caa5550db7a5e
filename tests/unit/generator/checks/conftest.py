"""A generated control, and ways to break it."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from pcf_generator.domain.source import SourceFile, SourceTree

Change = Callable[[str], str]


def source_of(built) -> SourceTree:
    """The files a build packed."""
    sha256 = next(artifact.sha256 for artifact in built.result.artifacts if artifact.kind == "source")
    with zipfile.ZipFile(io.BytesIO(built.contents[sha256])) as archive:
        return SourceTree(tuple(SourceFile(name, archive.read(name).decode()) for name in archive.namelist()))


@dataclass(frozen=True)
class Control:
    """The generated StarRating; `with_…` give a tree with something else in it."""

    tree: SourceTree

    def with_file(self, path: str, change: Change) -> SourceTree:
        """The tree with one file changed; a change that changes nothing is no test."""
        before = self.tree.file(path).text
        after = change(before)
        assert before != after, f"nothing to change in {path}"
        return SourceTree(tuple(SourceFile(f.path, after) if f.path == path else f for f in self.tree.files))

    def with_code(self, change: Change) -> SourceTree:
        return self.with_file("StarRating/index.ts", change)

    def with_statement(self, statement: str) -> SourceTree:
        """A function of the control holds the statement."""
        return self.with_code(lambda code: f"{code}\nfunction added(): void {{\n    {statement}\n}}\n")

    def with_styles(self, change: Change) -> SourceTree:
        return self.with_file("StarRating/css/StarRating.css", change)

    def with_style(self, rule: str) -> SourceTree:
        return self.with_styles(lambda styles: f"{styles}\n{rule}\n")

    def with_manifest(self, change: Change) -> SourceTree:
        return self.with_file("StarRating/ControlManifest.Input.xml", change)

    def without(self, path: str) -> SourceTree:
        assert path in {file.path for file in self.tree.files}
        return SourceTree(tuple(file for file in self.tree.files if file.path != path))

    def and_file(self, path: str, text: str) -> SourceTree:
        return SourceTree((*self.tree.files, SourceFile(path, text)))


@pytest.fixture(scope="session")
def control(build) -> Control:
    """A plain, editable rating."""
    return Control(source_of(build("a star rating")))


@pytest.fixture(scope="session")
def generated(build) -> Callable[[str], Mapping[str, object]]:
    """The tree that comes of a prompt."""
    return lambda prompt: source_of(build(prompt))
