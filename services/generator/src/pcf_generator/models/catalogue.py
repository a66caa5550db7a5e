"""The language models that may be asked, in order of preference, and what they may cost; from one YAML file."""

import ssl
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from pcf_generator.models.catalogue_entry import PROVIDERS, Entry, Limits
from pcf_generator.models.providers.key_file import BadKeyFileError, read_key
from pcf_generator.models.providers.scripted import BadScriptError, read_script

__all__ = ["BadCatalogueError", "Catalogue", "Entry", "Limits", "read_catalogue"]


class BadCatalogueError(Exception):
    """The catalogue cannot be used; `problems` holds one sentence for each reason, none of them a secret."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue that can be used."""

    entries: tuple[Entry, ...]
    limits: Limits

    def preferring(self, providers: str) -> "Catalogue":
        """Only these, in this order (`azure, openai`); all as they are if none is named. BadCatalogueError."""
        names = [name.strip() for name in providers.split(",") if name.strip()]
        if not names:
            return self
        there = {entry.provider for entry in self.entries}
        if missing := [name for name in names if name not in there]:
            raise BadCatalogueError(
                [
                    f"the catalogue has no model of {name}; it has models of {', '.join(sorted(there))}"
                    for name in missing
                ]
            )
        chosen = [entry for name in dict.fromkeys(names) for entry in self.entries if entry.provider == name]
        return Catalogue(tuple(chosen), self.limits)

    def problems(self, *, environment: str) -> Iterator[str]:
        """What is wrong with it in this environment."""
        if environment != "production":
            return
        for number, entry in enumerate(self.entries, start=1):
            if entry.is_exposed:
                yield f"model {number}: base_url is not https, which production does not allow"
            if entry.provider == "scripted":
                yield f"model {number}: scripted answers are not for production"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    models: Annotated[list[Entry], Field(min_length=1)]
    limits: Limits = Limits()


def read_catalogue(path: Path) -> Catalogue:
    """Read and check everything, the files of keys and scripts too; BadCatalogueError with all that is wrong."""
    try:
        file = _File.model_validate(_parse(path))
    except ValidationError as error:
        raise BadCatalogueError([f"{path}: {_sentence(detail)}" for detail in error.errors()]) from None
    problems = [*_twice(file.models), *_files(file.models)]
    if problems:
        raise BadCatalogueError([f"{path}: {problem}" for problem in problems])
    return Catalogue(tuple(file.models), file.limits)


def _parse(path: Path) -> object:
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise BadCatalogueError([f"{path} cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise BadCatalogueError([f"{path} is no text"]) from None
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise BadCatalogueError([f"{path}: {line}{error.problem or 'no YAML'}"]) from None
    except yaml.YAMLError:
        raise BadCatalogueError([f"{path} is no YAML"]) from None


def _twice(entries: Sequence[Entry]) -> Iterator[str]:
    counted = Counter((entry.provider, entry.model) for entry in entries)
    for (provider, model), count in counted.items():
        if count > 1:
            yield f"{provider} {model} is there {count} times; each model may be there once"


def _files(entries: Sequence[Entry]) -> Iterator[str]:
    for number, entry in enumerate(entries, start=1):
        try:
            if entry.key_file:
                read_key(entry.key_file)
            if entry.script:
                read_script(entry.script)
        except (BadKeyFileError, BadScriptError) as error:
            yield f"model {number}: {error}"
        if entry.ca_file:
            yield from (f"model {number}: ca_file: {problem}" for problem in _authorities(entry.ca_file))


def _authorities(path: Path) -> Iterator[str]:
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        yield f"{path} holds no certificates in PEM"
    except OSError as error:
        yield f"{path} cannot be read: {error.strerror}"


def _sentence(detail: ErrorDetails) -> str:
    match detail["loc"]:
        case ("models", int(number), *field):
            place = f"model {number + 1}"
        case (name, *field):
            place = str(name)
        case _:
            return "should be a mapping with `models`"
    field_name = ".".join(str(part) for part in field)
    if detail["type"] == "missing":
        return f"{place}: {field_name} is missing" if field_name else f"{place} is missing"
    if detail["type"] == "extra_forbidden":
        return f"{place}: there is no setting {field_name}" if field_name else f"there is no setting {place}"
    if field_name == "provider":
        return f"{place}: provider should be one of {', '.join(PROVIDERS)}"
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{place}: {field_name} {message}" if field_name else f"{place}: {message}"
