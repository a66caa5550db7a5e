"""Under whose name and as which version a control is published."""

import pytest
from pcf_generator.domain.build import BuildOptions
from pcf_generator.domain.publishing import LastVersion, bumped, control_version, solution_of


@pytest.mark.parametrize(
    ("before", "after"),
    [("1.0.0", "1.0.1"), ("1.0.9999", "1.1.0"), ("1.9999.9999", "2.0.0"), ("0.0.0", "0.0.1"), ("7.8.9", "7.8.10")],
)
def test_the_next_version(before, after):
    assert after == bumped(before)


def test_there_is_a_last_one():
    with pytest.raises(LastVersion, match="9999"):
        bumped("9999.9999.9999")


@pytest.mark.parametrize(
    ("options", "version"),
    [({}, "1.0.0"), ({"version": "3.2.1"}, "3.2.1"), ({"previous_version": "3.2.1"}, "3.2.2")],
)
def test_the_version_of_a_control(options, version):
    assert version == control_version(BuildOptions(**options))


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({}, ("PcfBuilder", "PCF Builder")),
        ({"publisher_name": "Contoso"}, ("Contoso", "Contoso")),
        ({"publisher_name": "Contoso", "publisher_display_name": "Contoso Ltd"}, ("Contoso", "Contoso Ltd")),
        ({"publisher_display_name": "Us"}, ("PcfBuilder", "Us")),
    ],
)
def test_the_publisher(options, shown):
    publisher = solution_of(BuildOptions(**options), namespace="A", name="B", display_name="C").publisher
    assert shown == (publisher.unique_name, publisher.display_name)


def test_a_long_name_is_cut_to_what_a_solution_may_have():
    solution = solution_of(BuildOptions(), namespace="N" * 60, name="C" * 60, display_name="C")
    assert "N" * 60 + "C" * 5 == solution.unique_name
