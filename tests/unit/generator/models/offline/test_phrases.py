"""A set of phrases finds what each phrase alone would find."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.models.offline.patterns import compile_pattern, find_at, start_of
from pcf_generator.models.offline.phrases import PhraseSet
from pcf_generator.models.offline.tokens import tokenise

SAY = ["star rating", "half star|stars", "[very] big star", "{number} star|stars", "^ show|display", "out of {number}"]
WORDS = st.sampled_from(["star", "stars", "rating", "half", "very", "big", "5", "show", "out", "of", "the", "no", ","])


@pytest.fixture(scope="session")
def phrases(lexicon):
    """All of them together."""
    return PhraseSet([(say, say) for say in SAY], lexicon)


def number(name, tokens, at):
    return (tokens[at].number, at + 1) if tokens[at].number is not None else None


@settings(max_examples=80, derandomize=True, deadline=None)
@given(st.lists(WORDS, max_size=12))
def test_the_index_loses_nothing(phrases, lexicon, words):
    tokens = tokenise(" ".join(words), lexicon)
    one_by_one = [
        (say, at)
        for at in range(len(tokens))
        for say in SAY
        if find_at(compile_pattern(say, lexicon), tokens, at, lexicon=lexicon, capture=number)
        and (not say.startswith("^") or at == start_of(tokens, lexicon))
    ]

    assert sorted(one_by_one) == sorted((say, match.first) for match, say in phrases.find(tokens, number))


@pytest.mark.parametrize(
    ("prompt", "found"),
    [("Show stars", True), ("Please show stars", True), ("I want you to display", True), ("Stars that show", False)],
)
def test_the_beginning_is_where_the_prompt_begins_to_say_something(phrases, lexicon, prompt, found):
    assert found == ("^ show|display" in {say for _, say in phrases.find(tokenise(prompt, lexicon))})
