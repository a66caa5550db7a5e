"""The bill of materials of a control, as CycloneDX 1.6: what was made, from what, with what.

Nothing in it depends on the time or the machine; https://cyclonedx.org/docs/1.6/json/
"""

import uuid
from collections.abc import Sequence

from pcf_generator.domain.digest import digest
from pcf_generator.domain.judgement import Approved, CompilerVersions, FileEntry, Package
from pcf_generator.version import VERSION

_SERIALS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:pcf-builder:sbom")
_NPM = {"typescript": "typescript", "esbuild": "esbuild", "typings": "@types/powerapps-component-framework"}


def bill_of_materials(approved: Approved, package: Package) -> dict[str, object]:
    """The document. The control brings no library of others: what it needs at run time is the platform's."""
    spec = approved.spec
    name = f"{spec.namespace}.{spec.component_name}"
    serial = uuid.uuid5(_SERIALS, digest(approved, package.artifacts))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "tools": {"components": _tools(package.compilers, approved.release)},
            "component": {
                "bom-ref": name,
                "type": "application",
                "name": name,
                "version": spec.control_version,
                "publisher": spec.solution.publisher.display_name,
            },
        },
        "components": [*_files("source", package.files), *_files("solution", package.solution_files)],
    }


def _tools(compilers: CompilerVersions | None, release: str) -> list[dict[str, object]]:
    ours: list[dict[str, object]] = [
        {"type": "application", "name": "pcf-generator", "version": VERSION},
        {"type": "data", "name": "ai-brain", "version": release},
    ]
    if compilers is None:
        return ours
    theirs = {package: getattr(compilers, field) for field, package in _NPM.items()}
    return ours + [
        {
            "type": "application",
            "name": package,
            "version": version,
            "purl": f"pkg:npm/{package.replace('@', '%40')}@{version}",
        }
        for package, version in theirs.items()
    ]


def _files(where: str, files: Sequence[FileEntry]) -> list[dict[str, object]]:
    return [
        {
            "bom-ref": f"{where}/{file.path}",
            "type": "file",
            "name": f"{where}/{file.path}",
            "hashes": [{"alg": "SHA-256", "content": file.sha256}],
        }
        for file in files
    ]
