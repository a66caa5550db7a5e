"""Parses YAML and JSON text of the brain, and compiles the CEL in it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import yaml

from pcf_generator.adapters.brain_files.cel_engine import cel
from pcf_generator.domain.capability import Expression
from pcf_generator.ports.knowledge import BrainFileFault

# The C loader is some ten times faster; wheels without libyaml fall back to the same safe rules in Python.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(path: str, text: str) -> Any:
    """Parse JSON or YAML, as the file's name says; BrainFileFault when it is malformed."""
    with reading(path):
        # To YAML 1.1 some numbers and escapes of JSON mean something else.
        if path.endswith(".json"):
            return json.loads(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader either way


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Tell whatever does not fit in a file as a BrainFileFault that names it."""
    try:
        yield
    except BrainFileFault as error:
        named = str(error).startswith(path)
        raise error if named else BrainFileFault(f"{path}: {error}") from error
    except (yaml.YAMLError, json.JSONDecodeError) as error:
        raise BrainFileFault(f"{path}: {error}") from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise BrainFileFault(f"{path}: {error!r}") from error


@lru_cache(maxsize=1024)
def expression(source: str) -> Expression:
    """Compile a CEL expression; BrainFileFault when it does not parse."""
    try:
        program = cel.compile(source)
    except ValueError as error:
        raise BrainFileFault(f"not CEL: {source}: {error}") from error

    def evaluate(variables: Mapping[str, object]) -> object:
        try:
            return program.execute(_CONVERTED.context(variables))
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
            raise BrainFileFault(f"CEL failed: {source}: {error}") from error

    return evaluate


class _Converted:
    """The variables evaluated last, in CEL's own form: converting a specification takes longer than thirty rules.

    Keeps the mapping itself, so that its identity cannot be another's. Event loop only, like all of the pipeline.
    """

    def __init__(self) -> None:
        self._variables: Mapping[str, object] = {}
        self._context = cel.Context()

    def context(self, variables: Mapping[str, object]) -> cel.Context:
        if variables is not self._variables:
            self._variables, self._context = variables, cel.Context(dict(variables))
        return self._context


_CONVERTED = _Converted()
