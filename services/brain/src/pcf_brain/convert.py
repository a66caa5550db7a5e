"""Between the contract's messages and the domain."""

from google.protobuf.timestamp_pb2 import Timestamp
from pcf.brain.v1 import brain_pb2

from pcf_brain.domain.capability import Capability, Parameter
from pcf_brain.domain.release import Release
from pcf_brain.domain.task import Task
from pcf_brain.router import Answer
from pcf_brain.routing import Question, question
from pcf_brain.shelf import ServedFile

_TASKS = {number: Task(name.removeprefix("TASK_")) for name, number in brain_pb2.Task.items() if number}
_CAPABILITIES = "capabilities/"


def to_question(request: brain_pb2.RouteTaskRequest) -> Question:
    return question(_TASKS[request.task], capability_id=request.capability_id, language=request.language)


def to_capability_id(name: str) -> str:
    return name.removeprefix(_CAPABILITIES)


def from_answer(answer: Answer) -> brain_pb2.RouteTaskResponse:
    return brain_pb2.RouteTaskResponse(
        release=answer.release,
        files=[from_file(file) for file in answer.files],
        estimated_tokens=answer.route.estimated_tokens,
        token_budget=answer.route.token_budget,
        warnings=answer.route.warnings,
    )


def from_file(file: ServedFile) -> brain_pb2.File:
    return brain_pb2.File(
        path=file.entry.path,
        sha256=file.entry.sha256,
        size_bytes=file.entry.size_bytes,
        estimated_tokens=file.entry.estimated_tokens,
        content=file.content,
        cache_hit=file.cache_hit,
    )


def from_release(release: Release) -> brain_pb2.Release:
    load_time = Timestamp()
    load_time.FromDatetime(release.load_time)
    return brain_pb2.Release(
        name=release.name,
        version=release.version,
        manifest_sha256=release.manifest_sha256,
        files={path: entry.sha256 for path, entry in release.files.items()},
        size_bytes=release.size_bytes,
        load_time=load_time,
    )


def from_capability(capability: Capability) -> brain_pb2.Capability:
    message = brain_pb2.Capability
    return message(
        name=_CAPABILITIES + capability.capability_id,
        display_name=capability.display_name,
        description=capability.description,
        classification=capability.classification,
        component_name=capability.component_name,
        tags=capability.tags,
        features=[
            message.Feature(feature_id=each.feature_id, description=each.description) for each in capability.features
        ],
        parameters=[_from_parameter(each) for each in capability.parameters],
        properties=[
            message.Property(
                name=each.name,
                description=each.description,
                of_types=each.of_types,
                usage=each.usage,
                required=each.required,
            )
            for each in capability.properties
        ],
        prohibitions=[
            message.Prohibition(prohibition_id=each.prohibition_id, reason=each.reason, alternative=each.alternative)
            for each in capability.prohibitions
        ],
        example_prompts=capability.example_prompts,
    )


def _from_parameter(parameter: Parameter) -> brain_pb2.Capability.Parameter:
    return brain_pb2.Capability.Parameter(
        name=parameter.name,
        description=parameter.description,
        type=parameter.type,
        default_value=parameter.default_value,
        minimum=parameter.minimum,
        maximum=parameter.maximum,
        choices=parameter.choices,
    )
