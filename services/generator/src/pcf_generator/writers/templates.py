"""Renders the brain's templates: sandboxed, strict, and every value written by the writer of the file's language.

A template never decides how a value is escaped: whatever `{{ … }}` yields goes through the writer that the
file's name asks for, so text of a user or a model cannot leave its literal.
"""

from collections.abc import Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2 import Template as CompiledTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment

from pcf_generator.domain.source import Template
from pcf_generator.ports.rendering import TemplateFault
from pcf_generator.writers import css, json_text, markdown, typescript, xml
from pcf_generator.writers.fragment import Writer

WRITERS: Mapping[str, Writer] = {
    ".ts": typescript.literal,
    ".css": css.value,
    ".xml": xml.text,
    ".resx": xml.text,
    ".pcfproj": xml.text,
    ".json": json_text.value,
    ".md": markdown.text,
}

UNWRITTEN: tuple[type[nodes.Node], ...] = (nodes.CallBlock, nodes.FilterBlock, nodes.EvalContextModifier)
"""Blocks whose result Jinja prints without asking the writer, or changes after it."""


def render(template: Template, context: Mapping[str, object]) -> str:
    """Render one template; TemplateFault when it asks for what is not there or a value cannot be written."""
    suffix = _suffix(template.path)
    if suffix is None:
        return template.text
    try:
        return _compile(suffix, template.path, template.text).render(context)
    except (TemplateError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        # Beyond Jinja's own: what a writer refuses, and what an expression such as `text + 1` raises.
        raise TemplateFault(f"{template.path}: {error}") from error


@lru_cache(maxsize=256)
def _compile(suffix: str, path: str, text: str) -> CompiledTemplate:
    try:
        environment = _environment(suffix)
        parsed = environment.parse(text)
        for block in UNWRITTEN:
            for found in parsed.find_all(block):
                raise TemplateFault(f"{path}:{found.lineno}: call, filter and autoescape blocks are not allowed")
        return environment.from_string(parsed)
    except TemplateSyntaxError as error:
        raise TemplateFault(f"{path}:{error.lineno}: {error.message}") from error


def _suffix(path: str) -> str | None:
    """The language of `index.ts.j2` is `.ts`; a file without `.j2` is no template and has none."""
    if not path.endswith(".j2"):
        return None
    stem = path.removesuffix(".j2")
    for suffix in WRITERS:
        if stem.endswith(suffix):
            return suffix
    raise TemplateFault(f"{path}: no writer for this kind of file")


def _defined(write: Writer) -> Writer:
    """The writer, but a name that is not there is told by its name."""
    return lambda value: write(str(value) if isinstance(value, Undefined) else value)


@lru_cache(maxsize=len(WRITERS))
def _environment(suffix: str) -> SandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=_defined(WRITERS[suffix]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        newline_sequence="\n",
    )
    # Jinja's own filters and globals may build text piecemeal around the writers; a template needs none of them.
    environment.filters = {name: environment.filters[name] for name in ("length", "first", "last", "sort")}
    environment.globals = {}
    if suffix == ".ts":
        environment.filters["identifier"] = _defined(typescript.identifier)
    if suffix == ".md":
        environment.filters["code"] = _defined(markdown.code)
    return environment
