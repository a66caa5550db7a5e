"""Telling whether a repeated request id came with the same request."""

import hashlib
from collections.abc import Sequence

from google.protobuf.message import Message


def fingerprint(message: Message, *, ignore: Sequence[str] = ("request_id",)) -> str:
    """SHA-256 over the message's type and content without the ignored fields.

    Deterministic serialization holds within one protobuf version only: enough for the minutes in which
    clients repeat a call, not for naming things that last.
    """
    content = type(message)()
    content.CopyFrom(message)
    for field in ignore:
        if field in message.DESCRIPTOR.fields_by_name:
            content.ClearField(field)
    digest = hashlib.sha256(message.DESCRIPTOR.full_name.encode())
    digest.update(b"\0" + content.SerializeToString(deterministic=True))
    return digest.hexdigest()
