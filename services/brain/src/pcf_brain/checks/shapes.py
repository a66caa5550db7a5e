"""The schemas are sound, and every data file has the shape its schema says."""

from collections.abc import Iterable, Iterator, Mapping

import jsonschema_rs

from pcf_brain.checks.draft import Draft
from pcf_brain.domain.document import Document
from pcf_brain.domain.problem import Problem

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_OWN = {
    "capabilities/*/capability.yaml": "schemas/capability.schema.json",
    "capabilities/*/strings/*.yaml": "schemas/strings.schema.json",
    "capabilities/*/examples.yaml": "schemas/examples.schema.json",
    "rules/*.yaml": "schemas/rule.schema.json",
}
"""Shapes the brain itself reads: it cannot do without their schemas."""
_OTHERS = {
    "release.yaml": "schemas/release.schema.json",
    "capabilities/*/behaviour.yaml": "schemas/behaviour.schema.json",
    "intent/mapping.yaml": "schemas/intent-mapping.schema.json",
    "intent/ambiguity.yaml": "schemas/ambiguity.schema.json",
    "intent/lexicon/*.yaml": "schemas/lexicon.schema.json",
}
"""Shapes only the generator reads: judged where the release brings a schema for them."""

_LONGEST_MESSAGE = 300
# A pattern may backtrack, but not for ever: a schema is data, and data must not be able to stop the service.
_PATTERNS = jsonschema_rs.FancyRegexOptions(backtrack_limit=100_000)


def check(draft: Draft) -> Iterator[Problem]:
    schemas = {document.path: document for document in draft.matching("schemas/*.schema.json")}
    validators, problems = _compile_all(schemas)
    yield from problems
    for pattern, path in {**_OWN, **_OTHERS}.items():
        if pattern in _OWN and path not in draft.paths:
            yield Problem(path, 0, f"is missing: {pattern} is judged by it")
        if path in validators:
            for document in draft.matching(pattern):
                yield from _shape_problems(document, validators[path])
    yield from _version(draft)


def _compile_all(
    schemas: Mapping[str, Document],
) -> tuple[dict[str, jsonschema_rs.Validator], list[Problem]]:
    """Make a validator of each sound schema, and say what is wrong with the others."""
    validators: dict[str, jsonschema_rs.Validator] = {}
    problems: list[Problem] = []
    registry = _registry(schemas.values())
    of_schemas = jsonschema_rs.Draft202012Validator({"$ref": DIALECT}, offline=True)
    for path, document in schemas.items():
        found = list(_schema_problems(document, of_schemas))
        if not found:
            try:
                validators[path] = jsonschema_rs.Draft202012Validator(
                    document.value, registry=registry, offline=True, pattern_options=_PATTERNS
                )
            except ValueError as error:
                found = [document.problem(f"is no valid schema: {_clip(str(error))}")]
        problems += found
    return validators, problems


def _registry(schemas: Iterable[Document]) -> jsonschema_rs.Registry:
    """Let schemas of the release refer to one another by `$id`, and to nothing else."""
    known = [
        (document.value["$id"], document.value)
        for document in schemas
        if isinstance(document.value, dict) and isinstance(document.value.get("$id"), str)
    ]
    try:
        return jsonschema_rs.Registry(known)
    except ValueError:
        # One of them refers to nowhere; compiling them one by one tells which.
        return jsonschema_rs.Registry([])


def _schema_problems(document: Document, of_schemas: jsonschema_rs.Validator) -> Iterator[Problem]:
    if not isinstance(document.value, dict) or document.value.get("$schema") != DIALECT:
        yield document.problem(f"is no JSON Schema 2020-12: `$schema` must be {DIALECT}")
        return
    for error in of_schemas.iter_errors(document.value):
        yield document.problem(f"is no valid schema: {_tell(error)}")


def _shape_problems(document: Document, validator: jsonschema_rs.Validator) -> Iterator[Problem]:
    for error in validator.iter_errors(document.value):
        yield document.problem(_tell(error), error.instance_path)


def _version(draft: Draft) -> Iterator[Problem]:
    document = draft.documents.get("release.yaml")
    if document is None:
        return
    version = document.value.get("version") if isinstance(document.value, dict) else None
    if not isinstance(version, str) or not version.strip():
        yield document.problem("`version` must be text that people know the release by")


def _tell(error: jsonschema_rs.ValidationError) -> str:
    way = ".".join(str(step) for step in error.instance_path)
    return _clip(f"{way}: {error.message}" if way else error.message)


def _clip(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first if len(first) <= _LONGEST_MESSAGE else first[:_LONGEST_MESSAGE] + "…"
