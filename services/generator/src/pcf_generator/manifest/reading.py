"""Reads a manifest's XML, and RESX: no document type, no entities, limits on everything that can grow."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 32
MAX_ELEMENTS = 20_000

_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
# What ECMAScript takes for white space; Python's own idea differs by a few characters.
_BLANK = re.compile("[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]*")


class ManifestUnreadable(Exception):  # noqa: N818 - reads as what it is
    """The text is not XML that anyone should read; nothing more can be said of it."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element; `text` is all of its own character data in one piece, white space included.

    Attribute values are as written, line breaks too, where XML would have them become spaces.
    """

    name: str
    attributes: Mapping[str, str]
    children: tuple["Element", ...]
    text: str
    has_text: bool
    """Whether there is more than white space, or white space in a CDATA section."""

    def all(self, name: str) -> Iterator["Element"]:
        """The children of that name, in order."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> "Element | None":
        """The first child of that name."""
        return next(self.all(name), None)

    def walk(self) -> Iterator["Element"]:
        """The element and everything in it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file; `encoding` is what its first line claims."""

    root: Element
    encoding: str | None


def read_manifest(text: str) -> Element:
    """The root element; ManifestUnreadable."""
    return read_document(text).root


def read_document(text: str) -> Document:
    """The file's XML; ManifestUnreadable."""
    if len(text) > MAX_CHARACTERS:
        raise ManifestUnreadable(f"more than {MAX_CHARACTERS:,} characters")
    try:
        return _Reader(text.encode()).read()
    except UnicodeEncodeError:
        raise ManifestUnreadable("half a surrogate pair is no character") from None
    except expat.ExpatError as error:
        raise ManifestUnreadable(str(error)) from None


@dataclass(slots=True)
class _Open:
    """An element whose end has not been seen."""

    name: str
    attributes: Mapping[str, str]
    children: list[Element] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    has_cdata: bool = False

    def closed(self) -> Element:
        text = "".join(self.text)
        has_text = self.has_cdata or not _BLANK.fullmatch(text)
        return Element(self.name, self.attributes, tuple(self.children), text, has_text)


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._encoding: str | None = None
        self._stack = [_Open("", {})]
        self._elements = 0
        self._in_cdata = False
        # The bytes are UTF-8 whatever the first line says.
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declare
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._add_text
        parser.StartCdataSectionHandler = self._enter_cdata
        parser.EndCdataSectionHandler = self._leave_cdata

    def read(self) -> Document:
        self._parser.Parse(self._content, True)
        return Document(self._stack[0].children[0], self._encoding)

    def _declare(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self._encoding = encoding

    def _refuse_doctype(self, *_: object) -> None:
        raise ManifestUnreadable("a document type is not allowed")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise ManifestUnreadable(f"more than {MAX_ELEMENTS:,} elements")
        if len(self._stack) > MAX_DEPTH:
            raise ManifestUnreadable(f"more than {MAX_DEPTH} elements inside one another")
        self._stack.append(_Open(name, dict(self._as_written(name)) if attributes else {}))

    def _as_written(self, name: str) -> Iterator[tuple[str, str]]:
        at = self._parser.CurrentByteIndex + 1 + len(name.encode())
        while found := _ATTRIBUTE.match(self._content, at):
            at = found.end()
            value = found[2] if found[2] is not None else found[3]
            yield found[1].decode(), _REFERENCE.sub(_character, value.decode())

    def _end(self, _: str) -> None:
        closed = self._stack.pop().closed()
        self._stack[-1].children.append(closed)

    def _add_text(self, text: str) -> None:
        element = self._stack[-1]
        element.text.append(text)
        element.has_cdata |= self._in_cdata

    def _enter_cdata(self) -> None:
        self._in_cdata = True

    def _leave_cdata(self) -> None:
        self._in_cdata = False


def _character(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name:
        return _NAMED[name]
    return chr(int(hexadecimal, 16) if hexadecimal else int(decimal))
