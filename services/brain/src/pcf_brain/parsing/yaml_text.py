"""YAML to a Document: one document, plain data, no duplicate keys, no tags, aliases only within reason.

Built from the parser's events rather than by PyYAML's constructors, because those recurse (a deep file would
end the process), let a later key win silently, forget line numbers, and let aliases of aliases make a small
file unfold into gigabytes. Here the unfolded size is counted.
"""

from typing import Any, NoReturn

import yaml

from pcf_brain.domain.document import Document, Pointer
from pcf_brain.domain.problem import BrokenReleaseError, Problem
from pcf_brain.parsing.scalars import Scalar, ScalarError, ScalarReader

_DEEPEST = 30
_MOST_VALUES = 20_000


def read_yaml(path: str, text: str) -> Document:
    """Parse a file, or raise BrokenReleaseError with what is wrong with it."""
    builder = _Builder(path)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BrokenReleaseError([Problem(path, line, f"not YAML: {error.problem}")]) from error
    except yaml.reader.ReaderError as error:
        raise BrokenReleaseError([Problem(path, 0, "not YAML: a control character stands in it")]) from error
    return builder.document()


class _Open:
    """A mapping or list that is still being filled."""

    def __init__(self, value: dict[str, Any] | list[Any], pointer: Pointer, anchor: str | None) -> None:
        self.value = value
        self.pointer = pointer
        self.anchor = anchor
        self.key: str | None = None
        self.key_line = 0
        self.size = 1
        """Values in it when all aliases are unfolded, itself included."""

    @property
    def awaits_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None

    def add(self, value: Any) -> Pointer:
        if isinstance(self.value, list):
            self.value.append(value)
            return (*self.pointer, len(self.value) - 1)
        key, self.key = self.key or "", None
        self.value[key] = value
        return (*self.pointer, key)


class _Builder:
    """Grows the value event by event, on a stack of its own."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._scalars = ScalarReader()
        self._lines: dict[Pointer, int] = {}
        self._problems: list[Problem] = []
        # The file itself is the outermost list: one document is one item.
        self._stack = [_Open([], (), None)]
        self._anchors: dict[str, tuple[Any, int]] = {}

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        match event:
            case yaml.AliasEvent():
                self._alias(str(event.anchor), line)
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.CollectionStartEvent():
                self._open(event, line)
            case yaml.CollectionEndEvent():
                self._close(line)

    def document(self) -> Document:
        values = self._stack[0].value
        if len(values) != 1:
            self._problems.append(Problem(self._path, 0, "is empty" if not values else "holds several documents"))
        if self._problems:
            raise BrokenReleaseError(self._problems)
        # Every way begins with the 0 of the only document.
        lines = {way[1:]: line for way, line in self._lines.items()}
        return Document(self._path, values[0], lines)  # type: ignore[index]

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        self._check_tag(event, line)
        value = self._read(event, line)
        parent = self._stack[-1]
        if parent.awaits_key:
            self._key(parent, value, event.value, line)
        else:
            self._place(value, 1, line)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)

    def _open(self, event: yaml.CollectionStartEvent, line: int) -> None:
        self._check_tag(event, line)
        if len(self._stack) > _DEEPEST:
            self._refuse(line, f"nested deeper than {_DEEPEST} levels")
        value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._stack.append(_Open(value, self._place(value, 0, line), event.anchor))

    def _close(self, line: int) -> None:
        closed = self._stack.pop()
        self._grow(closed.size, line)
        if closed.anchor:
            self._anchors[closed.anchor] = (closed.value, closed.size)

    def _alias(self, anchor: str, line: int) -> None:
        if anchor not in self._anchors:
            self._refuse(line, f"`*{anchor}` stands within what it names, or before it")
        value, size = self._anchors[anchor]
        self._place(value, size, line)

    def _key(self, parent: _Open, value: Scalar, written: str, line: int) -> None:
        if not isinstance(value, str):
            self._problems.append(Problem(self._path, line, f"the key `{written}` is not text: quote it"))
        elif value in parent.value:
            self._problems.append(Problem(self._path, line, f"the key `{value}` stands here twice"))
        parent.key, parent.key_line = str(value), line

    def _read(self, event: yaml.ScalarEvent, line: int) -> Scalar:
        if not event.implicit[0]:
            return str(event.value)
        try:
            return self._scalars.read(event.value)
        except ScalarError as error:
            self._problems.append(Problem(self._path, line, str(error)))
            return str(event.value)

    def _place(self, value: Any, size: int, line: int) -> Pointer:
        """Put a value where it belongs, and tell the way to it."""
        parent = self._stack[-1]
        if parent.awaits_key:
            self._refuse(line, "a key must be text")
        pointer = parent.add(value)
        self._lines[pointer] = parent.key_line or line
        self._grow(size, line)
        return pointer

    def _grow(self, size: int, line: int) -> None:
        self._stack[-1].size += size
        if self._stack[-1].size > _MOST_VALUES:
            self._refuse(line, f"unfolds into more than {_MOST_VALUES:,} values")

    def _check_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        if event.tag:
            self._refuse(line, "tags are not allowed: write plain data")

    def _refuse(self, line: int, message: str) -> NoReturn:
        """Give up on the file: to read on would be dangerous or pointless."""
        raise BrokenReleaseError([*self._problems, Problem(self._path, line, message)])
