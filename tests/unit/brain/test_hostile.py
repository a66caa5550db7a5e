"""Whatever is done to the files: they make a release, or they are refused with problems, and nothing else."""

import asyncio
import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pcf_brain.adapters.memory_snapshot import MemorySnapshot
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.loader import load

_WORDS = st.sampled_from(["null", "[]", "{}", "true", "-1", "''", "[[]]", "{a: 1}", "*x", "&x", "!!str", "1e400"])


@pytest.fixture(scope="module")
def contents() -> dict[str, bytes]:
    """The small brain in memory."""
    repository = Path(__file__).parents[3]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "brain"
        shutil.copytree(Path(__file__).parent / "small", folder)
        for schema in ("capability", "strings", "examples", "rule"):
            shutil.copy(repository / f"ai-brain/schemas/{schema}.schema.json", folder / "schemas")
        files = [path for path in folder.rglob("*") if path.is_file()]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _judge(contents: dict[str, bytes]) -> None:
    snapshot = MemorySnapshot(dict(sorted(contents.items())))
    with suppress(BrokenReleaseError):
        asyncio.run(load(snapshot, now=lambda: datetime(2026, 1, 1, tzinfo=UTC)))


_patient = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_patient
@given(data=st.data())
def test_any_bytes_in_any_file(contents: dict[str, bytes], data: st.DataObject):
    path = data.draw(st.sampled_from(sorted(contents)))
    _judge({**contents, path: data.draw(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))})


@_patient
@given(data=st.data())
def test_any_value_changed_in_any_data_file(contents: dict[str, bytes], data: st.DataObject):
    """A word of a file becomes another: mostly it still parses, so that the checks behind are reached."""
    path = data.draw(st.sampled_from([path for path in sorted(contents) if path.endswith(".yaml")]))
    words = contents[path].decode().split(" ")
    index = data.draw(st.integers(0, len(words) - 1))
    words[index] = data.draw(_WORDS)
    _judge({**contents, path: " ".join(words).encode()})


@_patient
@given(data=st.data())
def test_any_line_missing_from_any_data_file(contents: dict[str, bytes], data: st.DataObject):
    path = data.draw(st.sampled_from([path for path in sorted(contents) if path.endswith((".yaml", ".json"))]))
    lines = contents[path].splitlines(keepends=True)
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    _judge({**contents, path: b"".join(lines)})


@_patient
@given(data=st.data())
def test_any_file_missing_or_renamed(contents: dict[str, bytes], data: st.DataObject):
    path = data.draw(st.sampled_from(sorted(contents)))
    rest = {each: content for each, content in contents.items() if each != path}
    _judge(rest)
    _judge({**rest, data.draw(st.text("abcAB./-_{}*[]é \n", min_size=1, max_size=12)): contents[path]})
