"""What a span says of a call, in the words of OpenTelemetry's conventions."""

from collections.abc import Mapping

import grpc

__all__ = ["rpc_attributes"]


def rpc_attributes(rpc: str, code: grpc.StatusCode) -> Mapping[str, str | int]:
    """Of a call to `pcf.audit.v1.AuditService/GetEvent` that ended so."""
    service, _, method = rpc.partition("/")
    number: int = code.value[0]
    return {"rpc.system": "grpc", "rpc.service": service, "rpc.method": method, "rpc.grpc.status_code": number}
