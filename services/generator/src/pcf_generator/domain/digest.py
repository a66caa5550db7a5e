"""One hash for equal values: what checkpoints, shared results and the audit log go by."""

import hashlib
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter


def digest(*values: object) -> str:
    """SHA-256 over the JSON texts of values, in order; fields in the order of their class, mappings as they stand."""
    kinds: tuple[Any, ...] = tuple(map(type, values))
    texts = (_adapter(kind).dump_json(value) for kind, value in zip(kinds, values, strict=True))
    return hashlib.sha256(b"\n".join(texts)).hexdigest()


@lru_cache(maxsize=64)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
