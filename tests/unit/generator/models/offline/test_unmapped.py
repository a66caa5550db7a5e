"""What a prompt is for, and what nobody understood."""

import pytest
from pcf_generator.models.offline.tokens import tokenise
from pcf_generator.models.offline.unmapped import MAX_PHRASES, purpose_of, subject_of, unmapped


@pytest.mark.parametrize(
    ("prompt", "subject"),
    [
        ("a rating for product reviews", "product reviews"),
        ("a rating for product reviews, read-only", "product reviews"),
        ("a rating for reviews with 5 stars", "reviews"),
        ("a rating for reviews 5 stars", "reviews"),
        ("for reviews. A rating", "reviews"),
        ("a rating for Größe & Gewicht", "Größe & Gewicht"),
        ("a rating", ""),
        ("a rating for", ""),
    ],
)
def test_subject(lexicon, prompt, subject):
    tokens = tokenise(prompt, lexicon)

    assert subject == subject_of(tokens, purpose_of(tokens, lexicon))


@pytest.mark.parametrize(
    ("prompt", "understood", "expected"),
    [
        ("a sparkling rating", {2}, ("sparkling",)),
        ("a sparkling warm rating with glitter", {3}, ("sparkling warm", "glitter")),
        ("please make me a rating", {4}, ()),
        ("glitter, glitter!", set(), ("glitter",)),
        ("a 'quoted text' here", set(), ("quoted text",)),
        ("viewers don't", set(), ("viewers",)),
        ("neither glitter nor sparkle", set(), ("glitter", "sparkle")),
        ("⭐ !!! — …", set(), ()),
        ("42", set(), ("42",)),
        ("", set(), ()),
    ],
)
def test_runs_of_words_that_nothing_claimed(lexicon, prompt, understood, expected):
    assert expected == unmapped(tokenise(prompt, lexicon), frozenset(understood), lexicon)


def test_a_flood_is_cut(lexicon):
    prompt = ", ".join(f"glitter{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(200))

    assert MAX_PHRASES == len(unmapped(tokenise(prompt, lexicon), frozenset(), lexicon))
