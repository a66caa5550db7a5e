"""From the client's Idempotency-Key to the UUID that makes a call to a service safe to repeat."""

from typing import Final
from uuid import UUID, uuid4, uuid5

from pcf_runtime import request_context

_NAMESPACE: Final = UUID("6f0a3f0e-3f5c-5f0b-9d53-6a1f5b7f2c11")


def request_id(key: str | None, *, operation: str) -> str:
    """The same key for the same operation by the same actor of the same tenant gives the same id.

    The operation is part of it, so that a key used for a build and for its cancellation does not clash; the tenant,
    because actors are named within their tenant only. Without a key the id is a new one, which still serves: gRPC
    repeats a call that found no server.
    """
    if key is None:
        return str(uuid4())
    who = request_context.current()
    return str(uuid5(_NAMESPACE, f"{who.tenant}\n{who.actor}\n{operation}\n{key}"))
