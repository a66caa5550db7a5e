"""What the OpenAPI document says of everything that a caller of REST may send."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pcf_gateway.app import Parts, build_app
from pcf_runtime.health import Readiness
from prometheus_client import CollectorRegistry

__all__ = ["RestField", "rest_fields"]

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RestField:
    """One parameter, or one field of a body: `options.namespace`. The operation is named as in the document."""

    operation: str
    name: str
    schema: Schema

    @property
    def is_text(self) -> bool:
        """Whether it is a free text: no number, no list, and none of a few words."""
        return self.schema.get("type") == "string" and "enum" not in self.schema and "const" not in self.schema

    @property
    def longest(self) -> int | None:
        """The most characters, or None where no length says it."""
        return cast("int | None", self.schema.get("maxLength"))

    @property
    def pattern(self) -> str:
        """What all of a text must match; empty if it is free."""
        return str(self.schema.get("pattern", ""))

    @property
    def format(self) -> str:
        """`date` or `date-time`, which are no longer than they are."""
        return str(self.schema.get("format", ""))


def rest_fields() -> Iterator[RestField]:
    """All of them, in the order of the document."""
    document = _document()
    for path in document["paths"].values():
        for operation in path.values():
            for given in operation.get("parameters", ()):
                parameter = _resolved(document, given)
                yield from _fields(document, operation["operationId"], parameter["name"], parameter["schema"])
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield from _fields(document, operation["operationId"], "", content["schema"])


def _document() -> Schema:
    # Nothing is asked of what stands behind the routes while they are described.
    nothing: Any = object()
    parts = Parts(nothing, nothing, nothing, nothing, Readiness([]), CollectorRegistry(), 15.0, keys=nothing)
    return build_app(parts, version="0").openapi()


def _fields(document: Schema, operation: str, name: str, schema: Schema) -> Iterator[RestField]:
    resolved = _resolved(document, schema)
    if properties := resolved.get("properties"):
        for inner, of_inner in properties.items():
            yield from _fields(document, operation, f"{name}.{inner}" if name else inner, of_inner)
    else:
        yield RestField(operation, name, resolved)


def _resolved(document: Schema, schema: Schema) -> Schema:
    """Without references, and without the `null` that may stand in its place."""
    if reference := schema.get("$ref"):
        _, _, group, name = reference.split("/")
        return _resolved(document, document["components"][group][name])
    if choices := [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]:
        return {**_resolved(document, choices[0]), **{key: value for key, value in schema.items() if key != "anyOf"}}
    return schema
