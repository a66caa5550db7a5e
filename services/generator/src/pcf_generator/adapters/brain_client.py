"""The `Brain` port on the brain service. A release never changes, so what was routed once is kept."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import grpc
import jsonschema_rs
from pcf.brain.v1 import brain_pb2, brain_pb2_grpc
from pcf_runtime.errors import (
    DeadlineExceeded,
    FailedPrecondition,
    NotFound,
    ResourceExhausted,
    ServiceError,
    Unavailable,
)

from pcf_generator.adapters.brain_files.capability import capability, kinds
from pcf_generator.adapters.brain_files.document import parse
from pcf_generator.adapters.brain_files.language import language_rules
from pcf_generator.adapters.brain_files.rules import rules
from pcf_generator.adapters.brain_files.strings import strings
from pcf_generator.domain.capability import Capability, Kind
from pcf_generator.domain.language import LanguageRules
from pcf_generator.domain.rule import Rule
from pcf_generator.domain.source import Strings, Template
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import Route
from pcf_generator.ports.knowledge import (
    BrainFileFault,
    KnowledgeGone,
    KnowledgeUnavailable,
    LanguageUnknown,
    PromptFile,
)

T = TypeVar("T")
Task = brain_pb2.Task
Key = tuple[str, Task.ValueType, str, str]
_CAPABILITY_TASKS = {
    Stage.MATCH: Task.TASK_MATCH_CAPABILITY,
    Stage.SPECIFY: Task.TASK_GENERATE_SPEC,
    Stage.VALIDATE: Task.TASK_GENERATE_SPEC,
    Stage.APPROVE: Task.TASK_VALIDATE_FINAL,
}
"""The task under which a stage gets the kind it works on."""
_PROMPT_TASKS = {
    Stage.INTERPRET: (Task.TASK_ASK_INTENT, "prompts/interpret-intent.md", "schemas/intent-answer.schema.json"),
    Stage.SPECIFY: (Task.TASK_ASK_SPEC, "prompts/generate-spec.md", "schemas/spec-answer.schema.json"),
}
"""The task under which a stage gets what a language model is asked, and its files."""
SCHEMA = "schemas/component-spec.schema.json"
KEPT = 512
"""Routed tasks kept in memory: releases times tasks times kinds; a few hundred kilobytes."""


class BrainClient:
    """Implements `Brain`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = brain_pb2_grpc.BrainServiceStub(channel)
        self._routed: OrderedDict[Key, brain_pb2.RouteTaskResponse] = OrderedDict()
        self._parsed: OrderedDict[tuple[str, Key], Any] = OrderedDict()

    async def current(self) -> "ReleaseKnowledge":
        try:
            release = await self._stub.GetRelease(brain_pb2.GetReleaseRequest(name="releases/current"))
        except ServiceError as error:
            raise _translated(error) from error
        return ReleaseKnowledge(self, release.name)

    def at(self, release: str) -> "ReleaseKnowledge":
        return ReleaseKnowledge(self, release)

    async def route(self, key: Key) -> tuple[brain_pb2.RouteTaskResponse, bool]:
        """The files of a task, and whether they were here already."""
        if key in self._routed:
            self._routed.move_to_end(key)
            return self._routed[key], True
        release, task, capability_id, language = key
        request = brain_pb2.RouteTaskRequest(release=release, task=task, capability_id=capability_id, language=language)
        try:
            response = await self._stub.RouteTask(request)
        except ServiceError as error:
            raise _translated(error) from error
        _keep(self._routed, key, response)
        return response, False

    def parsed(self, what: str, key: Key, parse: Callable[[], T]) -> T:
        """What a parser made of a routed task, once; BrainFileFault when it cannot make anything of it."""
        if (what, key) not in self._parsed:
            try:
                _keep(self._parsed, (what, key), parse())
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                fault = f"{what} of {Task.Name(key[1])} in {key[0]}: {type(error).__name__}: {error}"
                raise BrainFileFault(fault) from error
        return self._parsed[what, key]  # type: ignore[no-any-return]


