"""Files a manifest names: inside the control's folder, there, and named once."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from pcf_generator.manifest.fault import ManifestFault
from pcf_generator.manifest.reading import Element

_SEGMENT = re.compile(r"(?!\.{1,2}(/|$))[^/\\:*?\"<>|\x00-\x1f\x7f]+")
_ENDINGS = {
    "css": re.compile(r"(?s).+\.css", re.IGNORECASE),
    "html": re.compile(r"(?s).+\.html?", re.IGNORECASE),
    "img": re.compile(r"(?s).+\.(png|jpe?g|gif|svg|webp|bmp|ico)", re.IGNORECASE),
    "resx": re.compile(r"(?s).+\.[0-9]{4}\.resx", re.IGNORECASE),
}
_FILES = ("preview-image", "design-mapping-file")


def resource_faults(control: Element, files: Mapping[str, str]) -> Iterator[ManifestFault]:
    """Paths that lead out of the folder or nowhere; `files` has the folder's files by path."""
    named = list(paths(control))
    for kind, path in named:
        if not is_inside(path):
            yield ManifestFault("path", f"{path!r} is not a plain path inside the control's folder")
        elif path not in files:
            yield ManifestFault("missing", f"{path} is not there")
        if kind in _ENDINGS and not _ENDINGS[kind].fullmatch(path):
            yield ManifestFault("ending", f"{path!r} does not end as the name of a {kind} file does")
    for path, count in Counter(path.lower() for _, path in named).items():
        if count > 1:
            yield ManifestFault("path-twice", f"{path} is named {count} times")
    for element in control.walk():
        if (folder := element.attributes.get("outputDirectory")) and not is_inside(folder.removesuffix("/")):
            yield ManifestFault("path", f"{folder!r} is not a plain path inside the control's folder")


def paths(control: Element) -> Iterator[tuple[str, str]]:
    """The kind and path of every file the manifest names."""
    for name in _FILES:
        if path := control.attributes.get(name):
            yield name, path
    for resources in control.all("resources"):
        for element in resources.children:
            if path := element.attributes.get("path"):
                yield element.name, path


def is_inside(path: str) -> bool:
    """Whether a path is relative, with forward slashes, and nowhere leads up."""
    return all(_SEGMENT.fullmatch(segment) for segment in path.split("/"))
