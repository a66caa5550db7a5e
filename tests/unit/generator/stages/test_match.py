"""Stage 2: the kind is there and refuses no wish, or the maker is told what there is."""

from dataclasses import replace

import pytest
from pcf_generator.domain.capability import Kind, Prohibition
from pcf_generator.domain.judgement import Match
from pcf_generator.domain.refusal import Refusal
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.knowledge import LanguageUnknown
from pcf_generator.stages import match

SOUND = Prohibition("sound", "sound", "It is silent.", "Ask for a light.")
API = Prohibition("api", "external-api", "It calls nobody.", "Use a flow.")
OTHERS = (
    Kind("star-rating", "Star rating", "Stars.", "input-control", "S", (), ("review",), ("stars",), ("score",)),
    Kind("video", "Video player", "Plays.", "media-control", "V", (), ("film",), ("movie",), ()),
)


@pytest.fixture
def run(make_knowledge, make_capability, interpretation):
    """Run the stage on the dial, with changes to what was meant."""

    async def run_stage(*, prohibitions=(SOUND, API), **meant):
        knowledge = make_knowledge(make_capability(prohibitions=prohibitions), index=OTHERS)
        return await match.run(replace(interpretation, **meant), language="en", knowledge=knowledge)

    return run_stage


@pytest.fixture
def check_fails(run):
    """The stage refuses with the code; the problem of it."""

    async def check(code, **meant):
        with pytest.raises(Refusal) as refusal:
            await run(**meant)
        problem = refusal.value.problem
        assert (code, Stage.MATCH) == (problem.code, problem.stage)
        return problem

    return check


@pytest.mark.parametrize("wishes", [(), ("custom-script",)])
async def test_gives_the_kind_and_its_release(run, wishes):
    assert Match("dial", "releases/test") == await run(wishes=wishes)


async def test_no_kind_names_what_there_is(check_fails):
    problem = await check_fails("PCF-CAP-001", kind="", wanted="quantum")

    assert ("star-rating", "video") == problem.alternatives
    assert "Star rating, Video player" in problem.user_message


async def test_no_kind_in_a_language_that_only_a_model_reads(make_knowledge, interpretation):
    class EnglishAlone(type(make_knowledge())):
        async def kinds(self, language):
            if language != "en":
                raise LanguageUnknown(language)
            return self.index

    knowledge = EnglishAlone(None, index=OTHERS)
    with pytest.raises(Refusal) as refusal:
        await match.run(replace(interpretation, kind="", wanted="film"), language="de", knowledge=knowledge)
    assert {"nearest": "video"} == refusal.value.problem.details


@pytest.mark.parametrize(
    ("wanted", "nearest"), [("video", "video"), ("MOVIES", "video"), ("scores", "star-rating"), ("films", "video")]
)
async def test_no_kind_names_the_nearest(check_fails, wanted, nearest):
    assert {"nearest": nearest} == (await check_fails("PCF-CAP-001", kind="", wanted=wanted)).details


async def test_a_refused_wish_says_why_and_what_instead(check_fails):
    problem = await check_fails("PCF-CAP-003", wishes=("sound",))

    assert ("It is silent.", "Ask for a light.") == (problem.user_message, problem.suggestion)
    assert {"capability": "dial", "prohibition": "sound"} == problem.details


async def test_every_refused_wish_is_named(check_fails):
    problem = await check_fails("PCF-CAP-003", wishes=("external-api", "custom-script", "sound"))

    assert "It is silent. It calls nobody." == problem.user_message
    assert ("Ask for a light.", "Use a flow.") == problem.alternatives


async def test_what_the_maker_wrote_is_in_no_log(check_fails):
    problem = await check_fails("PCF-CAP-001", kind="", wanted="my secret plan")

    assert "secret" not in problem.message + "".join(problem.details.values())
