"""Stage 3: names, parameters and properties, exactly."""

from dataclasses import replace

import pytest
from pcf_generator.domain.build import BuildOptions
from pcf_generator.domain.capability import Parameter, PropertyRule, TypeChoice
from pcf_generator.domain.intent import Behavior
from pcf_generator.domain.judgement import Match
from pcf_generator.domain.refusal import Choice, Clarification, Question, Refusal
from pcf_generator.domain.solution import Publisher, Solution
from pcf_generator.domain.spec import Property
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.model import Brief, Draft
from pcf_generator.stages import specify

SOLUTION = Solution("PcfBuilderDial", "Dial", "1.0.0.0", Publisher("PcfBuilder", "PCF Builder", "pcfb"))
LEVEL = Parameter("level", "number", "How far it turns.", 5.0, minimum=0.0, maximum=10.0)
PROPERTIES = (
    PropertyRule(
        "value",
        "bound",
        # Fails as CEL's int() does where a number is out of bounds.
        (TypeChoice("Decimal", lambda v: v["parameters"]["level"] % 1 > 0), TypeChoice("Whole.None")),
        required=None,
    ),
    PropertyRule("disabled", "input", (TypeChoice("TwoOptions"),), include=lambda v: v["intent"]["readOnly"]),
    PropertyRule("level", "input", (TypeChoice("Decimal"),), default="level"),
    PropertyRule("size", "input", (TypeChoice("Enum"),), values=("small", "large")),
)


@pytest.fixture
def run(make_knowledge, make_model, make_capability, interpretation):
    """Run the stage on the dial; `options` are the maker's, `meant` what the prompt said."""

    async def run_stage(draft=None, *, options=None, meant=None, properties=PROPERTIES, **known):
        dial = make_capability(parameters=(LEVEL,), properties=properties)
        return await specify.run(
            Brief("a dial", options=BuildOptions(**(options or {}))),
            replace(interpretation, **(meant or {})),
            Match("dial", "releases/test"),
            knowledge=make_knowledge(dial, **known),
            model=make_model(draft=draft or Draft({})),
        )

    return run_stage


@pytest.fixture
def check_gives(run):
    """The specification has these fields."""

    async def check(expected, draft=None, **given):
        spec = (await run(draft, **given)).spec
        assert expected == {name: getattr(spec, name) for name in expected}

    return check


@pytest.fixture
def check_fails(run):
    """The stage refuses with the code; the problem of it."""

    async def check(code, rule, **given):
        with pytest.raises(Refusal) as refusal:
            await run(**given)
        problem = refusal.value.problem
        assert (code, Stage.SPECIFY, rule) == (problem.code, problem.stage, problem.details["rule"])
        return problem

    return check


async def test_the_kind_fills_what_nobody_said(check_gives):
    await check_gives(
        {
            "component_name": "Dial",
            "namespace": "PcfBuilder",
            "solution": SOLUTION,
            "managed": False,
            "control_version": "1.0.0",
            "display_name": "Dial",
            "description": "Turns a number up and down.",
            "custom_texts": (),
            "parameters": {"level": 5.0},
            "read_only": False,
            "required": False,
        }
    )


async def test_options_come_before_the_prompt(check_gives):
    await check_gives(
        {"component_name": "FromOptions", "namespace": "Options"},
        options={"component_name": "FromOptions", "namespace": "Options"},
        meant={"component_name": "FromPrompt", "namespace": "Prompt"},
    )


async def test_the_prompt_comes_before_the_kind(check_gives):
    await check_gives(
        {"component_name": "FromPrompt", "namespace": "Prompt"},
        meant={"component_name": "FromPrompt", "namespace": "Prompt"},
    )


async def test_own_texts_are_marked_as_such(check_gives):
    await check_gives(
        {"display_name": "My dial", "description": "Turns a number up and down.", "custom_texts": ("display_name",)},
        options={"display_name": "My dial"},
    )


async def test_parameters_that_were_said(check_gives):
    await check_gives({"parameters": {"level": 7.0}}, Draft({"level": 7.0}))


async def test_what_was_not_understood_goes_on(run):
    assert ("sparkling",) == (await run(Draft({}, ("sparkling",)))).unmapped_phrases


async def test_files_are_named_after_the_component(run):
    resources = (await run(options={"component_name": "Knob"})).spec.resources

    assert ("index.ts", ("css/Knob.css",)) == (resources.code, resources.css)
    assert ("strings/Knob.1031.resx", "strings/Knob.1033.resx") == resources.resx


