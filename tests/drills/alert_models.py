"""Two language models for the drill of alerts, both of which know what stars are."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.servers.model_apis import Asked, ModelApis

__all__ = ["answer", "catalogue"]

_PROVIDERS = ("openai", "anthropic")


def catalogue(folder: Path, apis: ModelApis) -> Path:
    """The file that names them, with a key file beside it."""
    key = folder / "key"
    key.write_text("sk-drill")
    price = {"input_price": 3.0, "output_price": 15.0}
    entries = [
        {"provider": provider, "model": "drill", "key_file": str(key), "base_url": apis.url(provider), **price}
        for provider in _PROVIDERS
    ]
    path = folder / "models.yaml"
    path.write_text(yaml.safe_dump({"models": entries}))
    return path


def answer(asked: Asked) -> Mapping[str, Any]:
    """Every prompt is about stars."""
    fields = asked.schema["properties"]
    if "kind" in fields:
        empty: dict[str, Any] = {name: [] if shape.get("type") == "array" else None for name, shape in fields.items()}
        return empty | {"kind": "star-rating", "confidence": 0.97}
    pieces = json.loads(asked.text)["notUnderstood"]
    none: dict[str, Any] = dict.fromkeys(fields["parameters"]["properties"])
    return {"parameters": none, "covers": [piece["number"] for piece in pieces], "unmapped": []}
