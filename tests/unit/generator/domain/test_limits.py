"""Whatever a prompt asks for, what is made lies within the kind's limits, and every cut is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.domain.capability import Parameter, PropertyRule, TypeChoice
from pcf_generator.domain.finding import Action, Severity
from pcf_generator.domain.limits import LIMIT_RULE, allowed, default_text, exceeded, within_limits
from pcf_generator.domain.spec import Property

LEVEL = Parameter("level", "integer", "How far it turns.", 5, minimum=1, maximum=10)
SHARE = Parameter("share", "number", "How much of it.", 0.5, minimum=0.0, maximum=1.0)
WIDE = Parameter("wide", "number", "Far bounds.", 0.0, minimum=-123456789.5, maximum=1e9)
OPEN = Parameter("open", "number", "No bounds.", 0.0)
LABEL = Parameter("label", "text", "What stands beside it.", "", max_length=5)
LOUD = Parameter("loud", "boolean", "Whether it is heard.", default=False)
SIZE = Parameter("size", "choice", "How big it is.", "small", choices=("small", "large"))
PARAMETERS = (LEVEL, SHARE, WIDE, OPEN, LABEL, LOUD, SIZE)
GIVEN = {"level": 5, "share": 0.5, "wide": 0.0, "open": 0.0, "label": "", "loud": False, "size": "small"}
ANY_VALUES = st.fixed_dictionaries(
    {
        "level": st.integers(),
        "share": st.floats(allow_nan=False),
        "wide": st.floats(allow_nan=False),
        "open": st.floats(allow_nan=False),
        "label": st.text(max_size=30),
        "loud": st.booleans(),
        "size": st.sampled_from(SIZE.choices),
    }
)


@pytest.fixture(scope="session")
def capability(make_capability):
    """A kind with a parameter of every type, and a property that follows one of them."""
    level = PropertyRule("level", "input", (TypeChoice("Whole.None"),), default="level")
    return make_capability(parameters=PARAMETERS, properties=(level,))


@pytest.fixture(scope="session")
def spec_with(make_spec):
    """The plain values but for those given."""
    return lambda **values: make_spec({**GIVEN, **values}, properties=(Property("level", "Whole.None", "input"),))


@pytest.mark.parametrize(
    ("parameter", "value", "expected", "told"),
    [
        ("level", 15, 10, "level was cut from 15 to 10: this control takes 1 to 10."),
        ("level", 0, 1, "level was cut from 0 to 1: this control takes 1 to 10."),
        ("level", -(10**30), 1, f"level was cut from -{10**30} to 1: this control takes 1 to 10."),
        ("share", 1.5, 1.0, "share was cut from 1.5 to 1: this control takes 0 to 1."),
        ("share", -0.25, 0.0, "share was cut from -0.25 to 0: this control takes 0 to 1."),
        (
            "label",
            "far too long",
            "far t",
            "label was cut from the text to its beginning: this control takes at most 5",
        ),
    ],
)
def test_cuts(capability, spec_with, parameter, value, expected, told):
    cut, [finding] = within_limits(spec_with(**{parameter: value}), capability)

    assert expected == cut.parameters[parameter]
    assert type(expected) is type(cut.parameters[parameter])
    assert (LIMIT_RULE, Severity.WARNING, Action.DOWNGRADED) == (finding.rule_id, finding.severity, finding.action)
    assert finding.message.startswith(told)


@pytest.mark.parametrize("value", ["far too long", "\n" * 9])
def test_a_cut_text_is_not_quoted(capability, spec_with, value):
    _, [finding] = within_limits(spec_with(label=value), capability)

    assert value not in finding.message + finding.suggestion


@pytest.mark.parametrize(("parameter", "value"), [("level", 1), ("level", 10), ("share", 1.0), ("label", "12345")])
def test_leaves_what_is_on_the_limit(capability, spec_with, parameter, value):
    spec = spec_with(**{parameter: value})
    cut, findings = within_limits(spec, capability)

    assert value == cut.parameters[parameter]
    assert findings == ()


def test_a_parameter_without_bounds_takes_everything(capability, spec_with):
    assert list(exceeded(spec_with(open=-1e300), capability)) == []


def test_the_manifest_default_follows_the_cut(capability, spec_with):
    cut, _ = within_limits(spec_with(level=99), capability)

    assert [("level", "10")] == [(prop.name, prop.default_value) for prop in cut.properties]


@settings(max_examples=100, derandomize=True, deadline=None)
@given(ANY_VALUES)
def test_the_result_is_always_within_limits_and_cut_once(capability, spec_with, values):
    cut, findings = within_limits(spec_with(**values), capability)

    assert list(exceeded(cut, capability)) == []
    assert (cut, ()) == within_limits(cut, capability)
    assert len(findings) == sum(values[name] != cut.parameters[name] for name in values)
    assert dict(cut.parameters) == allowed(capability, values)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, "true"), (False, "false"), (5, "5"), (0.5, "0.5"), (2.0, "2"), (1e20, "1e+20"), ("a", "a"), ("", "")],
)
def test_default_text(value, expected):
    assert expected == default_text(value)
