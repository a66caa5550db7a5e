"""The OpenAPI document: FastAPI's, completed with what holds for every operation."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from pcf_gateway.admission import TIMEOUT_PATTERN
from pcf_gateway.documents import examples, security
from pcf_gateway.documents.operations import EXAMPLE_REQUEST_ID
from pcf_gateway.resources.events import BuildEvent
from pcf_gateway.resources.problems import Problem

TITLE: Final = "PCF Builder"
SUMMARY: Final = "A prompt in, a Power Apps component out."
DESCRIPTION: Final = """\
Start a build with a prompt, follow it by its events, answer its question if it asks one, and download what it
made.

Every error is an RFC 9457 problem (`application/problem+json`) with the product's error code in `code`, what
to tell the maker in `userMessage` and `suggestion`, and the request in `instance`. Every response carries
`X-Request-Id`. Bodies are UTF-8 JSON; what is not documented is refused. Ids that name nothing and ids of
another shape are both 404; a hash that no file has is no error.
"""
TAGS: Final = [
    {"name": "builds", "description": "From the prompt to the result."},
    {"name": "artifacts", "description": "What a build made."},
    {"name": "capabilities", "description": "What can be built."},
    {"name": "usage", "description": "What language models cost."},
    {"name": "audit", "description": "What happened."},
    {"name": "keys", "description": "Who may call."},
    {"name": "service", "description": "The gateway itself."},
]
_REQUEST_ID_PARAMETER: Final = {
    "name": "X-Request-Id",
    "in": "header",
    "required": False,
    "description": "Names the request in logs and to every service. Without one, or with one that is longer "
    "than 100 characters or holds others than letters, digits and `._:@-`, the gateway makes one.",
    "schema": {"type": "string"},
    "example": EXAMPLE_REQUEST_ID,
}
_REQUEST_TIMEOUT_PARAMETER: Final = {
    "name": "X-Request-Timeout",
    "in": "header",
    "required": False,
    "description": "Seconds until the client stops waiting; more than the server's maximum means that.",
    "schema": {"type": "string", "pattern": TIMEOUT_PATTERN},
    "example": "10",
}
_REQUEST_ID_HEADER: Final = {
    "description": "The request's id, the client's own if it sent one.",
    "schema": {"type": "string"},
}
_LOCATION_HEADER: Final = {"description": "The build's path.", "schema": {"type": "string"}}
# From a build that was started to everything that can be done with it.
_FOLLOWERS: Final = (
    "getBuild",
    "watchBuild",
    "cancelBuild",
    "resumeBuild",
    "answerBuild",
    "downloadArtifact",
)


def document(app: FastAPI, *, secured: bool) -> dict[str, Any]:
    """Make the document, once; `secured` when callers must say who they are."""
    if app.openapi_schema is None:
        app.openapi_schema = _complete(
            get_openapi(
                title=TITLE,
                version=app.version,
                summary=SUMMARY,
                description=DESCRIPTION,
                tags=[tag for tag in TAGS if secured or tag["name"] != "keys"],
                servers=[{"url": "/", "description": "This server."}],
                routes=app.routes,
            )
        )
        if secured:
            security.add_to(app.openapi_schema)
    return app.openapi_schema


def _complete(made: dict[str, Any]) -> dict[str, Any]:
    components = made["components"]
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused)
    _, problem = models_json_schema(
        [(Problem, "serialization"), (BuildEvent, "serialization")],
        by_alias=True,
        ref_template="#/components/schemas/{model}",
    )
    components["schemas"].update(problem["$defs"])
    components["parameters"] = {
        "RequestId": _REQUEST_ID_PARAMETER,
        "RequestTimeout": _REQUEST_TIMEOUT_PARAMETER,
    }
    components["headers"] = {"RequestId": _REQUEST_ID_HEADER}
    for path in made["paths"].values():
        for operation in path.values():
            _complete_operation(operation)
    made["paths"]["/v1/builds"]["post"]["responses"]["202"] |= {
        "links": {follower: _link(follower) for follower in _FOLLOWERS}
    }
    return made


def _complete_operation(operation: dict[str, Any]) -> None:
    # FastAPI's own word for what is a 400 here.
    operation["responses"].pop("422", None)
    parameters = operation.setdefault("parameters", [])
    for parameter in parameters:
        parameter["schema"] = _without_null(parameter["schema"])
    parameters.extend({"$ref": f"#/components/parameters/{name}"} for name in ("RequestId", "RequestTimeout"))
    for media in operation.get("requestBody", {}).get("content", {}).values():
        media["example"] = examples.BY_SCHEMA[_schema(media)]
    for status, response in operation["responses"].items():
        headers = response.setdefault("headers", {})
        headers["X-Request-Id"] = {"$ref": "#/components/headers/RequestId"}
        if status == "202":
            headers["Location"] = _LOCATION_HEADER
        for media in response.get("content", {}).values():
            _add_example(media, operation["operationId"], status)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter may be missing, but there is no way to send null: `null` would be a text."""
    kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
    return {**kinds[0], **schema} if kinds else schema


def _add_example(media: dict[str, Any], operation_id: str, status: str) -> None:
    if "example" in media or "examples" in media:
        return
    own = examples.BY_OPERATION.get((operation_id, status))
    media["example"] = examples.BY_SCHEMA[_schema(media)] if own is None else own


def _schema(media: dict[str, Any]) -> str:
    return str(media["schema"]["$ref"]).rpartition("/")[2]


def _link(operation_id: str) -> dict[str, Any]:
    return {"operationId": operation_id, "parameters": {"build_id": "$response.body#/id"}}
