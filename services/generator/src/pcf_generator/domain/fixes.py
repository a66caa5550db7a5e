"""The automatic fixes a rule may name. Each is a pure function; one that finds nothing to do changes nothing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from pcf_generator.domain.naming import camel_case
from pcf_generator.domain.source import SourceFile, SourceTree
from pcf_generator.domain.spec import ComponentSpec


def camel_case_properties(spec: ComponentSpec) -> ComponentSpec:
    """Write property names in camelCase."""
    return replace(spec, properties=tuple(replace(p, name=camel_case(p.name)) for p in spec.properties))


def shorten_display_name(spec: ComponentSpec) -> ComponentSpec:
    """Cut a display name to 100 characters, at a word where there is one."""
    if len(spec.display_name) <= 100:  # noqa: PLR2004 - the rule's own number
        return spec
    return replace(spec, display_name=spec.display_name.strip()[:100].rsplit(" ", 1)[0].rstrip())


def remove_console_calls(tree: SourceTree) -> SourceTree:
    """Drop statements that only write to the console, unless they may be the whole body of an `if` or a loop."""
    statement = re.compile(r"(?<=[;{}]\n)[ \t]*console\.\w+\([^;\n]*\);[ \t]*\n")
    return SourceTree(
        tuple(
            SourceFile(file.path, statement.sub("", file.text)) if file.path.endswith(".ts") else file
            for file in tree.files
        )
    )


SPEC_FIXES: Mapping[str, Callable[[ComponentSpec], ComponentSpec]] = {
    "camel-case-properties": camel_case_properties,
    "shorten-display-name": shorten_display_name,
}
CODE_FIXES: Mapping[str, Callable[[SourceTree], SourceTree]] = {"remove-console-calls": remove_console_calls}
