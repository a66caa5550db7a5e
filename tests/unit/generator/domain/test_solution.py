"""Names that Dataverse would refuse are found before anything is packed; choice values begin as the CLI has them."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pcf_generator.domain.solution import Publisher, Solution, publisher_faults, solution_faults

PUBLISHER = Publisher("Acme", "Acme Ltd", "acme")
SOLUTION = Solution("AcmeControls", "Acme controls", "1.0.0.0", PUBLISHER)


def faults(**changes):
    return list(solution_faults(replace(SOLUTION, **changes)))


def of_publisher(**changes):
    return list(publisher_faults(replace(PUBLISHER, **changes)))


def test_a_fit_solution_has_no_faults():
    assert [] == faults()


@pytest.mark.parametrize("name", ["A", "a_1", "A" * 65, "Console", "Comet1", "Defaults"])
def test_unique_names_that_fit(name):
    assert [] == faults(unique_name=name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "1a",
        "_a",
        "a b",
        "a-b",
        "a.b",
        "größe",
        "A" * 66,
        "a\n",
        "A\u0661",
        "../a",
        "Default",
        "ACTIVE",
        "con",
        "LPT1",
    ],
)
def test_unique_names_that_do_not(name):
    assert 1 == len(faults(unique_name=name))


@pytest.mark.parametrize(("length", "expected"), [(256, 0), (257, 1)])
def test_a_publishers_unique_name_may_be_longer(length, expected):
    assert expected == len(of_publisher(unique_name="A" * length))


@pytest.mark.parametrize("prefix", ["ab", "a1", "acme", "abcdefgh", "mscr", "amscrm"])
def test_prefixes_that_fit(prefix):
    assert [] == of_publisher(prefix=prefix)


@pytest.mark.parametrize(
    "prefix", ["", "a", "abcdefghi", "Acme", "1ab", "a_b", "mscrm", "mscrmab", "ab\n", "é1", "a\u0661"]
)
def test_prefixes_that_do_not(prefix):
    assert 1 == len(of_publisher(prefix=prefix))


@pytest.mark.parametrize("name", ["x", 'Größe ⭐ <b>"it\'s" & ]]>', "א" * 256, "⭐" * 256, "😀" * 128])
def test_display_names_that_fit(name):
    assert [] == faults(display_name=name)
    assert [] == of_publisher(display_name=name)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "blank"),
        (" \u3000", "blank"),
        ("\u200b", "blank"),
        ("a\x00", "control character"),
        ("a\nb", "control character"),
        ("a\tb", "control character"),
        ("a\x85", "control character"),
        ("a\u2028", "control character"),
        ("a\ud800", "control character"),
        ("a\uffff", "control character"),
        ("A" * 257, "longer"),
        ("😀" * 129, "longer"),
    ],
)
def test_display_names_that_do_not(name, said):
    for found in (faults(display_name=name), of_publisher(display_name=name)):
        assert 1 == len(found)
        assert said in found[0]


@pytest.mark.parametrize("version", ["0.0.0.1", "1.2.3.4", "9.2147483647.0.1"])
def test_versions_that_fit(version):
    assert [] == faults(version=version)


@pytest.mark.parametrize(
    "version",
    ["", "1", "1.0.0", "1.0.0.0.0", "1.0.0.x", "v1.0.0.0", "01.0.0.0", "1.0.0.0\n", "1.0.0.2147483648", "-1.0.0.0"],
)
def test_versions_that_do_not(version):
    assert 1 == len(faults(version=version))


def test_the_publishers_faults_are_the_solutions():
    assert of_publisher(prefix="") == faults(publisher=replace(PUBLISHER, prefix=""))


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        # From Solution.xml files that people published, as their command line interface had derived them.
        ("raw", 69972),
        ("driv", 47955),
        ("bvr", 55180),
        ("birdia", 35031),
    ],
)
def test_choice_values_begin_as_the_cli_has_them(prefix, expected):
    assert expected == Publisher("A", "A", prefix).option_value_prefix


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text(st.characters(), max_size=40))
@example("")
@example("a")
@example("ab" * 5000)
@example("😀\ud800\x00")
def test_choice_values_always_begin_with_five_digits(prefix):
    publisher = Publisher("A", "A", prefix)

    assert 10000 <= publisher.option_value_prefix <= 99999
    assert publisher.option_value_prefix == replace(publisher).option_value_prefix
