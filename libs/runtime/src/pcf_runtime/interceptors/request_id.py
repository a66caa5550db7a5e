"""Binds who asked and under which request id; a call that came without one gets a new one."""

from pcf_runtime import request_context
from pcf_runtime.ids import new_uuid
from pcf_runtime.interceptors.layers import Call, Proceed


async def request_id(call: Call, proceed: Proceed) -> None:
    with request_context.bind(request_context.from_metadata(call.metadata, new_id=new_uuid())):
        await proceed()
