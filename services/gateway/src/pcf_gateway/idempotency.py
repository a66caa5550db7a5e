"""From the client's Idempotency-Key to the UUID that makes a call to a service safe to repeat."""

from typing import Final
from uuid import UUID, uuid4, uuid5

from pcf_runtime import request_context

_NAMESPACE: Final = UUID("6f0a3f0e-3f5c-5f0b-9d53-6a1f5b7f2c11")


def request_id(key: str | None, *, operation: str) -> str:
    """The same key for the same operation by the same actor gives the same id; without a key, a new one.

    The operation is part of it, so that a key used for a build and for its cancellation does not clash. The
    id of a request without a key still serves: gRPC repeats a call that found no server.
    """
    if key is None:
        return str(uuid4())
    actor = request_context.current().actor
    return str(uuid5(_NAMESPACE, f"{actor}\n{operation}\n{key}"))
