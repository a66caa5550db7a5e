from pcf_brain.domain.budget import Budget
from pcf_brain.domain.release import FileEntry


def _files(*tokens: int, size_bytes: int = 1) -> list[FileEntry]:
    return [FileEntry(f"file{index}", "", size_bytes, count) for index, count in enumerate(tokens)]


def test_exactly_the_budget_fits():
    assert Budget().excesses(_files(2_500, 2_500)) == []


def test_one_token_more_does_not():
    (excess,) = Budget().excesses(_files(2_500, 2_501))
    expected = "5,001 estimated tokens are more than the 5,000 a task may hold; "
    assert excess == expected + "biggest: file1 (2,501), file0 (2,500)"


def test_eleven_files_do_not_fit():
    (excess,) = Budget().excesses(_files(*[1] * 11))
    assert excess.startswith("11 files are more than the 10")


def test_more_than_fifty_kilobytes_do_not_fit():
    (excess,) = Budget().excesses(_files(1, 1, size_bytes=25_001))
    assert excess.startswith("50,002 bytes are more than the 50,000")


def test_every_limit_crossed_is_told():
    assert len(Budget().excesses(_files(*[1_000] * 11, size_bytes=10_000))) == 3


def test_only_the_three_biggest_files_are_blamed():
    (excess,) = Budget().excesses(_files(1, 2_000, 3_000, 2, 4_000))
    assert excess.endswith("biggest: file4 (4,000), file2 (3,000), file1 (2,000)")


def test_the_warning_line_itself_is_no_warning():
    assert Budget().warnings(_files(4_000)) == []


def test_above_the_warning_line_there_is_one():
    (warning,) = Budget().warnings(_files(4_001))
    expected = "4,001 estimated tokens are above the warning line of 4,000 (limit 5,000); "
    assert warning == expected + "biggest: file0 (4,001)"
