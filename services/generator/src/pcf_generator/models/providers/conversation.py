"""The messages of a call, in the form that all three APIs take."""

from typing import Any

from pcf_generator.models.calls import Call

__all__ = ["messages"]


def messages(call: Call) -> list[Any]:
    """The maker's text alone in the first; what was wrong with an earlier answer after it.

    Each SDK has types of its own for this one form.
    """
    said = [{"role": "user", "content": call.text}]
    if call.correction and call.correction.answer:
        said.append({"role": "assistant", "content": call.correction.answer})
    if call.correction:
        said.append({"role": "user", "content": call.correction.faults})
    return said
