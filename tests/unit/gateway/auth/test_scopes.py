"""The table of scopes and the application agree: nothing is served that is not in it."""

import pytest
from fastapi import FastAPI
from pcf_gateway.app import Parts, build_app
from pcf_gateway.auth.principal import PRINCIPAL, Principal, authorise
from pcf_gateway.auth.scoped_route import ScopedRoute
from pcf_gateway.auth.scopes import PUBLIC_PATHS, SCOPE_BY_OPERATION
from pcf_gateway.problems.refusal import Refusal
from pcf_runtime.health import Readiness
from prometheus_client import CollectorRegistry


@pytest.fixture
async def app() -> FastAPI:
    nothing: object = object()
    parts = Parts(nothing, nothing, nothing, nothing, Readiness([]), CollectorRegistry(), 15.0, keys=nothing)  # type: ignore[arg-type]
    return build_app(parts, version="0")


async def test_every_operation_has_its_scope_and_every_scope_its_operation(app: FastAPI):
    served = {route.operation_id for route in app.routes if isinstance(route, ScopedRoute)}

    assert set(SCOPE_BY_OPERATION) == served


async def test_what_looks_at_no_scope_is_public_and_nothing_else_is(app: FastAPI):
    unlooked = {route.path for route in app.routes if not isinstance(route, ScopedRoute)}
    unscoped = {
        route.path
        for route in app.routes
        if isinstance(route, ScopedRoute) and SCOPE_BY_OPERATION[str(route.operation_id)] is None
    }

    assert unlooked | unscoped == PUBLIC_PATHS
    assert not {path for path in PUBLIC_PATHS if "{" in path}


async def test_the_document_says_which_scope_each_operation_needs(app: FastAPI):
    document = app.openapi()
    said = {
        operation["operationId"]: operation["security"]
        for path in document["paths"].values()
        for operation in path.values()
    }

    wanted = {
        name: [{"bearer": [scope]}, {"apiKey": [scope]}] if scope else [] for name, scope in SCOPE_BY_OPERATION.items()
    }
    assert wanted == said
    assert {"bearer", "apiKey"} == set(document["components"]["securitySchemes"])


def test_a_route_without_an_entry_cannot_be_made():
    with pytest.raises(KeyError, match="newThing"):
        ScopedRoute("/v1/new", lambda: None, operation_id="newThing")


@pytest.mark.parametrize("scope", [{}, {PRINCIPAL: Principal("key:ci", "default", frozenset({"builds:read"}))}])
def test_who_is_unknown_or_not_allowed_is_told_the_scope(scope: dict[str, object]):
    with pytest.raises(Refusal) as refused:
        authorise(scope, "createBuild")

    assert {"scope": "builds:write"} == refused.value.details
