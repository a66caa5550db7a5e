import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from pcf.brain.v1 import brain_pb2
from pcf_brain.domain.budget import Budget
from pcf_runtime.errors import FailedPrecondition, InvalidArgument, NotFound, ResourceExhausted
from pcf_runtime.testing import expect_error


def _request(task: str, **fields: str) -> brain_pb2.RouteTaskRequest:
    return brain_pb2.RouteTaskRequest(task=brain_pb2.Task.Value(f"TASK_{task}"), **fields)


async def test_a_task_gets_its_files_with_their_contents(client: Any):
    response = await client.RouteTask(_request("RENDER_CONTROL", capability_id="lamp"))
    (code, styles) = response.files
    assert (code.path, code.content) == (
        "capabilities/lamp/index.ts.j2",
        b"export class {{ control.name | identifier }} {}\n",
    )
    assert styles.path == "capabilities/lamp/styles.css.j2"


async def test_each_file_is_measured(client: Any):
    response = await client.RouteTask(_request("RENDER_STRINGS", capability_id="lamp"))
    for file in response.files:
        characters = len(file.content.decode())
        expected = (hashlib.sha256(file.content).hexdigest(), len(file.content), -(-characters // 4))
        assert expected == (file.sha256, file.size_bytes, file.estimated_tokens)


async def test_tokens_and_budget_are_told(client: Any):
    response = await client.RouteTask(_request("VALIDATE_RULES"))
    assert sum(file.estimated_tokens for file in response.files) == response.estimated_tokens
    assert (response.token_budget, list(response.warnings)) == (5_000, [])


async def test_the_release_is_told(client: Any):
    response = await client.RouteTask(_request("VALIDATE_CODE"))
    current = await client.GetRelease(brain_pb2.GetReleaseRequest(name="releases/current"))
    assert current.name == response.release


async def test_the_first_answer_is_no_cache_hit_and_the_next_ones_are(client: Any):
    responses = [await client.RouteTask(_request("VALIDATE_CODE")) for _ in range(3)]
    assert [response.files[0].cache_hit for response in responses] == [False, True, True]


@pytest.mark.parametrize("task", [name.removeprefix("TASK_") for name in brain_pb2.Task.keys()[1:]])
async def test_every_task_of_the_contract_is_answered(client: Any, task: str):
    response = await client.RouteTask(_request(task, capability_id="lamp", language="de"))
    assert len(response.files) > 0


async def test_no_language_means_english(client: Any):
    response = await client.RouteTask(_request("INTERPRET_INTENT"))
    assert "intent/lexicon/en.yaml" in [file.path for file in response.files]


async def test_a_build_stays_with_the_release_it_began_with(client: Any, publish: Callable[[str], Any]):
    before = await client.RouteTask(_request("RENDER_PROJECT"))
    await publish("2")
    request = _request("RENDER_PROJECT", release=before.release)
    after = await client.RouteTask(request)
    assert before.release == after.release
    assert [file.sha256 for file in before.files] == [file.sha256 for file in after.files]


async def test_an_unknown_kind_is_not_found(client: Any):
    with expect_error(NotFound, reason="CAPABILITY_NOT_FOUND", domain="brain.pcf") as caught:
        await client.RouteTask(_request("GENERATE_SPEC", capability_id="video-player"))
    assert caught.error is not None
    assert caught.error.metadata == {"capability_id": "video-player"}


async def test_a_language_without_a_lexicon_is_not_found(client: Any):
    with expect_error(NotFound, reason="LANGUAGE_NOT_FOUND"):
        await client.RouteTask(_request("INTERPRET_INTENT", language="fr"))


async def test_a_release_that_is_no_longer_kept_is_gone(client: Any, publish: Callable[[str], Any]):
    first = (await client.RouteTask(_request("RENDER_PROJECT"))).release
    for version in ("2", "3"):
        await publish(version)
    with expect_error(FailedPrecondition, reason="RELEASE_GONE"):
        await client.RouteTask(_request("RENDER_PROJECT", release=first))


async def test_a_task_about_a_kind_must_name_one(client: Any):
    with expect_error(InvalidArgument, reason="CAPABILITY_REQUIRED") as caught:
        await client.RouteTask(_request("RENDER_CONTROL"))
    assert caught.error is not None
    assert [violation.field for violation in caught.error.violations] == ["capability_id"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "task"),
        ({"task": 99}, "task"),
        ({"task": 1, "language": "English"}, "language"),
        ({"task": 1, "capability_id": "../secret"}, "capability_id"),
        ({"task": 1, "release": "current"}, "release"),
    ],
)
async def test_a_request_that_breaks_the_contract_is_refused_by_field(client: Any, fields: dict[str, Any], field: str):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST") as caught:
        await client.RouteTask(brain_pb2.RouteTaskRequest(**fields))
    assert caught.error is not None
    assert [violation.field for violation in caught.error.violations] == [field]


class TestWithLittleBudget:
    """A release over its budget is refused when it is made; the router holds the line as well."""

    @pytest.fixture
    def budget(self) -> Budget:
        return Budget(tokens=100, warn_tokens=50)

    async def test_over_the_budget_the_task_is_refused(self, client: Any):
        with expect_error(ResourceExhausted, reason="BUDGET_EXCEEDED") as caught:
            await client.RouteTask(_request("RENDER_STRINGS", capability_id="lamp"))
        assert "biggest: capabilities/lamp/strings/" in str(caught.error)

    async def test_above_the_warning_line_a_warning_is_told(self, client: Any):
        response = await client.RouteTask(_request("RENDER_STRINGS", capability_id="dial"))
        assert len(response.warnings) == 1