async def test_properties_of_an_editable_optional_dial(check_gives):
    await check_gives(
        {
            "properties": (
                Property("value", "Whole.None", "bound"),
                Property("level", "Decimal", "input", default_value="5"),
                Property("size", "Enum", "input", values=("small", "large")),
            )
        }
    )


async def test_conditions_decide_what_is_there_and_of_which_type(run, interpretation):
    behavior = Behavior("read-only", "required")
    intent = replace(interpretation.intent, behavior=behavior)
    spec = (await run(Draft({"level": 0.5}), meant={"intent": intent})).spec

    assert [("value", "Decimal", True), ("disabled", "TwoOptions", False)] == [
        (prop.name, prop.data_type, prop.required) for prop in spec.properties[:2]
    ]
    assert (True, True) == (spec.read_only, spec.required)


async def test_conditions_see_values_as_they_will_be_cut(run):
    """The next stage cuts and tells it; a type must fit what is then made."""
    spec = (await run(Draft({"level": 99.5}))).spec

    assert 99.5 == spec.parameters["level"]
    assert "Whole.None" == spec.properties[0].data_type


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("123-rating", "Rating123"),
        ("my dial", "MyDial"),
        ("Promise", "PromiseControl"),
        ("größe", "GrE"),
        ("评分", "Dial"),
        ("A" * 101, "A" * 100),
        ("Dial\n", "Dial"),
    ],
)
async def test_a_bad_name_suggests_a_good_one(check_fails, name, suggestion):
    for given in ({"options": {"component_name": name}}, {"meant": {"component_name": name}}):
        problem = await check_fails("PCF-SPEC-001", "PCF_NAMING_001", **given)

        assert (suggestion,) == problem.alternatives
        assert suggestion in problem.suggestion


async def test_a_bad_namespace_suggests_a_good_one(check_fails):
    problem = await check_fails("PCF-SPEC-001", "PCF_NAMING_002", options={"namespace": "my company"})

    assert ("MyCompany",) == problem.alternatives


async def test_a_bad_name_is_in_no_log(check_fails):
    problem = await check_fails("PCF-SPEC-001", "PCF_NAMING_001", options={"component_name": "secret plan"})

    assert "secret" not in problem.message.lower()


async def test_a_property_without_a_type(check_fails):
    nothing = PropertyRule("value", "bound", (TypeChoice("Decimal", lambda variables: False),))

    await check_fails("PCF-SPEC-002", "PCF_BINDING_002", properties=(nothing,))


@pytest.mark.parametrize("properties", [(), PROPERTIES[2:]])
async def test_nothing_bound(check_fails, properties):
    await check_fails("PCF-SPEC-003", "PCF_BINDING_001", properties=properties)


async def test_a_specification_that_does_not_fit_its_schema(check_fails):
    problem = await check_fails("PCF-SPEC-004", "schema", faults=("a: wrong", "b: wrong"))

    assert "a: wrong; b: wrong" == problem.message


async def test_two_values_are_asked_back(run):
    question = Question("parameter.level", "PCF-INT-003", "Which?", (Choice("5", "5"), Choice("7", "7")))
    with pytest.raises(Clarification) as stop:
        await run(question)

    assert question == stop.value.question


async def test_a_bad_name_is_told_before_a_question_is_asked(check_fails):
    question = Question("parameter.level", "PCF-INT-003", "Which?", (Choice("5", "5"), Choice("7", "7")))

    await check_fails("PCF-SPEC-001", "PCF_NAMING_001", draft=question, options={"component_name": "1"})


async def test_a_publisher_and_solution_of_the_makers_own(check_gives):
    await check_gives(
        {
            "solution": Solution("Parts", "Knob", "2.3.5.0", Publisher("Contoso", "Contoso Ltd", "cto")),
            "control_version": "2.3.5",
            "managed": True,
        },
        options={
            "display_name": "Knob",
            "publisher_name": "Contoso",
            "publisher_display_name": "Contoso Ltd",
            "publisher_prefix": "cto",
            "solution_name": "Parts",
            "previous_version": "2.3.4",
            "managed": True,
        },
    )


async def test_a_name_that_no_environment_takes(check_fails):
    problem = await check_fails("PCF-SPEC-001", "solution", options={"solution_name": "Default"})

    assert "taken" in problem.user_message


async def test_a_version_after_which_none_comes(check_fails):
    await check_fails("PCF-SPEC-004", "version", options={"previous_version": "9999.9999.9999"})
