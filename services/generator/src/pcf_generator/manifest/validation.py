"""Judges a whole manifest, with the files beside it."""

from collections.abc import Iterator, Mapping

from pcf_generator.manifest.conformance import known, shape_faults
from pcf_generator.manifest.fault import ManifestFault
from pcf_generator.manifest.reading import Document, Element, read_document
from pcf_generator.manifest.references import reference_faults
from pcf_generator.manifest.strict.features import feature_faults
from pcf_generator.manifest.strict.names import name_faults
from pcf_generator.manifest.strict.resources import resource_faults
from pcf_generator.manifest.strict.services import service_faults
from pcf_generator.manifest.strict.texts import encoding_faults, text_faults
from pcf_generator.manifest.strict.types import type_faults

NAME = "ControlManifest.Input.xml"


def manifest_faults(text: str, files: Mapping[str, str]) -> tuple[ManifestFault, ...]:
    """Everything that is wrong; ManifestUnreadable.

    `files` has the files of the control's folder by path. What depends on the shape of the elements is judged when
    that shape is right.
    """
    document = read_document(text)
    shape = tuple(shape_faults(document.root))
    if any(not fault.stricter for fault in shape):
        return shape
    control = known(next(document.root.all("control")))
    references = tuple(reference_faults(control))
    return (*shape, *references, *(() if references else _strict_faults(document, control, files)))


def _strict_faults(document: Document, control: Element, files: Mapping[str, str]) -> Iterator[ManifestFault]:
    yield from encoding_faults(NAME, document.encoding)
    yield from name_faults(control)
    yield from type_faults(control)
    yield from service_faults(control)
    yield from resource_faults(control, files)
    yield from text_faults(control, files)
    yield from feature_faults(control, files)
