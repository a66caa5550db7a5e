from pcf_brain.domain.document import Document
from pcf_brain.domain.problem import BrokenReleaseError, Problem


def test_a_problem_names_file_and_line():
    assert str(Problem("rules/core.yaml", 7, "is wrong")) == "rules/core.yaml:7: is wrong"


def test_a_problem_of_a_whole_file_has_no_line():
    assert str(Problem("release.yaml", 0, "is missing")) == "release.yaml: is missing"


def test_problems_are_told_once_and_in_order():
    late, early = Problem("b", 1, "x"), Problem("a", 2, "x")
    assert BrokenReleaseError([late, early, late]).problems == (early, late)


def test_the_message_of_very_many_problems_stays_readable():
    error = BrokenReleaseError(Problem("a", line, "x") for line in range(1, 101))
    assert str(error).splitlines()[-1] == "and 80 more"


def test_a_part_without_a_line_of_its_own_is_placed_on_the_nearest_around_it():
    document = Document("a.yaml", {}, {(): 1, ("x",): 3})
    assert document.problem("is wrong", ["x", "y", 0]).line == 3


def test_a_document_without_lines_names_none():
    assert Document("a.json", {}).problem("is wrong", ["x"]).line == 0
