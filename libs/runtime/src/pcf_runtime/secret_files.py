"""How settings are named in the environment, and reading them from mounted files (PCF_AUDIT_X_FILE).

Orchestrators mount secrets as files; in an environment variable a secret shows in crash dumps and process
lists.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

_SUFFIX: Final = "_FILE"


def variable(settings: type[BaseSettings], field: str) -> str:
    """The environment variable of a field."""
    alias = settings.model_fields[field].validation_alias
    if isinstance(alias, str):
        return alias
    return (settings.model_config.get("env_prefix", "") + field).upper()


class SecretFiles(PydanticBaseSettingsSource):
    """The settings source that reads files. What it cannot read it leaves out: `file_problems` tells."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = _path(self.settings_cls, field_name)
        if path is None or not Path(path).is_file():
            return None, field_name, False
        return Path(path).read_text(encoding="utf-8").strip(), field_name, self.field_is_complex(field)

    def __call__(self) -> dict[str, Any]:
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, is_complex = self.get_field_value(field, name)
            if value is not None:
                found[key] = self.prepare_field_value(name, field, value, is_complex)
        return found


def file_problems(settings: type[BaseSettings]) -> Iterator[str]:
    """One sentence for each file that is missing or competes with a variable."""
    for field in settings.model_fields:
        name = variable(settings, field)
        path = _path(settings, field)
        if path is None:
            continue
        if name in os.environ:
            yield f"{name} and {name}{_SUFFIX} are both set; keep one of them."
        if not Path(path).is_file():
            yield f"{name}{_SUFFIX} names {path}, which is not a file that can be read."


def unknown_variables(settings: type[BaseSettings]) -> Iterator[str]:
    """One sentence for each variable that has the prefix and sets nothing: a typing error, mostly."""
    prefix = settings.model_config.get("env_prefix", "")
    names = {variable(settings, field) for field in settings.model_fields}
    known = names | {name + _SUFFIX for name in names}
    for name in sorted(os.environ):
        if prefix and name.startswith(prefix) and name not in known:
            yield f"{name} is not a setting of this service."


def _path(settings: type[BaseSettings], field: str) -> str | None:
    name = variable(settings, field) + _SUFFIX
    # A setting may itself be called "..._file"; its variable then means that setting.
    taken = name in {variable(settings, other) for other in settings.model_fields}
    return None if taken else os.environ.get(name)
