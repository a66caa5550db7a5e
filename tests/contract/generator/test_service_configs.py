"""The clients' service configs name methods that exist; gRPC itself says nothing about the others."""

import json

import pytest
from google.protobuf import descriptor_pool
from pcf.audit.v1 import audit_pb2
from pcf.brain.v1 import brain_pb2
from pcf.generator.v1 import generator_pb2
from pcf_runtime.client import service_config

SERVICES = {
    "pcf.audit.v1": audit_pb2.DESCRIPTOR.services_by_name["AuditService"],
    "pcf.brain.v1": brain_pb2.DESCRIPTOR.services_by_name["BrainService"],
    "pcf.generator.v1": generator_pb2.DESCRIPTOR.services_by_name["GeneratorService"],
}


@pytest.mark.parametrize("package", SERVICES)
def test_every_method_named_exists_and_every_method_is_named(package):
    config = json.loads(service_config(package))
    named = [f"{name['service']}.{name['method']}" for each in config["methodConfig"] for name in each["name"]]
    assert sorted(method.full_name for method in SERVICES[package].methods) == sorted(named)


@pytest.mark.parametrize("package", SERVICES)
def test_the_service_whose_health_is_asked_for_exists(package):
    config = json.loads(service_config(package))
    name = config["healthCheckConfig"]["serviceName"]
    assert SERVICES[package].full_name == name
    assert descriptor_pool.Default().FindServiceByName(name)


@pytest.mark.parametrize("package", SERVICES)
def test_no_config_sets_a_timeout(package):
    """They fire one to two seconds early: grpc/grpc #34547."""
    assert [] == [each for each in json.loads(service_config(package))["methodConfig"] if "timeout" in each]
