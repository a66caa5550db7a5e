"""Texts: every key of the manifest in every RESX file it lists."""

from collections.abc import Iterator, Mapping

from pcf_generator.manifest.fault import ManifestFault
from pcf_generator.manifest.reading import Element, ManifestUnreadable, read_document

_KEYS = ("display-name-key", "description-key")


def text_faults(control: Element, files: Mapping[str, str]) -> Iterator[ManifestFault]:
    """Keys without a text in some language, and RESX files that cannot be read."""
    wanted = {element.attributes[key] for element in control.walk() for key in _KEYS if key in element.attributes}
    for resources in control.all("resources"):
        for path in (resx.attributes["path"] for resx in resources.all("resx")):
            if path in files:
                yield from _resx_faults(path, files[path], wanted)


def _resx_faults(path: str, text: str, wanted: set[str]) -> Iterator[ManifestFault]:
    try:
        document = read_document(text)
    except ManifestUnreadable as error:
        yield ManifestFault("resx", f"{path} is not well-formed: {error}")
        return
    yield from encoding_faults(path, document.encoding)
    if document.root.name != "root":
        yield ManifestFault("resx", f"{path} is no RESX: it begins with <{document.root.name}>")
        return
    entries = [(data.attributes.get("name", ""), _value(data)) for data in document.root.all("data")]
    held = dict(entries)
    if missing := sorted(wanted - held.keys()):
        yield ManifestFault("resx-key", f"{path} lacks {', '.join(missing)}")
    if len(held) != len(entries):
        yield ManifestFault("resx-twice", f"{path} has a text twice")
    if empty := sorted(key for key, value in held.items() if not value.strip()):
        yield ManifestFault("resx-empty", f"{path} has empty texts: {', '.join(empty)}")


def encoding_faults(path: str, encoding: str | None) -> Iterator[ManifestFault]:
    """A first line that claims anything but UTF-8, which every file is in."""
    if encoding is not None and encoding.lower() != "utf-8":
        yield ManifestFault("encoding", f"{path} is in UTF-8, but says {encoding}")


def _value(data: Element) -> str:
    value = data.first("value")
    return value.text if value else ""
