"""The repository's brain, read without a brain service."""

import asyncio
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.loader import load
from pcf_generator.adapters.brain_files.capability import capability, kinds
from pcf_generator.adapters.brain_files.language import language_rules
from pcf_generator.adapters.brain_files.rules import rules
from pcf_generator.adapters.brain_files.strings import strings
from pcf_generator.domain.capability import Capability, Kind
from pcf_generator.domain.language import LanguageRules
from pcf_generator.domain.rule import Rule
from pcf_generator.domain.source import Strings, Template
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import Route
from pcf_generator.ports.knowledge import LanguageUnknown, PromptFile

PROMPTS = {
    Stage.INTERPRET: ("prompts/interpret-intent.md", "schemas/intent-answer.schema.json"),
    Stage.SPECIFY: ("prompts/generate-spec.md", "schemas/spec-answer.schema.json"),
}


@dataclass
class RepositoryKnowledge:
    """Implements `Knowledge` on the files of one release."""

    release: str
    files: Mapping[str, str]

    async def language(self, language: str) -> LanguageRules:
        if f"intent/lexicon/{language}.yaml" not in self.files:
            raise LanguageUnknown(language)
        return self._language(language)

    async def kinds(self, language: str) -> tuple[Kind, ...]:
        path = f"derived/kinds.{language}.json"
        if path not in self.files:
            raise LanguageUnknown(language)
        return kinds(path, self.files[path])

    async def capability(self, capability_id: str, *, stage: Stage = Stage.SPECIFY) -> Capability:
        return self._capability(capability_id)

    async def prompt(self, stage: Stage) -> PromptFile:
        path, schema = PROMPTS[stage]
        return PromptFile(path, self.files[path], json.loads(self.files[schema]))

    async def specification_rules(self) -> tuple[Rule, ...]:
        return self._rules("specification")

    async def code_rules(self) -> tuple[Rule, ...]:
        return self._rules("code")

    async def spec_faults(self, document: Mapping[str, object], *, stage: Stage = Stage.SPECIFY) -> tuple[str, ...]:
        return tuple(error.message for error in self._schema().iter_errors(document))

    async def project_templates(self) -> tuple[Template, ...]:
        return self._templates("templates/")

    async def control_templates(self, capability_id: str) -> tuple[Template, ...]:
        return tuple(t for t in self._templates(f"capabilities/{capability_id}/") if t.path.endswith(".j2"))

    async def strings(self, capability_id: str) -> tuple[Strings, ...]:
        return self._strings(f"capabilities/{capability_id}/strings/")

    def routes(self) -> tuple[Route, ...]:
        return ()

    @functools.cache  # noqa: B019 - lives as long as the test session
    def _schema(self) -> jsonschema_rs.Draft202012Validator:
        schema = json.loads(self.files["schemas/component-spec.schema.json"])
        return jsonschema_rs.Draft202012Validator(schema, mask="the value")

    @functools.cache  # noqa: B019
    def _language(self, language: str) -> LanguageRules:
        path = f"derived/kinds.{language}.json"
        return language_rules(language, self.files, kinds(path, self.files[path]))

    @functools.cache  # noqa: B019
    def _capability(self, capability_id: str) -> Capability:
        path = f"capabilities/{capability_id}/capability.yaml"
        return capability(path, self.files[path])

    @functools.cache  # noqa: B019
    def _rules(self, judged: str) -> tuple[Rule, ...]:
        path = f"derived/rules.{judged}.json"
        return rules(path, self.files[path])

    @functools.cache  # noqa: B019
    def _strings(self, folder: str) -> tuple[Strings, ...]:
        return tuple(strings(path, text) for path, text in sorted(self.files.items()) if path.startswith(folder))

    def _templates(self, folder: str) -> tuple[Template, ...]:
        return tuple(Template(p, "", text) for p, text in sorted(self.files.items()) if p.startswith(folder))

    def __hash__(self) -> int:
        return hash(self.release)


def read_release(folder: Path) -> RepositoryKnowledge:
    """Read a brain folder as the brain does."""

    async def read() -> RepositoryKnowledge:
        loaded = await load(await FolderStore(folder).open(), now=lambda: datetime.now(UTC))
        files = {path: (await loaded.snapshot.read(path)).decode() for path in loaded.release.files}
        return RepositoryKnowledge(loaded.release.name, files)

    return asyncio.run(read())
