"""Seven stages, in order."""

from pcf_generator.domain.stage import Stage


def test_are_numbered_from_one_to_seven():
    assert [1, 2, 3, 4, 5, 6, 7] == [stage.number for stage in Stage]


def test_keep_the_names_of_the_errors():
    assert [stage.value for stage in Stage] == [
        "intent-interpretation",
        "capability-matching",
        "specification-generation",
        "rules-validation",
        "final-validation",
        "code-generation",
        "packaging",
    ]
