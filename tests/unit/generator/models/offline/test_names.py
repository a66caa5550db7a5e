"""Names that a prompt gives."""

import pytest
from pcf_generator.models.offline.names import Named, introduced, introducer_phrases, words_of
from pcf_generator.models.offline.tokens import tokenise


@pytest.fixture(scope="session")
def name(lexicon):
    """The name a prompt gives a component."""
    introducers = introducer_phrases(lexicon.name_introducers, lexicon)
    return lambda prompt: introduced(introducers, tokenise(prompt, lexicon), prompt=prompt)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a rating named ProductRating", "ProductRating"),
        ("a rating named 'Product rating'", "Product rating"),
        ("a rating called ProductRating.", "ProductRating"),
        ("a rating called ProductRating, please", "ProductRating"),
        ("a rating (called ProductRating)", "ProductRating"),
        ("with the name ProductRating", "ProductRating"),
        ("with name ProductRating", "ProductRating"),
        ("component name: ProductRating", "ProductRating"),
        ("component name = ProductRating", "ProductRating"),
        ("component name: 'Product rating'", "Product rating"),
        ("named 123-rating", "123-rating"),
        ("named my_control.v2", "my_control.v2"),
        ("named <script>", "<script>"),
        ("named ../../etc/passwd", "../../etc/passwd"),
        ("named Größe", "Größe"),
        ("named 评分", "评分"),
        ("a rating", ""),
        ("named", ""),
        ("named:", ""),
        ("named ...", ""),
    ],
)
def test_is_introduced(name, prompt, expected):
    assert expected == name(prompt).name


def test_the_first_name_counts(name):
    assert "A" == name("named A and called B").name


def test_its_tokens_say_nothing_else(name):
    assert Named("123-rating", 2, 5) == name("a control named 123-rating with stars")


def test_a_namespace_is_introduced_by_other_words(lexicon):
    prompt = "rating in the namespace Contoso"
    introducers = introducer_phrases(lexicon.namespace_introducers, lexicon)
    found = introduced(introducers, tokenise(prompt, lexicon), prompt=prompt)

    assert "Contoso" == found.name


@pytest.mark.parametrize(
    ("text", "words"),
    [("ProductRating", "Product Rating"), ("rating", "rating"), ("Rating5Star", "Rating5 Star"), ("URL", "URL")],
)
def test_words_of_a_name(text, words):
    assert words == words_of(text)
