"""What a stream amounts to when it has ended."""

import pytest
from pcf_generator.models.calls import Reply, Usage
from pcf_generator.models.failures import ModelFailure
from pcf_generator.models.providers.heard import Ending, Heard


def heard(**facts) -> Heard:
    whole = {"pieces": ["{", "}"], "model": "m-1", "usage": Usage(3, 5), "ending": Ending.WHOLE, "ended": True}
    return Heard("openai", "m-1", **{**whole, **facts})


def test_a_whole_answer_is_its_pieces_and_what_they_cost():
    assert Reply("{}", Usage(3, 5)) == heard().reply()


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"defect": "sent it twice"}, "server"),
        ({"model": "m-2"}, "request"),
        ({"ending": Ending.FILTERED}, "content_filter"),
        ({"ending": Ending.LIMIT}, "cut_off"),
        ({"pieces": []}, "not_json"),
        ({"pieces": [" \n"]}, "not_json"),
    ],
)
def test_an_answer_of_no_use_costs_all_the_same(facts, kind):
    with pytest.raises(ModelFailure) as caught:
        heard(**facts).reply()
    failure = caught.value
    assert (kind, 3, 5) == (failure.kind, failure.input_tokens, failure.output_tokens)


def test_an_answer_without_an_end_is_none_and_costs_nothing():
    with pytest.raises(ModelFailure) as caught:
        heard(ended=False).reply()
    assert ("network", 0, 0) == (caught.value.kind, caught.value.input_tokens, caught.value.output_tokens)


@pytest.mark.parametrize(
    ("asked", "answered", "is_right"),
    [
        ("gpt-5", "gpt-5", True),
        ("gpt-5", "gpt-5-2026-08-07", True),
        ("claude-sonnet-5", "claude-sonnet-5-20260801", True),
        ("claude-sonnet-latest", "claude-sonnet-20260801", True),
        ("gpt-5", "gpt-5-mini", False),
        ("gpt-5", "gpt-5-mini-2026-08-07", False),
        ("gpt-5-2026-08-07", "gpt-5-2026-01-01", False),
        ("gpt-5", "gpt-4", False),
        ("", "whatever the deployment holds", True),
        ("gpt-5", "", True),
    ],
)
def test_the_model_that_answers_is_the_one_asked_or_a_dated_version(asked, answered, is_right):
    answer = heard(model=answered)
    answer.asked_model = asked
    if is_right:
        assert "{}" == answer.reply().text
    else:
        with pytest.raises(ModelFailure, match="not asked for"):
            answer.reply()


@pytest.mark.parametrize("piece", [None, 1, ["a"]])
def test_a_piece_that_is_no_text_is_refused(piece):
    with pytest.raises(TypeError):
        heard().add(piece)


@pytest.mark.parametrize("count", [None, "12", 1.5])
def test_a_count_of_tokens_that_is_no_number_is_refused(count):
    with pytest.raises(TypeError):
        heard().bill(count, 1)
