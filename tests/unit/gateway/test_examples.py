"""The examples in the document are what the API takes and gives."""

from typing import Any

import pytest
from pcf_gateway.documents import examples
from pcf_gateway.resources import audit, builds, capabilities, keys, origins, service, usage
from pydantic import BaseModel

MODELS: list[type[BaseModel]] = [
    builds.NewBuild,
    builds.NewAnswer,
    keys.NewKey,
    keys.NewRotation,
    keys.Key,
    keys.MadeKey,
    keys.KeyPage,
    builds.Build,
    builds.BuildPage,
    origins.FileVerification,
    usage.UsagePage,
    capabilities.Capability,
    capabilities.CapabilityPage,
    capabilities.BrainRelease,
    audit.AuditEvent,
    audit.AuditEventPage,
    audit.AuditVerification,
    audit.AuditCheckpoint,
    audit.AuditInclusionProof,
    audit.AuditConsistencyProof,
    service.Health,
    service.Readiness,
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_example_is_what_the_resource_looks_like(model: type[BaseModel]):
    example: dict[str, Any] = examples.BY_SCHEMA[model.__name__]

    assert example == model.model_validate(example).model_dump(mode="json", by_alias=True, exclude_unset=True)


def test_every_resource_has_an_example():
    assert {model.__name__ for model in MODELS} == set(examples.BY_SCHEMA)
