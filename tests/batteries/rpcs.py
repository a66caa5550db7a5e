"""The text fields of every rpc, as the contracts describe them, and requests that hold a text in one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.audit.v1 import audit_pb2
from pcf.brain.v1 import brain_pb2
from pcf.generator.v1 import generator_pb2
from pcf_runtime.ids import new_ulid

__all__ = ["SERVICES", "TextField", "call", "text_fields"]

SERVICES: Mapping[str, Any] = {
    "generator": generator_pb2.DESCRIPTOR.services_by_name["GeneratorService"],
    "brain": brain_pb2.DESCRIPTOR.services_by_name["BrainService"],
    "audit": audit_pb2.DESCRIPTOR.services_by_name["AuditService"],
}
_Path = tuple[FieldDescriptor, ...]


@dataclass(frozen=True, slots=True)
class TextField:
    """A string, a list's string, or a map's key or value, in the request of one rpc."""

    service: str
    method: MethodDescriptor
    path: _Path

    def __str__(self) -> str:
        return f"{self.method.full_name} {'.'.join(each.name for each in self.path)}"

    def request(self, text: str, *, build: str) -> Message:
        """With this text in it, and else a request that is right, about this build."""
        message = _right(self.method, build)
        holder: Any = message
        for step in self.path[:-1]:
            found = getattr(holder, step.name)
            if _is_map(step):
                _into_map(found, self.path[-1].name, text)
                return message
            # Reading leaves an empty message unset; a text in it sets it.
            holder = found[0] if step.is_repeated else found
        last = self.path[-1]
        if last.is_repeated:
            getattr(holder, last.name).append(text)
        else:
            setattr(holder, last.name, text)
        return message


def text_fields() -> Iterator[TextField]:
    """Of every rpc of every service."""
    for name, service in SERVICES.items():
        for method in service.methods:
            for path in _strings(method.input_type):
                yield TextField(name, method, path)


async def call(channel: grpc.aio.Channel, method: MethodDescriptor, request: Message) -> grpc.StatusCode:
    """How it ended; a stream is read to its end."""
    kind: Callable[..., Any] = channel.unary_stream if method.server_streaming else channel.unary_unary
    path = f"/{method.containing_service.full_name}/{method.name}"
    answers = GetMessageClass(method.output_type)
    asked = kind(
        path, request_serializer=lambda sent: sent.SerializeToString(), response_deserializer=answers.FromString
    )
    try:
        if method.server_streaming:
            async for _ in asked(request, timeout=60):
                pass
        else:
            await asked(request, timeout=60)
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


def _strings(message: Any, above: _Path = ()) -> Iterator[_Path]:
    for field in message.fields:
        at = (*above, field)
        if field.type == FieldDescriptor.TYPE_STRING:
            yield at
        elif field.type == FieldDescriptor.TYPE_MESSAGE and not field.message_type.full_name.startswith("google."):
            yield from _strings(field.message_type, at)


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _into_map(holder: Any, part: str, text: str) -> None:
    if part == "key":
        holder[text] = "a"
    else:
        holder["a"] = text


def _right(method: MethodDescriptor, build: str) -> Message:
    """A request that nothing is wrong with."""
    answer = {"name": build, "choice_id": "a"}
    texts: Mapping[str, Mapping[str, Any]] = {
        "CreateBuild": {"prompt": "a map"},
        "AnswerBuild": answer,
        "DownloadArtifact": {"name": f"{build}/artifacts/report"},
        "FindArtifact": {"sha256": "ab" * 32},
        "ListBuilds": {},
        "GetUsage": {},
        "RouteTask": {"task": 1},
        "GetFile": {"path": "capabilities/toggle/capability.yaml"},
        "ListCapabilities": {},
        "GetCapability": {"name": "capabilities/toggle"},
        "GetRelease": {"name": "releases/current"},
        "AppendEvents": {"events": [_event()]},
        "GetEvent": {"name": f"events/{new_ulid()}"},
        "ListEvents": {"page_size": 1},
        "ExportEvents": {"filter": {"build": build}},
        "ProveInclusion": {},
    }
    made: Message = GetMessageClass(method.input_type)(**texts.get(method.name, {"name": build}))
    return made


def _event() -> audit_pb2.Event:
    return audit_pb2.Event(
        event_id=new_ulid(),
        type="build.created",
        event_time=Timestamp(seconds=1_777_636_800),
        actor="battery",
        outcome=audit_pb2.Event.OUTCOME_SUCCEEDED,
    )
