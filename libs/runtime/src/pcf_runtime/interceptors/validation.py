"""Holds every request message against the rules beside its fields in the .proto file (protovalidate)."""

from typing import Any

import protovalidate
from google.protobuf.message import Message

from pcf_runtime.errors import InvalidArgument, Violation
from pcf_runtime.interceptors.layers import Call, Layer, Proceed


def validation() -> Layer:
    validator = protovalidate.Validator()

    def check(message: Message) -> None:
        found = [_violation(violation.proto) for violation in validator.collect_violations(message)]
        if found:
            raise InvalidArgument("INVALID_REQUEST", _sentence(found), violations=found)

    async def layer(call: Call, proceed: Proceed) -> None:
        call.checks.append(check)
        await proceed()

    return layer


def _sentence(found: list[Violation]) -> str:
    first, others = found[0], len(found) - 1
    more = f" ({others} more)" if others else ""
    return f"{first.field}: {first.description}{more}" if first.field else f"{first.description}{more}"


def _violation(proto: Any) -> Violation:
    elements = proto.field.elements if proto.field else ()
    path = ".".join(
        element.field_name + (f"[{element.subscript.value}]" if element.subscript else "") for element in elements
    )
    return Violation(f"{path} (key)" if proto.for_key else path, proto.message)
