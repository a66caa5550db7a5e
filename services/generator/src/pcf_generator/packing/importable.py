"""From a checked project and its bundle to a solution's ZIP, checked before it leaves."""

import hashlib
import zipfile
from collections.abc import Iterator
from io import BytesIO

from pcf_generator.domain.judgement import FileEntry
from pcf_generator.domain.source import SourceTree
from pcf_generator.domain.spec import ComponentSpec
from pcf_generator.manifest.processed import processed_manifest
from pcf_generator.packing.solution.control import MANIFEST, PackedControl
from pcf_generator.packing.solution.package import pack_solution
from pcf_generator.packing.solution.verification import packed_faults
from pcf_generator.ports.packing import PackedSolution, SolutionFault
from pcf_generator.writers.fragment import WriterError

BUNDLE = "bundle.js"


def pack_importable(spec: ComponentSpec, tree: SourceTree, bundle: str, *, managed: bool) -> PackedSolution:
    """Pack the control as Microsoft's build would lay it out; SolutionFault when an environment would refuse it."""
    control = PackedControl(spec.namespace, spec.component_name, dict(_files(spec, tree, bundle)))
    try:
        content = pack_solution(spec.solution, control, managed=managed)
    except WriterError as error:
        raise SolutionFault(str(error)) from error
    if faults := packed_faults(content, spec.solution, managed=managed):
        raise SolutionFault("; ".join(faults))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return PackedSolution(content, tuple(_entry(name, archive.read(name)) for name in sorted(archive.namelist())))


def _entry(name: str, content: bytes) -> FileEntry:
    return FileEntry(name, hashlib.sha256(content).hexdigest(), len(content))


def _files(spec: ComponentSpec, tree: SourceTree, bundle: str) -> Iterator[tuple[str, bytes]]:
    folder = spec.component_name
    manifest = tree.file(f"{folder}/ControlManifest.Input.xml").text
    yield MANIFEST, processed_manifest(manifest, api_version=spec.pcf_version).encode()
    yield BUNDLE, bundle.encode()
    for path in (*spec.resources.css, *spec.resources.resx):
        yield path, tree.file(f"{folder}/{path}").content
