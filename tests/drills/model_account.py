"""The account at a provider of language models: which keys it takes, and what it saw of others."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.servers.model_apis import Asked, ModelApis

__all__ = ["ModelAccount"]


class ModelAccount:
    """One key at a time is in the services' file; the provider takes those that were not revoked."""

    def __init__(self, apis: ModelApis, folder: Path) -> None:
        self._made = 0
        self._taken: set[str] = set()
        self._file = folder / "model-key"
        self.refused = 0
        """Questions that came with a key that was revoked, or never was one."""
        self.asked = 0
        self.rotate()
        self.catalogue = folder / "models.yaml"
        entry = {
            "provider": "openai",
            "model": "drill",
            "key_file": str(self._file),
            "base_url": apis.url("openai"),
            "input_price": 0.01,
            "output_price": 0.01,
        }
        self.catalogue.write_text(yaml.safe_dump({"models": [entry]}))
        apis.answer(self._answer)

    def rotate(self) -> None:
        """Another key in the file, in one move; the ones before are taken still."""
        self._made += 1
        self._key = f"sk-drill-{self._made}"
        self._taken.add(self._key)
        new = self._file.with_suffix(".new")
        new.write_text(self._key)
        new.replace(self._file)

    def revoke(self) -> None:
        """The newest key alone is taken."""
        self._taken = {self._key}

    def _answer(self, asked: Asked) -> Mapping[str, Any]:
        """Every prompt is about stars."""
        self.asked += 1
        self.refused += asked.key not in self._taken
        fields = asked.schema["properties"]
        if "kind" in fields:
            nothing: dict[str, Any] = {
                name: [] if shape.get("type") == "array" else None for name, shape in fields.items()
            }
            return nothing | {"kind": "star-rating", "confidence": 0.97}
        pieces = json.loads(asked.text)["notUnderstood"]
        parameters: dict[str, None] = dict.fromkeys(fields["parameters"]["properties"])
        return {"parameters": parameters, "covers": [piece["number"] for piece in pieces], "unmapped": []}
