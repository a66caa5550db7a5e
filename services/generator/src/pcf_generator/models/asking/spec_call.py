"""Asks a language model which values a prompt gives to parameters that are still open."""

from collections.abc import Sequence

from pcf_generator.domain.capability import Capability, Parameter
from pcf_generator.models.asking.data import message
from pcf_generator.models.asking.instructions import render
from pcf_generator.models.asking.schemas import object_schema, parameter
from pcf_generator.models.calls import Call
from pcf_generator.ports.knowledge import PromptFile

PURPOSE = "GENERATE_SPEC"
MAX_OUTPUT_TOKENS = 1500


def spec_call(
    prompt: str, file: PromptFile, capability: Capability, *, still_open: Sequence[Parameter], phrases: Sequence[str]
) -> Call:
    """The question; `phrases` are the pieces of the prompt that nobody understood."""
    schema = object_schema(file)
    values = schema["properties"]["parameters"]
    values["properties"] = {each.name: parameter(each) for each in still_open}
    values["required"] = [each.name for each in still_open]
    kind = {"id": capability.id, "name": capability.display_name, "does": capability.description}
    instructions = render(file, {"kind": kind})
    return Call(PURPOSE, instructions, message(prompt, phrases), "specification", schema, MAX_OUTPUT_TOKENS)
