"""Opens the provider that an entry of the catalogue names, and loads its SDK only then."""

import importlib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pcf_generator.models.calls import Provider
from pcf_generator.models.catalogue import Entry
from pcf_generator.models.providers.key_file import KeyFile
from pcf_generator.models.providers.scripted import Scripted

__all__ = ["open_provider"]

_OPENERS: Final[Mapping[str, tuple[str, str]]] = {
    "anthropic": ("anthropic", "open_anthropic"),
    "azure": ("openai", "open_azure"),
    "openai": ("openai", "open_openai"),
}
"""The module here and its function."""
_TALKATIVE: Final = ("anthropic", "openai", "httpx2", "httpcore2")
"""They log whole requests for debugging, the maker's text in them."""


def open_provider(entry: Entry) -> Provider:
    """The provider is the caller's to close; nothing is sent before it is asked."""
    if entry.provider == "scripted":
        return Scripted(entry.model, entry.script or Path())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    module, opener = _OPENERS[entry.provider]
    opened: Provider = getattr(importlib.import_module(f"pcf_generator.models.providers.{module}"), opener)(
        entry, KeyFile(entry.key_file or Path())
    )
    return opened
