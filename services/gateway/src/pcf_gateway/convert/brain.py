"""Capabilities and releases."""

from pcf.brain.v1 import brain_pb2 as pb

from pcf_gateway.convert.names import bare_id
from pcf_gateway.convert.times import to_datetime
from pcf_gateway.resources import capabilities as resources


def capability(message: pb.Capability) -> resources.Capability:
    return resources.Capability(
        id=bare_id(message.name),
        display_name=message.display_name,
        description=message.description,
        classification=message.classification,
        component_name=message.component_name,
        tags=list(message.tags),
        features=[
            resources.Feature(feature_id=feature.feature_id, description=feature.description)
            for feature in message.features
        ],
        parameters=[_parameter(parameter) for parameter in message.parameters],
        properties=[_property(one) for one in message.properties],
        prohibitions=[_prohibition(prohibition) for prohibition in message.prohibitions],
        example_prompts=list(message.example_prompts),
    )


def capability_page(message: pb.ListCapabilitiesResponse) -> resources.CapabilityPage:
    return resources.CapabilityPage(
        capabilities=[capability(one) for one in message.capabilities],
        next_page_token=message.next_page_token or None,
    )


def release(message: pb.Release) -> resources.BrainRelease:
    return resources.BrainRelease(
        id=bare_id(message.name),
        version=message.version,
        manifest_sha256=message.manifest_sha256,
        files=dict(message.files),
        size_bytes=message.size_bytes,
        load_time=to_datetime(message.load_time),
    )


def _parameter(message: pb.Capability.Parameter) -> resources.Parameter:
    return resources.Parameter(
        name=message.name,
        description=message.description,
        type=message.type,
        default_value=message.default_value,
        minimum=message.minimum if message.HasField("minimum") else None,
        maximum=message.maximum if message.HasField("maximum") else None,
        choices=list(message.choices),
    )


def _property(message: pb.Capability.Property) -> resources.Property:
    return resources.Property(
        name=message.name,
        description=message.description,
        of_types=list(message.of_types),
        usage=message.usage,
        required=message.required,
    )


def _prohibition(message: pb.Capability.Prohibition) -> resources.Prohibition:
    return resources.Prohibition(
        prohibition_id=message.prohibition_id, reason=message.reason, alternative=message.alternative
    )
