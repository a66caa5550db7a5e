"""The brain client against a scripted brain on a real server."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from pcf.brain.v1 import brain_pb2, brain_pb2_grpc
from pcf_generator.adapters import brain_client
from pcf_generator.adapters.brain_client import BrainClient
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.knowledge import BrainFileFault, KnowledgeGone, KnowledgeUnavailable, LanguageUnknown
from pcf_runtime import errors
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.server import Rpc
from pcf_runtime.testing import serving

Task = brain_pb2.Task
RELEASE = "releases/0123456789abcdef"
BUSY = errors.ResourceExhausted("TOO_BUSY", "busy", retry_after_s=1.0)
OVER_BUDGET = errors.ResourceExhausted("BUDGET_EXCEEDED", "too many files")


@dataclass
class ScriptedBrain(brain_pb2_grpc.BrainServiceServicer):
    """Answers with `files` of a task; what stands in `faults` is raised first, one for each call."""

    files: dict[int, dict[str, bytes]] = field(default_factory=dict)
    faults: list[errors.ServiceError | grpc.StatusCode] = field(default_factory=list)
    asked: list[tuple[str, str, str, str]] = field(default_factory=list)

    async def GetRelease(self, request: brain_pb2.GetReleaseRequest, context: Any) -> brain_pb2.Release:  # noqa: N802
        self.asked.append(("release", request.name, "", ""))
        await self._fail(context)
        return brain_pb2.Release(name=RELEASE)

    async def RouteTask(self, request: brain_pb2.RouteTaskRequest, context: Any) -> brain_pb2.RouteTaskResponse:  # noqa: N802
        self.asked.append((Task.Name(request.task), request.release, request.capability_id, request.language))
        await self._fail(context)
        files = [
            brain_pb2.File(path=path, sha256=f"{n:064d}", content=content, cache_hit=n == 0)
            for n, (path, content) in enumerate(self.files.get(request.task, {}).items())
        ]
        return brain_pb2.RouteTaskResponse(release=request.release, files=files, estimated_tokens=7, token_budget=5000)

    async def _fail(self, context: Any) -> None:
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, grpc.StatusCode):
                await context.abort(fault, "no details")
            raise fault


@pytest.fixture
def brain():
    return ScriptedBrain()


@pytest.fixture
async def client(brain):
    rpc = Rpc(
        "pcf.brain.v1.BrainService",
        lambda server: brain_pb2_grpc.add_BrainServiceServicer_to_server(brain, server),
    )
    async with serving([rpc], domain="brain.pcf") as server:
        yield BrainClient(server.channel)


@pytest.fixture
def at(client):
    return client.at(RELEASE)


async def test_the_current_release_is_asked_for_each_time_it_is_needed(client, brain):
    assert RELEASE == (await client.current()).release
    assert RELEASE == (await client.current()).release
    assert [("release", "releases/current", "", "")] * 2 == brain.asked


async def test_a_build_stays_with_its_release(at, brain):
    brain.files[Task.TASK_RENDER_PROJECT] = {"templates/a.j2": b"a"}
    await at.project_templates()
    assert [("TASK_RENDER_PROJECT", RELEASE, "", "")] == brain.asked


async def test_the_repository_s_files_are_read_as_they_stand(at, brain, knowledge):
    """Each question asks for its task, and the answer is what the files say."""
    for task in Task.values():
        brain.files[task] = {path: text.encode() for path, text in knowledge.files.items()}
    strings = [path for path in knowledge.files if path.startswith("capabilities/star-rating/strings/")]
    brain.files[Task.TASK_RENDER_STRINGS] = {path: knowledge.files[path].encode() for path in strings}

    assert await knowledge.kinds("en") == await at.kinds("en")
    assert (await knowledge.language("en")).lexicon == (await at.language("en")).lexicon
    assert await knowledge.capability("star-rating") == await at.capability("star-rating")
    assert await knowledge.specification_rules() == await at.specification_rules()
    assert await knowledge.code_rules() == await at.code_rules()
    assert {text.lcid: text for text in await knowledge.strings("star-rating")} == {
        text.lcid: text for text in await at.strings("star-rating")
    }
    assert len(knowledge.files) == len(await at.control_templates("star-rating"))
    assert (await at.spec_faults({"componentType": "star-rating"}))[0]
    for stage in (Stage.INTERPRET, Stage.SPECIFY):
        assert await knowledge.prompt(stage) == await at.prompt(stage)
    assert {
        "TASK_INTERPRET_INTENT",
        "TASK_MATCH_CAPABILITY",
        "TASK_GENERATE_SPEC",
        "TASK_VALIDATE_RULES",
        "TASK_VALIDATE_CODE",
        "TASK_RENDER_CONTROL",
        "TASK_RENDER_STRINGS",
        "TASK_ASK_INTENT",
        "TASK_ASK_SPEC",
    } == {asked[0] for asked in brain.asked}


async def test_a_task_of_a_release_is_asked_for_once(client, brain):
    brain.files[Task.TASK_RENDER_CONTROL] = {"capabilities/a/index.ts.j2": b"code"}
    first = await client.at(RELEASE).control_templates("a")
    again = await client.at(RELEASE).control_templates("a")
    await client.at(RELEASE).control_templates("b")
    await client.at("releases/fedcba9876543210").control_templates("a")
    assert first is again
    assert [("a", RELEASE), ("b", RELEASE), ("a", "releases/fedcba9876543210")] == [
        (capability, release) for _, release, capability, _ in brain.asked
    ]


async def test_no_more_is_kept_than_may_be(client, brain):
    for number in range(brain_client.KEPT + 1):
        await client.at(RELEASE).control_templates(f"kind-{number}")
    await client.at(RELEASE).control_templates(f"kind-{brain_client.KEPT}")
    await client.at(RELEASE).control_templates("kind-0")
    asked = Counter(capability for _, _, capability, _ in brain.asked)
    assert (2, 1) == (asked["kind-0"], asked[f"kind-{brain_client.KEPT}"])


async def test_a_fault_is_not_kept(at, brain):
    brain.faults = [errors.NotFound("CAPABILITY_NOT_FOUND", "none")]
    with pytest.raises(BrainFileFault):
        await at.control_templates("a")
    brain.files[Task.TASK_RENDER_CONTROL] = {"capabilities/a/index.ts.j2": b"code"}
    assert ["code"] == [template.text for template in await at.control_templates("a")]


async def test_what_was_routed_is_told_once_for_each_task_and_forgotten_when_told(at, brain):
    brain.files[Task.TASK_RENDER_PROJECT] = {"templates/a.j2": b"a", "templates/b.j2": b"b"}
    await at.project_templates()
    await at.project_templates()
    await at.control_templates("a")
    project, control = at.routes()
    assert ("RENDER_PROJECT", RELEASE, 7, 5000, 1) == (
        project.task,
        project.release,
        project.estimated_tokens,
        project.token_budget,
        project.cache_hits,
    )
    assert (("templates/a.j2", "0" * 64), ("templates/b.j2", "0" * 63 + "1")) == project.files
    assert "RENDER_CONTROL" == control.task
    assert () == at.routes()


async def test_files_that_are_kept_here_count_as_found_in_the_cache(client, brain):
    brain.files[Task.TASK_RENDER_PROJECT] = {"templates/a.j2": b"a", "templates/b.j2": b"b"}
    await client.at(RELEASE).project_templates()
    later = client.at(RELEASE)
    await later.project_templates()
    assert [2] == [route.cache_hits for route in later.routes()]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (errors.FailedPrecondition("RELEASE_GONE", "gone"), KnowledgeGone),
        (errors.NotFound("LANGUAGE_NOT_FOUND", "none"), LanguageUnknown),
        (errors.DeadlineExceeded("TOO_LITTLE_TIME", "late"), KnowledgeUnavailable),
        (BUSY, KnowledgeUnavailable),
        (OVER_BUDGET, BrainFileFault),
        (errors.NotFound("CAPABILITY_NOT_FOUND", "none"), BrainFileFault),
        (errors.InvalidArgument("CAPABILITY_REQUIRED", "which"), BrainFileFault),
        (errors.DataLoss("FILE_DAMAGED", "damaged"), BrainFileFault),
        (errors.Internal("INTERNAL", "internal error"), BrainFileFault),
    ],
    ids=lambda value: getattr(value, "reason", getattr(value, "__name__", "")),
)
async def test_what_the_brain_refuses_is_told_in_the_pipeline_s_words(at, brain, fault, expected):
    brain.faults = [fault]
    with pytest.raises(expected, match=fault.reason):
        await at.kinds("en")


@pytest.mark.parametrize("code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED])
async def test_a_brain_that_is_away_for_a_moment_is_asked_again_by_grpc(at, brain, code):
    brain.faults = [code, code]
    await at.control_templates("a")
    assert 3 == len(brain.asked)


@pytest.mark.parametrize("code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED])
async def test_a_brain_that_stays_away_is_unavailable(client, at, brain, code):
    brain.faults = [code] * 8
    with pytest.raises(KnowledgeUnavailable, match="UNAVAILABLE"):
        await client.current()
    with pytest.raises(KnowledgeUnavailable, match="UNAVAILABLE"):
        await at.kinds("en")
    assert 8 == len(brain.asked)


async def test_a_brain_without_a_release_is_unavailable(client, brain):
    brain.faults = [errors.Unavailable("NO_RELEASE", "none yet")] * 4
    with pytest.raises(KnowledgeUnavailable, match="NO_RELEASE"):
        await client.current()


async def test_nobody_there_is_unavailable():
    async with open_channel("127.0.0.1:1", service_config=service_config("pcf.brain.v1")) as channel:
        with pytest.raises(KnowledgeUnavailable):
            await BrainClient(channel).current()


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe not UTF-8", b"key: [never closed", b"just words", b"[1, 2]", b"null", b"{}", b""],
    ids=lambda content: content.decode("latin-1") or "empty",
)
@pytest.mark.parametrize(
    ("task", "path", "ask"),
    [
        (Task.TASK_GENERATE_SPEC, "capabilities/a/capability.yaml", lambda at: at.capability("a")),
        (Task.TASK_INTERPRET_INTENT, "derived/kinds.en.json", lambda at: at.language("en")),
        (Task.TASK_RENDER_STRINGS, "capabilities/a/strings/1033.yaml", lambda at: at.strings("a")),
    ],
    ids=["capability", "language", "strings"],
)
async def test_a_file_that_cannot_be_read_is_a_fault_of_the_brain(at, brain, content, task, path, ask):
    brain.files[task] = {path: content}
    with pytest.raises(BrainFileFault):
        await ask(at)


@pytest.mark.parametrize("content", [b"\xff", b"[", b"words", b"[1]", b'[{"id": "x"}]'])
async def test_rules_and_kinds_that_cannot_be_read_are_faults_of_the_brain(at, brain, content):
    brain.files[Task.TASK_MATCH_CAPABILITY] = {"derived/kinds.en.json": content}
    brain.files[Task.TASK_VALIDATE_RULES] = {"derived/rules.specification.json": content}
    with pytest.raises(BrainFileFault):
        await at.kinds("en")
    with pytest.raises(BrainFileFault):
        await at.specification_rules()


@pytest.mark.parametrize("content", [b"\xff", b"{", b'{"type": 3}'])
async def test_a_schema_that_cannot_be_read_is_a_fault_of_the_brain(at, brain, content):
    brain.files[Task.TASK_GENERATE_SPEC] = {"schemas/component-spec.schema.json": content}
    with pytest.raises(BrainFileFault):
        await at.spec_faults({"componentType": "a"})


async def test_a_template_that_is_not_text_is_a_fault_of_the_brain(at, brain):
    brain.files[Task.TASK_RENDER_PROJECT] = {"templates/a.j2": b"\xff"}
    with pytest.raises(BrainFileFault):
        await at.project_templates()


async def test_a_file_that_is_missing_is_a_fault_of_the_brain(at):
    with pytest.raises(BrainFileFault, match=r"MATCH_CAPABILITY.*kinds\.en\.json"):
        await at.kinds("en")


async def test_what_does_not_fit_the_schema_is_told_without_what_the_maker_wrote(at, brain):
    schema = b'{"properties": {"displayName": {"maxLength": 3}}, "required": ["namespace"]}'
    brain.files[Task.TASK_GENERATE_SPEC] = {"schemas/component-spec.schema.json": schema}
    faults = await at.spec_faults({"componentType": "a", "displayName": "my secret"})
    assert 2 == len(faults)
    assert "displayName" in " ".join(faults)
    assert "secret" not in " ".join(faults)
