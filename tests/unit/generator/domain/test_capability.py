"""Looking up what a kind has."""

import pytest
from pcf_generator.domain.capability import Parameter

LEVEL = Parameter("level", "integer", "How far it turns.", 5)


def test_finds_a_parameter(make_capability):
    assert LEVEL == make_capability(parameters=(LEVEL,)).parameter("level")


def test_a_parameter_that_is_not_there(make_capability):
    with pytest.raises(KeyError, match="level"):
        make_capability().parameter("level")
