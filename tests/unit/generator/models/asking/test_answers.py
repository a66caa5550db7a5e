"""Whatever a model answers, only enumerations, switches, values of their type and quotes are taken."""

import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pcf_generator.domain.capability import Parameter
from pcf_generator.domain.stage import Stage
from pcf_generator.models.asking.intent_answer import read_intent
from pcf_generator.models.asking.spec_answer import MAX_TEXT, read_spec, spec_faults
from pcf_generator.models.calls import Call

PROMPT = "Eine Bewertung für Hotels"
CALL = Call("GENERATE_SPEC", "Do as told.", PROMPT, "specification", {}, 100)
PARAMETERS = (
    Parameter("count", "integer", "", 1, 0, 10),
    Parameter("share", "number", "", 1.0, 0, 10),
    Parameter("wide", "boolean", "", default=False),
    Parameter("size", "choice", "", "small", choices=("small", "large")),
    Parameter("tint", "colour", "", "#000000"),
    Parameter("label", "text", "", "", max_length=20),
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))
FIELDS = ["kind", "confidence", "readOnly", "style", "wishes", "without", "componentName", "subject", "unmapped"]


def read(**parameters):
    value = {"parameters": parameters, "covers": [], "unmapped": []}
    return dict(read_spec(value, PROMPT, CALL, still_open=PARAMETERS, phrases=()).parameters)


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("count", 7, 7),
        ("count", 7.0, 7),
        ("count", 99, 99),
        ("count", -(10**9), -(10**9)),
        ("share", 7, 7.0),
        ("share", 0.5, 0.5),
        ("wide", True, True),
        ("wide", False, False),
        ("size", "large", "large"),
        ("tint", "#0f6cbd", "#0F6CBD"),
        ("label", " Ja ", "Ja"),
        ("label", "a\x00b\x1b", "a b"),
        ("label", "</script>${x}", "</script>${x}"),
    ],
)
def test_a_value_of_its_type(name, said, expected):
    """Also beyond its limits: it is cut later, and the maker told so."""
    assert {name: expected} == read(**{name: said})
    assert type(expected) is type(read(**{name: said})[name])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        *[(p.name, None) for p in PARAMETERS],
        *[(p.name, wrong) for p in PARAMETERS for wrong in ([], {}, ["x"])],
        *[("count", wrong) for wrong in (True, 1.5, "7", math.nan, math.inf, 10**400, -1e300)],
        *[("share", wrong) for wrong in (False, "0.5", math.nan, -math.inf, 10**400)],
        *[("wide", wrong) for wrong in (0, 1, "true")],
        *[("size", wrong) for wrong in ("huge", "SMALL", "", "small ")],
        *[("tint", wrong) for wrong in ("red", "#fff", "#0000000", "url(x)", "#00000g", "#000000\n")],
        *[("label", wrong) for wrong in ("", "  ", "\x00")],
    ],
)
def test_a_value_of_another_type_says_nothing(name, said):
    assert {} == read(**{name: said})


@pytest.mark.parametrize("value", [{}, {"parameters": None}, {"parameters": []}, {"parameters": {"other": 1}}])
def test_what_is_not_asked_for_is_not_taken(value):
    assert {} == read_spec(value, PROMPT, CALL, still_open=PARAMETERS, phrases=()).parameters


def test_a_text_has_an_end():
    assert MAX_TEXT == len(read(label="x" * 1_000_000)["label"])


def test_what_is_wrong_is_told_without_the_value():
    faults = spec_faults({"parameters": {"tint": "secret red", "label": " ", "count": 3}}, still_open=PARAMETERS)
    assert [
        "parameters.tint must be #RRGGBB or null",
        "parameters.label must be a text that is not blank or null",
    ] == faults


def test_nothing_is_wrong_with_null():
    assert [] == spec_faults({"parameters": {p.name: None for p in PARAMETERS}}, still_open=PARAMETERS)
    assert [] == spec_faults({}, still_open=PARAMETERS)


@given(st.dictionaries(st.sampled_from([p.name for p in PARAMETERS]), JSON), JSON, JSON)
def test_any_answer_about_parameters_can_be_read(parameters, covers, unmapped):
    value = {"parameters": parameters, "covers": covers, "unmapped": unmapped}
    answer = read_spec(value, PROMPT, CALL, still_open=PARAMETERS, phrases=())
    types = {"count": int, "share": float, "wide": bool, "size": str, "tint": str, "label": str}
    assert [] == [name for name, one in answer.parameters.items() if type(one) is not types[name]]
    assert all(text.casefold() in PROMPT.casefold() for text in answer.not_understood)


@pytest.fixture(scope="module")
def rules(knowledge):
    return asyncio.run(knowledge.language("en"))


@given(value=st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_any_answer_about_an_intent_can_be_read(rules, value):
    answer = read_intent(value, PROMPT, offered=rules.kinds, rules=rules)
    assert answer.kind in {"none", "unclear", *(kind.id for kind in rules.kinds)}
    assert 0.0 <= answer.confidence <= 1.0
    assert set(answer.wishes) <= {rule.wish for rule in rules.wishes}
    assert answer.says | answer.denies <= set(rules.lexicon.concepts)
    assert [] == [q for q in (answer.subject, *answer.unmapped) if q.casefold() not in PROMPT.casefold()]


async def test_the_concepts_of_answers_are_the_lexicons(rules, knowledge):
    everything = {"readOnly": True, "required": True, "style": "rich", "wcagLevel": "AAA"}
    answer = read_intent(everything, PROMPT, offered=rules.kinds, rules=rules)
    assert {"readOnly", "required", "rich", "levelAAA"} == answer.says <= rules.lexicon.concepts.keys()
    shape = (await knowledge.prompt(Stage.INTERPRET)).answer["properties"]
    assert set(shape["without"]["items"]["enum"]) <= rules.lexicon.concepts.keys()


@pytest.mark.parametrize(
    ("said", "expected"), [(0.7, 0.7), (1, 1.0), (7, 1.0), (-1, 0.0), (True, 0.0), (None, 0.0), ("1", 0.0)]
)
def test_confidence(rules, said, expected):
    assert expected == read_intent({"confidence": said}, PROMPT, offered=rules.kinds, rules=rules).confidence
