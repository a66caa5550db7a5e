"""Writes the tables of settings in docs/operations.md from the settings classes; `--check` only compares."""

import sys
from collections.abc import Iterator
from pathlib import Path

from pcf_audit.settings import AuditSettings
from pcf_brain.settings import BrainSettings
from pcf_gateway.settings import GatewaySettings
from pcf_generator.settings import GeneratorSettings
from pcf_runtime.settings import ServiceSettings
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

PAGE = Path(__file__).parent / "operations.md"
BEGIN, END = "<!-- settings: written by `make docs` -->", "<!-- end of settings -->"
SERVICES: dict[str, type[ServiceSettings]] = {
    "gateway": GatewaySettings,
    "generator": GeneratorSettings,
    "brain": BrainSettings,
    "audit": AuditSettings,
}


def tables() -> str:
    """A table for what all services have, and one for each service's own."""
    shared = set(ServiceSettings.model_fields)
    lines = ["### All services", "", "`<SERVICE>` is GATEWAY, GENERATOR, BRAIN or AUDIT.", ""]
    lines += _table("PCF_<SERVICE>_", ServiceSettings, sorted(shared - {"port", "metrics_port"}))
    for name, settings in SERVICES.items():
        own = [field for field in settings.model_fields if field not in shared or field.endswith("port")]
        lines += ["", f"### {name}", "", *_table(str(settings.model_config["env_prefix"]), settings, own)]
    return "\n".join(lines)


def page() -> str:
    """The page as it should be."""
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{rest.split(END)[1]}"


def _table(prefix: str, settings: type[ServiceSettings], names: list[str]) -> Iterator[str]:
    yield "| variable | default | meaning |"
    yield "|---|---|---|"
    for name in names:
        field = settings.model_fields[name]
        variable = str(field.validation_alias) if field.validation_alias else f"{prefix}{name.upper()}"
        meaning = " ".join((field.description or "").split()).replace("|", "\\|")
        yield f"| `{variable}` | {_default(field)} | {meaning} |"


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "by profile"
    if isinstance(field.default, tuple):
        return ", ".join(f"`{item}`" for item in field.default)
    return f"`{field.default}`"


def main() -> None:
    """Write the page, or with `--check` fail if it is not as it should be."""
    if "--check" in sys.argv:
        if PAGE.read_text() != page():
            sys.exit("docs/operations.md does not say what the settings are; run `make docs`")
        return
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
