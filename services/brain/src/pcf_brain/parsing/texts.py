"""Bytes to documents: every file of a release is text, and every data file parses."""

from collections.abc import Mapping

from pcf_brain.domain.document import Document
from pcf_brain.domain.problem import BrokenReleaseError, Problem
from pcf_brain.parsing.json_text import read_json
from pcf_brain.parsing.yaml_text import read_yaml

_READERS = {".yaml": read_yaml, ".schema.json": read_json}


def read_documents(contents: Mapping[str, bytes]) -> tuple[dict[str, Document], list[Problem]]:
    """Parse all that can be parsed, and say what is wrong with the rest."""
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for path, content in contents.items():
        try:
            text = _text(path, content)
            reader = next((read for ending, read in _READERS.items() if path.endswith(ending)), None)
            if reader:
                documents[path] = reader(path, text)
        except BrokenReleaseError as error:
            problems.extend(error.problems)
    return documents, problems


def _text(path: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BrokenReleaseError([Problem(path, line, "not UTF-8 text")]) from error
    if "\0" in text:
        raise BrokenReleaseError([Problem(path, 0, "not text: holds a NUL character")])
    return text