class ReleaseKnowledge:
    """Implements `Knowledge` for one release, and notes what was routed."""

    def __init__(self, client: BrainClient, release: str) -> None:
        self._client = client
        self._release = release
        self._routes: list[Route] = []

    @property
    def release(self) -> str:
        return self._release

    async def language(self, language: str) -> LanguageRules:
        key, files = await self._files(Task.TASK_INTERPRET_INTENT, language=language)
        path = f"derived/kinds.{language}.json"
        return self._client.parsed("language", key, lambda: language_rules(language, files, kinds(path, files[path])))

    async def kinds(self, language: str) -> tuple[Kind, ...]:
        key, files = await self._files(Task.TASK_MATCH_CAPABILITY, language=language)
        path = f"derived/kinds.{language}.json"
        return self._client.parsed("kinds", key, lambda: kinds(path, files[path]))

    async def capability(self, capability_id: str, *, stage: Stage = Stage.SPECIFY) -> Capability:
        key, files = await self._files(_CAPABILITY_TASKS[stage], capability_id)
        path = f"capabilities/{capability_id}/capability.yaml"
        return self._client.parsed("capability", key, lambda: capability(path, files[path]))

    async def prompt(self, stage: Stage) -> PromptFile:
        task, path, schema = _PROMPT_TASKS[stage]
        key, files = await self._files(task)
        return self._client.parsed("prompt", key, lambda: PromptFile(path, files[path], parse(schema, files[schema])))

    async def specification_rules(self) -> tuple[Rule, ...]:
        return await self._rules(Task.TASK_VALIDATE_RULES, "derived/rules.specification.json")

    async def code_rules(self) -> tuple[Rule, ...]:
        return await self._rules(Task.TASK_VALIDATE_CODE, "derived/rules.code.json")

    async def spec_faults(self, document: Mapping[str, object], *, stage: Stage = Stage.SPECIFY) -> tuple[str, ...]:
        key, files = await self._files(_CAPABILITY_TASKS[stage], str(document["componentType"]))
        # Masked: what the maker wrote must not come into errors and logs.
        validator = self._client.parsed(
            "schema", key, lambda: jsonschema_rs.Draft202012Validator(files[SCHEMA], mask="the value")
        )
        errors = validator.iter_errors(document)
        return tuple(f"{'.'.join(map(str, error.instance_path))}: {error.message}" for error in errors)

    async def project_templates(self) -> tuple[Template, ...]:
        return await self._templates(Task.TASK_RENDER_PROJECT)

    async def control_templates(self, capability_id: str) -> tuple[Template, ...]:
        return await self._templates(Task.TASK_RENDER_CONTROL, capability_id)

    async def strings(self, capability_id: str) -> tuple[Strings, ...]:
        key, files = await self._files(Task.TASK_RENDER_STRINGS, capability_id)
        return self._client.parsed(
            "strings",
            key,
            lambda: tuple(sorted((strings(p, t) for p, t in files.items()), key=lambda s: s.lcid)),
        )

    def routes(self) -> tuple[Route, ...]:
        taken, self._routes = tuple(self._routes), []
        return taken

    async def _rules(self, task: Task.ValueType, path: str) -> tuple[Rule, ...]:
        key, files = await self._files(task)
        return self._client.parsed("rules", key, lambda: rules(path, files[path]))

    async def _templates(self, task: Task.ValueType, capability_id: str = "") -> tuple[Template, ...]:
        key, _ = await self._files(task, capability_id)
        response, _ = await self._client.route(key)
        return self._client.parsed(
            "templates",
            key,
            lambda: tuple(Template(file.path, file.sha256, file.content.decode()) for file in response.files),
        )

    async def _files(
        self, task: Task.ValueType, capability_id: str = "", *, language: str = ""
    ) -> tuple[Key, Mapping[str, str]]:
        key = (self._release, task, capability_id, language)
        response, kept = await self._client.route(key)
        self._note(task, response, kept=kept)
        return key, self._client.parsed("files", key, lambda: {f.path: f.content.decode() for f in response.files})

    def _note(self, task: Task.ValueType, response: brain_pb2.RouteTaskResponse, *, kept: bool) -> None:
        """One entry for each task in a stage, however often the stage asks."""
        name = Task.Name(task).removeprefix("TASK_")
        if any(route.task == name for route in self._routes):
            return
        self._routes.append(
            Route(
                task=name,
                release=self._release,
                files=tuple((file.path, file.sha256) for file in response.files),
                estimated_tokens=response.estimated_tokens,
                token_budget=response.token_budget,
                cache_hits=len(response.files) if kept else sum(file.cache_hit for file in response.files),
            )
        )


def _translated(error: ServiceError) -> Exception:
    match error:
        case Unavailable() | DeadlineExceeded():
            return KnowledgeUnavailable(error.reason)
        case ResourceExhausted(retry_after_s=float()):
            return KnowledgeUnavailable(error.reason)  # too busy now; without a time it is about the files
        case NotFound(reason="LANGUAGE_NOT_FOUND"):
            return LanguageUnknown(error.reason)
        case FailedPrecondition(reason="RELEASE_GONE"):
            return KnowledgeGone(error.reason)
        case _:
            return BrainFileFault(f"the brain refused a task: {error.reason}")


def _keep(kept: "OrderedDict[Any, Any]", key: object, value: object) -> None:
    kept[key] = value
    while len(kept) > KEPT:
        kept.popitem(last=False)
