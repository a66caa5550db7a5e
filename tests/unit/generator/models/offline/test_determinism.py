"""The same prompt gives the same bytes: in another process, in another order of what the brain's files hold."""

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.models.offline.engine import OfflineEngine
from pcf_generator.ports.model import Brief

PROMPTS = [
    "7 small purple stars rating for product reviews, half stars, sparkling and warm",
    "a slider or a toggle",
    "Large toggle switch named Contoso with labels 'Open' and 'Closed', not required",
    "a slider from -5 to 1,000 in steps of 0.5, simple but fancy",
    "a video player",
]


@settings(max_examples=8, derandomize=True, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(PROMPTS))
def test_the_order_of_the_files_does_not_matter(knowledge, random, prompt):
    paths = list(knowledge.files)
    random.shuffle(paths)
    shuffled = replace(knowledge, release=f"releases/{random.random()}", files={p: knowledge.files[p] for p in paths})

    assert replies(knowledge, prompt) == replies(shuffled, prompt)


@settings(max_examples=10, derandomize=True, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(PROMPTS))
def test_the_order_of_the_kinds_does_not_matter_but_for_the_order_of_choices(knowledge, random, prompt):
    rules = asyncio.run(knowledge.language("en"))
    kinds = list(rules.kinds)
    random.shuffle(kinds)
    shuffled = Shuffled(replace(rules, kinds=tuple(kinds)))
    one, other = (
        asyncio.run(OfflineEngine().interpret(Brief(prompt), knowledge=release)) for release in (knowledge, shuffled)
    )

    assert sorted(getattr(one, "choices", ()), key=str) == sorted(getattr(other, "choices", ()), key=str)
    assert getattr(one, "kind", "") == getattr(other, "kind", "")


class Shuffled:
    """Knowledge of a language only."""

    release = "releases/shuffled"

    def __init__(self, rules):
        self._rules = rules

    async def language(self, language):
        return self._rules


def replies(knowledge, prompt):
    async def ask():
        engine, brief = OfflineEngine(), Brief(prompt)
        return [
            await engine.interpret(brief, knowledge=knowledge),
            *[await engine.specify(brief, await knowledge.capability(k), knowledge=knowledge) for k in KINDS],
        ]

    return asyncio.run(ask())


KINDS = ["star-rating", "slider", "toggle"]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_builds_are_the_same_to_the_byte(build_from, knowledge, prompt):
    one, other = (build_from(knowledge)(prompt) for _ in range(2))

    assert (one.problem, one.question) == (other.problem, other.question)
    assert dict(one.contents) == dict(other.contents)


def test_the_order_of_answers_changes_no_source(build_from, knowledge):
    answers = {"read-only-or-editable": "read-only", "required-or-optional": "optional"}
    prompt = "read-only editable rating, required and optional"
    sources = {
        next(artifact.sha256 for artifact in built.result.artifacts if artifact.kind == "source")
        for given_answers in (answers, dict(reversed(answers.items())))
        for built in [build_from(knowledge)(prompt, answers=given_answers)]
    }

    assert 1 == len(sources)


@pytest.mark.parametrize("seed", ["0", "4242"])
def test_another_process_with_other_hashes_gives_the_same(build, brain_folder, seed):
    """Sets and hashes of texts differ from process to process."""
    told = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("one_build.py")), str(brain_folder), PROMPTS[0]],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    here = {artifact.kind: artifact.sha256 for artifact in build(PROMPTS[0]).result.artifacts}

    assert f"{here['source']} {here['report']}\n" == told.stdout
