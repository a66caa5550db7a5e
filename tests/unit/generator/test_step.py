"""What surrounds every stage: checkpoints, shared results, time limits, the trail and what metrics see."""

import asyncio
from dataclasses import dataclass, replace

import pytest
from pcf_generator.domain.finding import Action, Finding, Severity
from pcf_generator.domain.judgement import Validated
from pcf_generator.domain.refusal import Choice, Clarification, Problem, Question, Refusal
from pcf_generator.domain.source import SourceFile, SourceTree
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import Route
from pcf_generator.ports.journal import LeaseLost
from pcf_generator.step import StageTimeout, Step

ROUTE = Route("GENERATE_SPEC", "releases/one", (("a.yaml", "5e" * 32),), 100, 5000, 0)
TREE = SourceTree((SourceFile("README.md", "# Dial\n"),))


@dataclass
class Known:
    """The parts of `Knowledge` that a step asks."""

    release: str = "releases/one"
    noted: tuple[Route, ...] = ()

    def routes(self):
        taken, self.noted = self.noted, ()
        return taken


@dataclass
class Counted:
    """A stage that counts how often it runs."""

    times: int = 0

    async def run(self, tree: SourceTree) -> SourceTree:
        """Give the tree as it is."""
        self.times += 1
        return tree


@pytest.fixture
def counted():
    return Counted()


@pytest.fixture
async def make_step(journal, observations):
    """A step of one run; another of the same build has the same journal."""

    def make(*, release="releases/one", holds=True, limit_s=30.0, left_s=60.0, routes=(), journal=journal):
        async def still_there(value):
            return holds

        return Step(
            journal,
            Known(release, routes),
            observer=observations,
            holds=still_there,
            stage_limit_s=limit_s,
            ends_at=asyncio.get_running_loop().time() + left_s,
        )

    return make


async def test_runs_a_stage_and_keeps_its_result(make_step, journal, observations, counted):
    step = make_step()

    assert TREE == await step(Stage.GENERATE, counted.run, TREE)
    assert {Stage.GENERATE} == journal.done.keys()
    assert "Wrote 1 files." == journal.done[Stage.GENERATE].message
    assert [(Stage.GENERATE, "succeeded")] == observations.ended
    assert Stage.GENERATE is step.current


async def test_a_second_run_takes_the_checkpoint(make_step, observations, counted):
    await make_step()(Stage.GENERATE, counted.run, TREE)

    assert TREE == await make_step()(Stage.GENERATE, counted.run, TREE)
    assert 1 == counted.times
    assert [(Stage.GENERATE, "succeeded")] == observations.ended


OTHER = SourceTree((SourceFile("README.md", "# Other\n"),))


async def test_another_input_runs_again(make_step, counted):
    await make_step()(Stage.GENERATE, counted.run, TREE)

    assert OTHER == await make_step()(Stage.GENERATE, counted.run, OTHER)
    assert 2 == counted.times


async def test_another_release_runs_again(make_step, counted):
    await make_step()(Stage.GENERATE, counted.run, TREE)
    await make_step(release="releases/two")(Stage.GENERATE, counted.run, TREE)

    assert 2 == counted.times


async def test_another_stage_runs_by_itself(make_step, counted):
    await make_step()(Stage.GENERATE, counted.run, TREE)
    await make_step()(Stage.PACKAGE, counted.run, TREE)

    assert 2 == counted.times


async def test_a_checkpoint_whose_artifact_is_gone_runs_again(make_step, counted):
    await make_step()(Stage.GENERATE, counted.run, TREE)
    await make_step(holds=False)(Stage.GENERATE, counted.run, TREE)

    assert 2 == counted.times


@pytest.mark.parametrize(
    ("stage", "runs"), [(stage, 1 if stage in {Stage.GENERATE, Stage.PACKAGE} else 2) for stage in Stage]
)
async def test_other_builds_share_what_follows_from_the_specification_alone(make_step, journal, counted, stage, runs):
    await make_step()(stage, counted.run, TREE)
    another = replace(journal, done={})

    assert TREE == await make_step(journal=another)(stage, counted.run, TREE)
    assert runs == counted.times
    assert {stage} == another.done.keys()


async def test_what_was_shared_is_told_as_such(make_step, journal, observations, counted):
    await make_step()(Stage.GENERATE, counted.run, TREE)
    journal.done.clear()
    await make_step()(Stage.GENERATE, counted.run, TREE)

    assert "true" == journal.done[Stage.GENERATE].trail[-1].details["recalled"]
    assert [(Stage.GENERATE, "succeeded"), (Stage.GENERATE, "recalled")] == observations.ended


