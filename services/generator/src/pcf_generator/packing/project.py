"""Renders a specification into a PCF project, laid out as `pac pcf init` does.

The control lives in a folder named as its constructor: a manifest in the project's root would make
Microsoft's build flatten its output and lint nothing.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence

from pcf_generator.domain.source import SourceFile, SourceTree, Strings
from pcf_generator.domain.spec import ComponentSpec, Property
from pcf_generator.packing.solution.source_form import source_form
from pcf_generator.ports.rendering import Materials
from pcf_generator.writers import css
from pcf_generator.writers.templates import render

REFERENCE_LCID = 1033
# Projects made from the same names get the same GUID: the same specification gives the same bytes.
_GUIDS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:pcf-builder:pcfproj")

_PROJECT_FILES = {
    "templates/README.md.j2": "README.md",
    "templates/eslint.config.mjs": "eslint.config.mjs",
    "templates/gitignore": ".gitignore",
    "templates/package.json.j2": "package.json",
    "templates/pcfconfig.json": "pcfconfig.json",
    "templates/tsconfig.json": "tsconfig.json",
}
MANIFEST_TEMPLATE = "templates/ControlManifest.Input.xml.j2"
PCFPROJ_TEMPLATE = "templates/project.pcfproj.j2"
STRINGS_TEMPLATE = "templates/strings.resx.j2"


def render_project(spec: ComponentSpec, materials: Materials) -> SourceTree:
    """Render every file; TemplateFault or MissingTemplate when the brain's files do not fit."""
    files = sorted(_files(spec, materials), key=lambda file: file.path)
    return SourceTree(tuple(files))


def _files(spec: ComponentSpec, materials: Materials) -> Iterator[SourceFile]:
    context = _context(spec, materials)
    folder = spec.component_name
    for source, target in _PROJECT_FILES.items():
        yield SourceFile(target, render(materials.template(source), context))
    yield SourceFile(f"{folder}.pcfproj", render(materials.template(PCFPROJ_TEMPLATE), context))
    yield SourceFile(f"{folder}/ControlManifest.Input.xml", render(materials.template(MANIFEST_TEMPLATE), context))
    yield SourceFile(f"{folder}/{spec.resources.code}", render(materials.template("/index.ts.j2"), context))
    for path in spec.resources.css:
        yield SourceFile(f"{folder}/{path}", render(materials.template("/styles.css.j2"), context))
    yield from source_form(spec.solution, spec.component_name)
    template = materials.template(STRINGS_TEMPLATE)
    for strings, path in zip(materials.strings, spec.resources.resx, strict=True):
        entries = [{"key": key, "text": text} for key, text in _texts(spec, strings)]
        yield SourceFile(f"{folder}/{path}", render(template, {"entries": entries}))


def _texts(spec: ComponentSpec, strings: Strings) -> Iterator[tuple[str, str]]:
    """This language's texts of what the control has, with the maker's own name and description in place."""
    own = {"Control_Name": "display_name", "Control_Description": "description"}
    absent = {
        key.removesuffix("_Name") for key, _ in strings.entries if key.endswith("_Name") and key != "Control_Name"
    } - {prop.name for prop in spec.properties}
    for key, text in strings.entries:
        if own.get(key) in spec.custom_texts:
            yield key, str(getattr(spec, own[key]))
        elif key.startswith("Text_") or key.split("_")[0] not in absent:
            yield key, text


def _context(spec: ComponentSpec, materials: Materials) -> dict[str, object]:
    texts = dict(_texts(spec, next(s for s in materials.strings if s.lcid == REFERENCE_LCID)))
    full_name = f"{spec.namespace}.{spec.component_name}"
    return {
        "control": {
            "name": spec.component_name,
            "namespace": spec.namespace,
            "fullName": full_name,
            "scope": css.scope(spec.namespace, spec.component_name),
            "version": spec.control_version,
            "displayName": texts["Control_Name"],
            "description": texts["Control_Description"],
        },
        "package": {
            "name": full_name.lower().replace(".", "-"),
            "guid": str(uuid.uuid5(_GUIDS, full_name)),
            "prefix": spec.solution.publisher.prefix,
            "solutionZip": f"{spec.component_name}-solution.zip",
        },
        "parameters": dict(spec.parameters),
        "properties": [_property(prop) for prop in spec.properties],
        "has": _present(spec.properties),
        "resources": {
            "code": spec.resources.code,
            "css": spec.resources.css,
            "resx": spec.resources.resx,
            "stringsFolder": f"{spec.component_name}/strings",
        },
        "intent": {
            "readOnly": spec.read_only,
            "required": spec.required,
            "style": spec.visual.style,
            "feedback": spec.interaction.feedback,
        },
        "accessibility": {"wcagLevel": spec.accessibility.wcag_level},
    }


def _present(properties: Sequence[Property]) -> Mapping[str, bool]:
    return _Presence({prop.name: True for prop in properties})


class _Presence(dict[str, bool]):
    """Answers `has.disabled` with false where the manifest holds no such property."""

    def __missing__(self, key: str) -> bool:
        return False


def _property(prop: Property) -> dict[str, object]:
    return {
        "name": prop.name,
        "nameKey": f"{prop.name}_Name",
        "descriptionKey": f"{prop.name}_Description",
        "type": prop.data_type,
        "usage": prop.usage,
        "required": prop.required,
        "hasDefault": prop.default_value != "",
        "default": prop.default_value,
        # Not "values": in a template that would be the dictionary's method.
        "choices": [{"name": value, "key": f"{prop.name}_{value}"} for value in prop.values],
    }
