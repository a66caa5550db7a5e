"""What writes a control's files, and what from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pcf_generator.domain.source import SourceTree, Strings, Template
from pcf_generator.domain.spec import ComponentSpec


class MissingTemplate(LookupError):  # noqa: N818 - reads as what it is
    """The release has no template of this name."""


class TemplateFault(Exception):  # noqa: N818
    """A template that cannot be read or rendered; the message names the file and line."""


@dataclass(frozen=True, slots=True)
class Materials:
    """What the brain gives for one control: templates of all controls, of this kind, and its texts."""

    project: Sequence[Template]
    control: Sequence[Template]
    strings: Sequence[Strings]

    def template(self, path: str) -> Template:
        """The template whose path ends so; MissingTemplate when there is none."""
        for template in (*self.project, *self.control):
            if template.path.endswith(path):
                return template
        raise MissingTemplate(path)


class Renderer(Protocol):
    """Writes the files of a project."""

    def __call__(self, spec: ComponentSpec, materials: Materials) -> SourceTree:
        """Every file; MissingTemplate or TemplateFault."""
