"""YAML, JSON and CEL of the brain, and what is said when they do not fit."""

import pytest
from pcf_generator.adapters.brain_files.document import expression, parse, reading
from pcf_generator.ports.knowledge import BrainFileFault


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.yaml", "a: {b: [1, x]}", {"a": {"b": [1, "x"]}}),
        ("a.json", '{"a": {"b": [1, "x"]}}', {"a": {"b": [1, "x"]}}),
        ("a.json", '["\\ud83d\\ude00", 1e5, "\\/", "yes"]', ["😀", 100000.0, "/", "yes"]),
    ],
)
def test_parses(path, text, expected):
    assert expected == parse(path, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yaml", "a: ["),
        ("a.yaml", "!!python/object/apply:os.system ['true']"),
        ("a.yaml", "a: b: c"),
        ("a.json", "{"),
        ("a.json", "a: 1"),
        ("a.json", ""),
    ],
)
def test_names_a_file_that_is_malformed(path, text):
    with pytest.raises(BrainFileFault, match=f"^{path}: "):
        parse(path, text)


@pytest.mark.parametrize(
    ("source", "variables", "expected"),
    [
        ("a.b > 5", {"a": {"b": 6}}, True),
        ("a.b > 5", {"a": {"b": 5}}, False),
        ("a.b == 'x' || a.c", {"a": {"b": "x", "c": False}}, True),
        ("a.filter(x, x > 1)", {"a": [1, 2, 3]}, [2, 3]),
        ("size(a) >= 1 && a.all(x, x.matches('^[a-z]+$'))", {"a": ["ab", "c"]}, True),
        ("a + 1.0", {"a": 0.5}, 1.5),
    ],
)
def test_evaluates(source, variables, expected):
    assert expected == expression(source)(variables)


def test_evaluates_the_variables_it_is_given():
    """Variables are converted once for many rules; others must not be taken for them."""
    condition = expression("a == 1")
    one, two = {"a": 1}, {"a": 2}

    assert [True, False, True, False] == [condition(one), condition(two), condition(one), condition({"a": 2})]


@pytest.mark.parametrize("source", ["a >", "", "a ? b", "'open", "1 +"])
def test_refuses_what_is_no_cel(source):
    with pytest.raises(BrainFileFault, match=r"^not CEL: "):
        expression(source)


@pytest.mark.parametrize(
    ("source", "variables"),
    [
        ("missing", {}),
        ("a.missing == 1", {"a": {}}),
        ("a + 1", {"a": "text"}),
        ("1 / a", {"a": 0}),
        ("int(a)", {"a": 1e300}),
        ("a.matches('(')", {"a": "x"}),
        ("a[5]", {"a": [1]}),
    ],
)
def test_a_failing_condition_is_the_brains_fault(source, variables):
    with pytest.raises(BrainFileFault, match=r"^CEL failed: "):
        expression(source)(variables)


@pytest.mark.parametrize(
    "error", [KeyError("id"), TypeError("x"), ValueError("x"), IndexError("x"), AttributeError("x")]
)
def test_what_does_not_fit_names_the_file(error):
    with pytest.raises(BrainFileFault, match=r"^a\.yaml: ") as fault, reading("a.yaml"):
        raise error

    assert error is fault.value.__cause__


def test_a_fault_inside_a_file_names_it_once():
    with pytest.raises(BrainFileFault, match=r"^a\.yaml: not CEL: a >"), reading("a.yaml"), reading("a.yaml"):
        expression("a >")


def test_others_pass():
    with pytest.raises(RuntimeError), reading("a.yaml"):
        raise RuntimeError
