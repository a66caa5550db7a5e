from typing import Any

import pytest
from google.protobuf import json_format
from pcf.brain.v1 import brain_pb2
from pcf_runtime.errors import InvalidArgument, NotFound
from pcf_runtime.testing import expect_error


async def test_kinds_are_listed_by_id(client: Any):
    response = await client.ListCapabilities(brain_pb2.ListCapabilitiesRequest())
    assert [each.name for each in response.capabilities] == ["capabilities/dial", "capabilities/lamp"]
    assert response.next_page_token == ""


async def test_kinds_are_listed_in_pages(client: Any):
    first = await client.ListCapabilities(brain_pb2.ListCapabilitiesRequest(page_size=1))
    second = await client.ListCapabilities(
        brain_pb2.ListCapabilitiesRequest(page_size=1, page_token=first.next_page_token)
    )
    listed = [each.name for response in (first, second) for each in response.capabilities]
    assert listed == ["capabilities/dial", "capabilities/lamp"]
    assert second.next_page_token == ""


async def test_a_page_may_be_asked_larger_than_any(client: Any):
    response = await client.ListCapabilities(brain_pb2.ListCapabilitiesRequest(page_size=1_000_000))
    assert len(response.capabilities) == 2


@pytest.mark.parametrize("token", ["x", "AAAA", "eyJhZnRlciI6ICJhIn0"])
async def test_a_page_token_of_another_making_is_refused(client: Any, token: str):
    with expect_error(InvalidArgument, reason="BAD_PAGE_TOKEN"):
        await client.ListCapabilities(brain_pb2.ListCapabilitiesRequest(page_token=token))


async def test_a_negative_page_size_is_refused(client: Any):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST"):
        await client.ListCapabilities(brain_pb2.ListCapabilitiesRequest(page_size=-1))


async def test_a_kind_is_told_in_full(client: Any):
    lamp = await client.GetCapability(brain_pb2.GetCapabilityRequest(name="capabilities/lamp"))
    told = json_format.MessageToDict(lamp)
    expected = {
        "name": "capabilities/lamp",
        "displayName": "Lamp",
        "description": "Shows whether something is lit, and how brightly.",
        "classification": "display-control",
        "componentName": "Lamp",
        "tags": ["lamp", "light"],
        "features": [{"featureId": "dimming", "description": "The light can be dimmed in steps."}],
        "prohibitions": [
            {
                "prohibitionId": "no-network",
                "reason": "A lamp calls nobody at all.",
                "alternative": "Bind it to a column instead.",
            }
        ],
        "examplePrompts": ["a lamp", "a lamp of 40 watts", "a dimmed lamp", "a large lamp"],
    }
    assert expected == {key: told[key] for key in expected}


async def test_parameters_are_told_with_their_limits(client: Any):
    lamp = await client.GetCapability(brain_pb2.GetCapabilityRequest(name="capabilities/lamp"))
    told = [json_format.MessageToDict(each) for each in lamp.parameters]
    assert told[0] == {
        "name": "watts",
        "description": "How bright it is.",
        "type": "integer",
        "defaultValue": "60",
        "minimum": 5.0,
        "maximum": 100.0,
    }
    assert told[4]["choices"] == ["small", "large"]
    assert "minimum" not in told[2]


async def test_properties_are_told_with_all_their_types(client: Any):
    lamp = await client.GetCapability(brain_pb2.GetCapabilityRequest(name="capabilities/lamp"))
    assert json_format.MessageToDict(lamp.properties[0]) == {
        "name": "value",
        "description": "How bright it is.",
        "ofTypes": ["Decimal", "Whole.None"],
        "usage": "bound",
    }


async def test_an_unknown_kind_is_not_found(client: Any):
    with expect_error(NotFound, reason="CAPABILITY_NOT_FOUND", domain="brain.pcf"):
        await client.GetCapability(brain_pb2.GetCapabilityRequest(name="capabilities/video-player"))


@pytest.mark.parametrize("name", ["", "lamp", "capabilities/", "capabilities/Lamp", "capabilities/../lamp"])
async def test_a_name_that_breaks_the_contract_is_refused(client: Any, name: str):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST"):
        await client.GetCapability(brain_pb2.GetCapabilityRequest(name=name))
