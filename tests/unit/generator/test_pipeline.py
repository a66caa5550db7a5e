"""Seven stages in a row, and a build that goes on where it was."""

import asyncio
import io
import json
import zipfile
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pcf_generator import pipeline
from pcf_generator.checks.inspector import Inspector
from pcf_generator.domain.stage import Stage
from pcf_generator.models.offline.engine import OfflineEngine
from pcf_generator.packing.archive import pack
from pcf_generator.packing.importable import pack_importable
from pcf_generator.packing.project import render_project
from pcf_generator.packing.report import report
from pcf_generator.ports.model import Brief
from pcf_generator.step import Step

BRIEF = Brief("7 small purple stars rating for product reviews")


@pytest.fixture
async def run(knowledge, journal, artifacts, observations):
    """Run the pipeline with one journal and store; what each stage did is in `observations`."""

    async def run_pipeline(brief=BRIEF, *, release=None, journal=journal):
        observations.ended.clear()
        known = replace(knowledge, release=release or knowledge.release)
        kit = pipeline.Kit(OfflineEngine(), render_project, Inspector(), pack, report, artifacts, pack_importable)

        async def holds(value):
            return not hasattr(value, "artifacts") or await artifacts.lasts(value.artifacts[0])

        ends_at = asyncio.get_running_loop().time() + 60
        step = Step(journal, known, observer=observations, holds=holds, stage_limit_s=30, ends_at=ends_at)
        return await pipeline.run(brief, kit, knowledge=known, step=step)

    return run_pipeline


async def test_every_stage_runs_once_and_in_order(run, observations):
    await run()

    assert [(stage, "succeeded") for stage in Stage] == observations.ended


async def test_the_result_is_what_the_report_says(run, artifacts):
    result = await run()
    source, told = result.artifacts
    content = json.loads(artifacts.contents[told.sha256])

    assert ("star-rating", "StarRating", "PcfBuilder") == (
        result.capability_id,
        result.component_name,
        result.namespace,
    )
    assert ["StarRating-source.zip", "StarRating-report.json"] == [source.filename, told.filename]
    assert [source.sha256] == [artifact["sha256"] for artifact in content["artifacts"]]
    assert [finding.rule_id for finding in result.findings] == [finding["ruleId"] for finding in content["findings"]]
    with zipfile.ZipFile(io.BytesIO(artifacts.contents[source.sha256])) as archive:
        assert [file["path"] for file in content["files"]] == archive.namelist()


@pytest.mark.parametrize(
    "prompt",
    [
        BRIEF.prompt,
        "slider from -0.5 to 1,000 in steps of 0.25, read-only",
        "toggle with labels 'Ja ⭐' and 'Nein \\ \x01'",
        "required phone input",
        "choice buttons",
        "fancy progress bar",
    ],
)
async def test_a_build_that_is_run_again_runs_no_stage_and_gives_the_same(run, observations, prompt):
    """Every stage's result survives its checkpoint."""
    brief = replace(BRIEF, prompt=prompt)
    first = await run(brief)

    assert first == await run(brief)
    assert [] == observations.ended


@pytest.mark.parametrize("lost", list(Stage))
async def test_goes_on_after_the_last_checkpoint(run, journal, observations, lost):
    first = await run()
    for stage in list(Stage)[lost.number - 1 :]:
        del journal.done[stage]
    journal.shared.clear()

    assert first == await run()
    assert [(stage, "succeeded") for stage in list(Stage)[lost.number - 1 :]] == observations.ended


async def test_another_prompt_runs_what_it_changes(run, observations):
    """ "Please" changes nothing but the reading, so the code is taken as it was."""
    await run()
    await run(replace(BRIEF, prompt=f"Please, {BRIEF.prompt}"))

    ran = {stage for stage, _ in observations.ended}
    assert Stage.INTERPRET in ran
    assert {Stage.GENERATE, Stage.PACKAGE}.isdisjoint(ran)


async def test_another_release_runs_everything(run, observations):
    await run()
    await run(release="releases/other")

    assert [(stage, "succeeded") for stage in Stage] == observations.ended


async def test_another_build_of_the_same_specification_shares_code_and_package(run, journal, observations):
    first = await run()
    second = await run(replace(BRIEF, prompt=f"Please, {BRIEF.prompt}"), journal=replace(journal, done={}))

    assert first.artifacts[0] == second.artifacts[0]
    assert [Stage.GENERATE, Stage.PACKAGE] == [stage for stage, outcome in observations.ended if outcome == "recalled"]


async def test_a_lost_artifact_is_packed_again(run, artifacts, observations):
    first = await run()
    artifacts.contents.clear()

    assert first == await run()
    assert [(Stage.PACKAGE, "succeeded")] == observations.ended
    assert await artifacts.holds(first.artifacts[0])


WORDS = [
    "star", "rating", "slider", "toggle", "text", "email", "buttons", "progress", "bar", "no", "not", "5", "0", "-1",
    "1e9", "999999999999999999999", "#fff", "red", "from", "to", "half", "named", "'x'", "\x01", "\x0b", "\ufffe", "⭐",
    "labels", "'a\x01b'", "with", "2s", "animation", "required", "read-only", "mask", "00-00", "percent", "%", "]", "{",
]  # fmt: skip
PROMPTS = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(PROMPTS | st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
@example("rating \x01")
@example("slider from 0 to 99999999999999999999")
@example("slider from 0 to " + "9" * 400)
@example("text input with mask " + "0" * 300)
def test_every_prompt_ends_in_a_result_a_refusal_or_a_question(build, prompt):
    """Nothing a maker writes is an error of ours."""
    built = build(prompt)

    assert 1 == sum(end is not None for end in (built.result, built.problem, built.question))
    if built.problem:
        assert not built.problem.code.startswith(("PCF-SYS", "PCF-GEN", "PCF-PKG", "PCF-SPEC-004"))


@settings(max_examples=25, derandomize=True, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
            for name in ("component_name", "namespace", "display_name", "description")
        },
    )
)
def test_every_option_ends_in_a_result_or_a_refusal(build, options):
    built = build("a star rating", **options)

    assert built.result or built.problem.code.startswith(("PCF-SPEC-001", "PCF-VAL-001", "PCF-GEN-002"))
