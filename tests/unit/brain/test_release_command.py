import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pcf_brain import release_command
from pcf_brain.domain.manifest import sha256
from pcf_brain.settings import BrainSettings
from pcf_brain.trust import Signer, Trust


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


Call = Callable[..., Ended]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """`pcf-brain release` with these arguments and settings."""

    def run(*arguments: object, **settings: str) -> Ended:
        parser = argparse.ArgumentParser()
        release_command.arguments(parser)
        asked = parser.parse_args([str(each) for each in arguments])
        code = release_command.run(BrainSettings(**settings), asked)
        captured = capsys.readouterr()
        return Ended(code, captured.out.strip(), captured.err)

    return run


@pytest.fixture
def key(press: Any, tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(f"{press.signer.text}\n")
    return path


@pytest.fixture
def verifier(press: Any) -> str:
    text: str = press.signer.verifier.text
    return text


def _edit(brain: Path, version: str) -> None:
    (brain / "release.yaml").write_text(f'version: "{version}"\n')


def test_the_whole_way(call: Call, press: Any, brain: Path, key: Path, verifier: str):
    place = press.root
    digests = []
    for version in "12":
        _edit(brain, version)
        digests.append(call("create", brain, "--to", place).out)
        assert call("sign", digests[-1][:8], "--in", place, "--key-file", key).code == 0
        assert call("promote", digests[-1], "--in", place, "--key", verifier).out == digests[-1]
    assert call("rollback", "--in", place, "--key", verifier).out == digests[0]
    assert call("verify", "--current", "--in", place, "--key", verifier).out == digests[0]
    rows = call("list", "--in", place, "--key", verifier).out.splitlines()
    assert {(row.split()[0] == "*", digests[0] in row) for row in rows} == {(True, True), (False, False)}


def test_the_bucket_and_the_key_may_come_from_the_settings(call: Call, press: Any, brain: Path, verifier: str):
    settings = {"bucket_url": str(press.root), "release_key": verifier}
    digest = press.release(brain)
    assert [call("promote", digest, **settings).out, call("verify", "--current", **settings).out] == [digest] * 2


def test_new_keys_fit_one_another_and_only_the_owner_reads_the_secret(call: Call, tmp_path: Path):
    path = tmp_path / "new"
    ended = call("keys", "--name", "brain.test", "--key-file", path)
    assert Trust.parse(ended.out).verifiers == (Signer.parse(path.read_text()).verifier,)
    assert (ended.code, path.stat().st_mode & 0o777, "PRIVATE" in ended.out + ended.err) == (0, 0o600, False)


def test_a_key_that_is_there_is_not_written_over(call: Call, key: Path):
    before = key.read_text()
    ended = call("keys", "--name", "brain.test", "--key-file", key)
    assert (ended.code, key.read_text()) == (2, before)
    assert "File exists" in ended.err


def test_a_broken_folder_is_told_as_check_tells_it(call: Call, press: Any, brain: Path):
    (brain / "release.yaml").unlink()
    ended = call("create", brain, "--to", press.root)
    assert (ended.code, ended.out, ended.err) == (1, "", "release.yaml: is missing\n")


@pytest.mark.parametrize("action", ["verify", "promote"])
def test_what_nobody_signed_is_refused(call: Call, press: Any, brain: Path, verifier: str, action: str):
    digest = press.release(brain, note=None)
    ended = call(action, digest, "--in", press.root, "--key", verifier)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.endswith(f"is missing in {press.root}: nobody signed it\n")


def test_a_wrong_key_is_refused(call: Call, press: Any, brain: Path):
    other = Signer.generate("other").verifier.text
    ended = call("verify", press.release(brain), "--in", press.root, "--key", other)
    assert (ended.code, "(trusted: other)" in ended.err) == (1, True)


def test_a_file_whose_hash_lies_is_told_by_name(call: Call, press: Any, brain: Path, verifier: str):
    digest = press.release(brain)
    press.lay(f"files/{sha256((brain / 'release.yaml').read_bytes())}", b"spoilt")
    ended = call("verify", digest, "--in", press.root, "--key", verifier)
    assert (ended.code, ended.err.startswith("release.yaml: files/")) == (1, True)


def test_to_ask_for_no_signature_must_be_said(call: Call, press: Any, brain: Path):
    digest = press.release(brain, note=None)
    assert call("promote", digest, "--in", press.root).code == 2
    assert call("promote", digest, "--in", press.root, "--unsigned").code == 0
    assert "no signature asked for" in call("list", "--in", press.root, "--unsigned").out


def test_without_an_earlier_release_there_is_no_rollback(call: Call, press: Any, brain: Path, verifier: str):
    press.point(press.release(brain))
    ended = call("rollback", "--in", press.root, "--key", verifier)
    assert (ended.code, ended.err) == (
        1,
        "There is no earlier release to return to: promote one by its digest.\n",
    )


def test_before_the_first_promotion_there_is_no_current_one(call: Call, press: Any, verifier: str):
    press.root.mkdir()
    ended = call("verify", "--current", "--in", press.root, "--key", verifier)
    assert (ended.code, ended.err) == (1, f"No release was promoted in {press.root}.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["promote", "a" * 64], "Say where"),
        (["promote", "a" * 64, "--in", "http://host/bucket"], "a bucket is written as s3://"),
        (["promote", "a" * 64, "--in", "s3://b?zone=1"], "knows region, endpoint and kms, not zone"),
        (["promote", "latest", "--in", "{depot}", "--unsigned"], "'latest' is no digest"),
        (["promote", "../../etc", "--in", "{depot}", "--unsigned"], "is no digest"),
        (["promote", "00000000", "--in", "{depot}", "--unsigned"], "0 releases in"),
        (["promote", "a" * 64, "--in", "{depot}", "--key", "nonsense"], "The verifier cannot be used"),
        (["sign", "a" * 64, "--in", "{depot}", "--key-file", "{depot}/nothing"], "No such file"),
        (["sign", "a" * 64, "--in", "{depot}", "--key-file", "/etc/hostname"], "holds no signing key"),
        (["keys", "--name", "a b", "--key-file", "{depot}/never"], "--name 'a b'"),
    ],
)
def test_a_wrong_call_is_told_with_what_to_write(call: Call, press: Any, arguments: list[str], sentence: str):
    press.root.mkdir()
    ended = call(*[each.format(depot=press.root) for each in arguments])
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err


def test_a_key_is_never_repeated_in_an_error(call: Call, press: Any, brain: Path, key: Path):
    key.write_text(key.read_text().strip() + "x")
    digest = press.release(brain)
    ended = call("sign", digest, "--in", press.root, "--key-file", key)
    assert (ended.code, press.signer.text in ended.err) == (2, False)


def test_a_store_that_is_away_may_be_tried_again(call: Call, press: Any, verifier: str):
    ended = call("promote", "a" * 64, "--in", press.root, "--key", verifier)
    assert (ended.code, ended.err) == (3, f"{press.root} is no folder that can be read.\n")


@pytest.mark.parametrize("arguments", [[], ["verify"], ["verify", "a" * 64, "--current"], ["sign", "a" * 64]])
def test_what_is_left_out_is_told(call: Call, arguments: list[str]):
    with pytest.raises(SystemExit, match="2"):
        call(*arguments)
