import hashlib

import pytest
from pcf_brain.domain.limits import Limits
from pcf_brain.domain.manifest import is_digest, list_files, parse_manifest, sha256, write_manifest
from pcf_brain.domain.problem import BrokenReleaseError

_HASH = "ab" * 32


def _parse(content: bytes, *, digest: str = "", limits: Limits | None = None) -> dict[str, str]:
    return parse_manifest(content, digest=digest or sha256(content), limits=limits or Limits())


def _problem(content: bytes, *, digest: str = "", limits: Limits | None = None) -> str:
    with pytest.raises(BrokenReleaseError) as caught:
        _parse(content, digest=digest, limits=limits)
    (problem,) = caught.value.problems
    return str(problem)


def test_what_is_written_can_be_read():
    files = list_files({"b/two.txt": b"2", "a.txt": b"1"})
    assert _parse(write_manifest(files)) == files == {"a.txt": sha256(b"1"), "b/two.txt": sha256(b"2")}


def test_lines_are_those_of_sha256sum():
    assert write_manifest({"a.txt": _HASH}) == f"{_HASH}  a.txt\n".encode()


def test_another_manifest_than_the_digest_names_is_refused():
    digest = hashlib.sha256(b"another").hexdigest()
    expected = f"manifest: is not the one that {digest} names: its hash is another"
    assert expected == _problem(write_manifest({"a.txt": _HASH}), digest=digest)


@pytest.mark.parametrize(
    "path",
    [
        *("../secret", "a/../b", "-/..", "~root/../x", "/etc/passwd", "C:/a", "a//b", "a/", "./a", ".hidden", "a/.git"),
        *("a\\b", "a b", "a\tb", "a\x00b", "a\x1bb", "x" * 301),
    ],
)
def test_an_odd_path_is_refused(path: str):
    assert "manifest:1: " in _problem(f"{_HASH}  {path}\n".encode())


def test_a_path_that_stands_twice_is_refused():
    assert _problem(f"{_HASH}  a\n{'cd' * 32}  a\n".encode()) == "manifest:2: a is listed twice"


def test_paths_out_of_order_are_refused():
    assert _problem(f"{_HASH}  b\n{_HASH}  a\n".encode()) == "manifest:2: a stands out of order"


def test_a_file_that_would_have_to_be_a_folder_is_refused():
    assert _problem(f"{_HASH}  a\n{_HASH}  a/b\n".encode()) == "manifest: a is a file and a/b would be in it"


@pytest.mark.parametrize(
    "content",
    [
        f"{_HASH} a\n",
        f"{_HASH.upper()}  a\n",
        f"{_HASH[:-1]}  a\n",
        f"{_HASH}  a\n\n",
        f"{_HASH}  \n",
        f"{_HASH}  a\r\n",
        "\n",
        "<html>not found</html>\n",
    ],
)
def test_a_line_of_another_form_is_refused(content: str):
    assert _problem(content.encode()).startswith("manifest:")


@pytest.mark.parametrize("content", [b"", b"x", f"{_HASH}  a".encode(), f"{_HASH}  \xe4\n".encode()])
def test_what_is_no_list_at_all_is_refused(content: bytes):
    assert _problem(content) == "manifest: is no list of `sha256  path` lines in ASCII"


def test_very_many_files_are_refused():
    content = write_manifest({f"f{number}": _HASH for number in range(3)})
    assert _problem(content, limits=Limits(files=2)) == "manifest: lists more than 2 files"


def test_all_problems_are_told_together():
    with pytest.raises(BrokenReleaseError) as caught:
        _parse(f"{_HASH}  ../x\n{_HASH}  a\n{_HASH}  a\n".encode())
    assert [problem.line for problem in caught.value.problems] == [1, 3]


@pytest.mark.parametrize(("text", "expected"), [(_HASH, True), (_HASH.upper(), False), (_HASH[1:], False), ("", False)])
def test_a_digest_is_64_digits(text: str, expected: bool):
    assert expected == is_digest(text)


def test_a_digest_with_a_line_end_is_none():
    assert not is_digest(f"{_HASH}\n")
