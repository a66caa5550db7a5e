"""Fields of the request messages of every rpc, and the rules that stand beside them in protos/."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from buf.validate import validate_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from pcf.audit.v1 import audit_pb2
from pcf.brain.v1 import brain_pb2
from pcf.generator.v1 import generator_pb2

__all__ = ["MessageField", "fields"]

_FILES = (generator_pb2.DESCRIPTOR, brain_pb2.DESCRIPTOR, audit_pb2.DESCRIPTOR)
_KINDS = {
    FieldDescriptor.CPPTYPE_STRING: "text",
    FieldDescriptor.CPPTYPE_BOOL: "yes or no",
    FieldDescriptor.CPPTYPE_ENUM: "one of a list",
    FieldDescriptor.CPPTYPE_MESSAGE: "message",
}


@dataclass(frozen=True, slots=True)
class MessageField:
    """One field, by the rpc it comes with and its name within the request: `options.namespace`."""

    rpc: str
    name: str
    descriptor: FieldDescriptor

    @property
    def kind(self) -> str:
        """What it holds."""
        if self._is_map:
            return "map"
        if self.descriptor.is_repeated:
            return "list"
        if self.is_bytes:
            return "bytes"
        return _KINDS.get(self.descriptor.cpp_type, "number")

    @property
    def is_bytes(self) -> bool:
        """Whether it is no text but bytes; protobuf holds both alike."""
        return self.descriptor.type == FieldDescriptor.TYPE_BYTES

    @property
    def rules(self) -> validate_pb2.FieldRules:
        """Those of protovalidate; empty if it has none."""
        # The stubs know extensions by another type than what they are declared with.
        options: Any = self.descriptor.GetOptions()
        return cast("validate_pb2.FieldRules", options.Extensions[validate_pb2.field])

    @property
    def longest(self) -> int | None:
        """The most characters, or None where no length says it."""
        return self.rules.string.max_len if self.rules.string.HasField("max_len") else None

    @property
    def pattern(self) -> str:
        """What all of a text must match; empty if it is free."""
        return self.rules.string.pattern

    @property
    def limit(self) -> str:
        """In words, or nothing if there is none."""
        rules = self.rules
        match self.kind:
            case "text":
                return _text(rules.string)
            case "map":
                keys, values = rules.map.keys.string.max_len, rules.map.values.string.max_len
                return f"{rules.map.max_pairs} entries, names of {keys} and values of {values} characters"
            case "list":
                return f"{rules.repeated.max_items} items"
            case "one of a list":
                return "a known one" if rules.enum.defined_only else ""
            case "number":
                numbers = rules.int32 if rules.HasField("int32") else rules.int64
                return f"{numbers.gte} or more" if numbers.HasField("gte") else ""
            case _:
                return ""

    @property
    def _is_map(self) -> bool:
        message = self.descriptor.message_type
        return bool(message is not None and message.GetOptions().map_entry)


def _text(rules: validate_pb2.StringRules) -> str:
    if rules.uuid:
        return "a UUID"
    if rules.pattern:
        length = f", {rules.max_len} characters" if rules.HasField("max_len") else ""
        return f"`{rules.pattern}`{length}"
    if not rules.HasField("max_len"):
        return ""
    return f"{rules.min_len or 0} to {rules.max_len:,} characters"


def fields() -> Iterator[MessageField]:
    """All of them, in the order of the contracts."""
    for file in _FILES:
        for service in file.services_by_name.values():
            for method in service.methods:
                yield from _fields(method.name, method.input_type, "")


def _fields(rpc: str, message: Descriptor, prefix: str) -> Iterator[MessageField]:
    for descriptor in message.fields:
        field = MessageField(rpc, f"{prefix}{descriptor.name}", descriptor)
        yield field
        inner = descriptor.message_type
        if inner is not None and field.kind != "map" and inner.file in _FILES:
            yield from _fields(rpc, inner, f"{field.name}.")