async def test_what_was_shared_is_written_once(make_step, journal, counted):
    """The checkpoint of a build that took it says only that it did."""
    await make_step()(Stage.GENERATE, counted.run, TREE)
    first = journal.done.pop(Stage.GENERATE)
    await make_step()(Stage.GENERATE, counted.run, TREE)
    second = journal.done[Stage.GENERATE]

    assert (True, False) == (first.shared, second.shared)
    assert (first.checkpoint.input_hash, "") == (second.checkpoint.input_hash, second.checkpoint.content)


async def test_a_checkpoint_that_took_what_was_shared_serves_as_any(make_step, journal, observations, counted):
    await make_step()(Stage.GENERATE, counted.run, TREE)
    journal.done.clear()
    await make_step()(Stage.GENERATE, counted.run, TREE)
    before = list(observations.ended)

    assert TREE == await make_step()(Stage.GENERATE, counted.run, TREE)
    assert (1, before) == (counted.times, observations.ended)


async def test_a_checkpoint_that_took_what_is_shared_no_more_runs_again(make_step, journal, counted):
    await make_step()(Stage.GENERATE, counted.run, TREE)
    journal.done.clear()
    await make_step()(Stage.GENERATE, counted.run, TREE)
    journal.shared.clear()

    assert TREE == await make_step()(Stage.GENERATE, counted.run, TREE)
    assert 2 == counted.times
    assert journal.done[Stage.GENERATE].shared


async def test_nothing_is_shared_when_the_artifact_is_gone(make_step, journal, counted):
    await make_step()(Stage.PACKAGE, counted.run, TREE)
    journal.done.clear()
    await make_step(holds=False)(Stage.PACKAGE, counted.run, TREE)

    assert 2 == counted.times
    assert "recalled" not in journal.done[Stage.PACKAGE].trail[-1].details


async def endless() -> SourceTree:
    """Never ends."""
    await asyncio.Event().wait()
    return TREE


@pytest.mark.parametrize("limits", [{"limit_s": 0.01}, {"left_s": 0.01}, {"left_s": -1}])
async def test_a_stage_that_never_ends_is_stopped(make_step, journal, observations, limits):
    with pytest.raises(StageTimeout) as timeout:
        await make_step(**limits)(Stage.MATCH, endless)

    assert Stage.MATCH is timeout.value.stage
    assert {} == journal.done
    assert [(Stage.MATCH, "timed_out")] == observations.ended


PROBLEM = Problem("PCF-CAP-001", Stage.MATCH, "none", "There is none.", "Ask for another.")
QUESTION = Question("kind", "PCF-INT-002", "Which?", (Choice("a", "A"), Choice("b", "B")))


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Refusal(PROBLEM), "stopped"),
        (Clarification(QUESTION), "stopped"),
        (RuntimeError("unforeseen"), "failed"),
        (asyncio.CancelledError(), "stopped"),
    ],
)
async def test_a_stage_that_raises_leaves_nothing(make_step, journal, observations, error, outcome):
    async def raises() -> SourceTree:
        raise error

    with pytest.raises(type(error)):
        await make_step()(Stage.MATCH, raises)

    assert {} == journal.done
    assert [(Stage.MATCH, outcome)] == observations.ended


async def test_a_drain_stops_a_stage_under_way(make_step, observations):
    running = asyncio.create_task(make_step()(Stage.MATCH, endless))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert [(Stage.MATCH, "stopped")] == observations.ended


async def test_a_lost_lease_passes(make_step, journal, counted):
    class Lost(type(journal)):
        async def stage_done(self, done):
            raise LeaseLost

    with pytest.raises(LeaseLost):
        await make_step(journal=Lost())(Stage.MATCH, counted.run, TREE)


async def test_the_trail_tells_routes_then_the_stage_then_findings(make_step, journal, make_spec):
    findings = (
        Finding("PCF_LIMIT_001", Severity.WARNING, Action.DOWNGRADED, "level was cut", "Ask for less."),
        Finding("PCF_NAMING_003", Severity.ERROR, Action.FIXED, "a name was mended"),
    )

    async def validate() -> Validated:
        return Validated(make_spec({"level": 5}), findings, ())

    await make_step(routes=(ROUTE,))(Stage.VALIDATE, validate)
    trail = journal.done[Stage.VALIDATE].trail

    assert ["route.decided", "stage.succeeded", "finding.downgraded", "finding.fixed"] == [e.type for e in trail]
    assert {"rule": "PCF_LIMIT_001", "severity": "warning"} == trail[2].details


async def test_a_route_is_told_once(make_step, journal, counted):
    step = make_step(routes=(ROUTE,))
    await step(Stage.GENERATE, counted.run, TREE)
    await step(Stage.PACKAGE, counted.run, TREE)

    assert ["stage.succeeded"] == [entry.type for entry in journal.done[Stage.PACKAGE].trail]
