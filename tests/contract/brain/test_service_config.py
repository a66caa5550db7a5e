import json

from pcf.brain.v1 import brain_pb2
from pcf_runtime.client import service_config

_SERVICE = brain_pb2.DESCRIPTOR.services_by_name["BrainService"]


def test_the_service_config_names_every_rpc_and_no_other():
    config = json.loads(service_config("pcf.brain.v1"))
    named = {(name["service"], name["method"]) for each in config["methodConfig"] for name in each["name"]}
    assert {(_SERVICE.full_name, method.name) for method in _SERVICE.methods} == named
