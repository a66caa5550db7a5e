"""How settings are named in the environment, and reading them from elsewhere.

PCF_AUDIT_X_FILE names a mounted file that holds the value, PCF_AUDIT_X_SECRET a secret of AWS Secrets Manager.
In an environment variable itself a secret shows in crash dumps and process lists.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from pcf_runtime.aws_secrets import BadReferenceError, StoredSecret
from pcf_runtime.secret_text import FixedText, SecretText, SecretUnreadableError, WatchedText

__all__ = ["SecretFiles", "StoredSecrets", "file_problems", "source_of", "unknown_variables", "variable"]

_FILE: Final = "_FILE"
_STORED: Final = "_SECRET"
_STORE_READ_EVERY_S: Final = 60.0
_STORE_PAUSE_S: Final = 1.0


def variable(settings: type[BaseSettings], field: str) -> str:
    """The environment variable of a field."""
    alias = settings.model_fields[field].validation_alias
    if isinstance(alias, str):
        return alias
    return (settings.model_config.get("env_prefix", "") + field).upper()


class SecretFiles(PydanticBaseSettingsSource):
    """The settings source that reads files. What it cannot read it leaves out: `file_problems` tells."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return _text(_file, self.settings_cls, field_name), field_name, self.field_is_complex(field)

    def __call__(self) -> dict[str, Any]:
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, is_complex = self.get_field_value(field, name)
            if value is not None:
                found[key] = self.prepare_field_value(name, field, value, is_complex)
        return found


class StoredSecrets(SecretFiles):
    """The settings source that reads AWS Secrets Manager, and is silent about failures likewise."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return _text(_stored, self.settings_cls, field_name), field_name, self.field_is_complex(field)


def source_of(settings: type[BaseSettings], field: str, text: str) -> SecretText:
    """Where the text of a setting comes from, to be read anew as long as the service runs."""
    for fetch_of, every_s, pause_s in ((_file, 0.0, 0.1), (_stored, _STORE_READ_EVERY_S, _STORE_PAUSE_S)):
        # Given otherwise, the setting has another value than what the environment names.
        if _text(fetch_of, settings, field) == text:
            return WatchedText(text, fetch_of(settings, field) or (lambda: text), every_s=every_s, pause_s=pause_s)
    return FixedText(text)


def file_problems(settings: type[BaseSettings]) -> Iterator[str]:
    """One sentence for each file or secret that cannot be read or competes with another."""
    for field in settings.model_fields:
        name = variable(settings, field)
        given = [each for each in (name, *_elsewhere(settings, field)) if each in os.environ]
        if len(given) > 1:
            yield f"{given[0]} and {given[1]} are both set; keep one of them."
        for suffix, fetch_of in ((_FILE, _file), (_STORED, _stored)):
            try:
                if fetch := fetch_of(settings, field):
                    fetch()
            except (SecretUnreadableError, BadReferenceError) as error:
                yield f"{name}{suffix} {'names ' if suffix == _FILE else ''}{error}."


def unknown_variables(settings: type[BaseSettings]) -> Iterator[str]:
    """One sentence for each variable that has the prefix and sets nothing: a typing error, mostly."""
    prefix = settings.model_config.get("env_prefix", "")
    names = {variable(settings, field) for field in settings.model_fields}
    known = names | {name + suffix for name in names for suffix in (_FILE, _STORED)}
    for name in sorted(os.environ):
        if prefix and name.startswith(prefix) and name not in known:
            yield f"{name} is not a setting of this service."


_Fetch = Callable[[], str]
_FetchOf = Callable[[type[BaseSettings], str], "_Fetch | None"]


def _file(settings: type[BaseSettings], field: str) -> _Fetch | None:
    path = _named(settings, field, _FILE)
    return None if path is None else lambda: _content(path)


def _stored(settings: type[BaseSettings], field: str) -> _Fetch | None:
    """BadReferenceError."""
    reference = _named(settings, field, _STORED)
    return None if reference is None else StoredSecret.parse(reference).fetch


def _content(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SecretUnreadableError(f"{path}, which is not a file that can be read") from None


def _text(fetch_of: _FetchOf, settings: type[BaseSettings], field: str) -> str | None:
    try:
        fetch = fetch_of(settings, field)
        return fetch() if fetch else None
    except (SecretUnreadableError, BadReferenceError):
        return None


def _elsewhere(settings: type[BaseSettings], field: str) -> list[str]:
    # A setting may itself be called "..._file"; its variable then means that setting.
    taken = {variable(settings, other) for other in settings.model_fields}
    return [name for suffix in (_FILE, _STORED) if (name := variable(settings, field) + suffix) not in taken]


def _named(settings: type[BaseSettings], field: str, suffix: str) -> str | None:
    name = variable(settings, field) + suffix
    return os.environ.get(name) if name in _elsewhere(settings, field) else None
