import hashlib

from pcf_brain.domain.release import FileEntry, describe, manifest, manifest_sha256, release_name


def _entry(path: str, sha256: str = "ab") -> FileEntry:
    return FileEntry(path, sha256, 0, 0)


def test_the_manifest_is_sorted_by_path():
    entries = [_entry("b", "22"), _entry("a/c", "11")]
    assert manifest(entries) == b"11  a/c\n22  b\n"


def test_the_manifest_can_be_checked_with_sha256sum():
    """Its lines are those `sha256sum -c` reads."""
    entry = describe("release.yaml", b"version: '1'\n")
    assert manifest([entry]).decode() == f"{entry.sha256}  release.yaml\n"


def test_the_name_is_the_first_sixteen_digits_of_the_manifest_s_hash():
    digest = hashlib.sha256(b"ab  a\n").hexdigest()
    assert release_name(manifest_sha256([_entry("a")])) == f"releases/{digest[:16]}"


def test_the_order_of_files_does_not_change_the_name():
    one, other = _entry("a", "1"), _entry("b", "2")
    assert manifest_sha256([one, other]) == manifest_sha256([other, one])


def test_a_renamed_file_makes_another_release():
    assert manifest_sha256([_entry("a")]) != manifest_sha256([_entry("b")])


def test_tokens_are_characters_by_four_rounded_up():
    assert [describe("a", b"x" * length).estimated_tokens for length in (0, 1, 4, 5)] == [0, 1, 1, 2]


def test_tokens_count_characters_and_sizes_count_bytes():
    entry = describe("a", "äöüß".encode())
    assert (entry.estimated_tokens, entry.size_bytes) == (1, 8)
