"""`pcf-builder audit verify --file …`: what holds, and that whatever was changed is found and named."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
from pcf_runtime import signed_note
from pcf_runtime.log_range import RangeProof
from pcf_runtime.merkle import leaf_hash

Log = Any
Run = Any
SEED = 20_261_124


@pytest.fixture
def verify(run: Run, log: Log):
    """Exit code and output of a verification with the log's key."""

    def typed(*files: Path, key: str = "", **options: Path) -> tuple[int, str]:
        named = [part for file in files for part in ("--file", str(file))]
        more = [part for name, path in options.items() for part in (f"--{name}", str(path))]
        code, out, err = run("audit", "verify", *named, *more, "--key", key or log.key)
        return code, out + err

    return typed


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("first", "end"), [(0, 300), (0, 1), (0, 256), (77, 300), (256, 300), (299, 300)])
def test_an_export_holds(log: Log, verify: Any, tmp_path: Path, first: int, end: int, packed: bool):
    name = "log.jsonl.gz" if packed else "log.jsonl"
    code, out = verify(log.export(tmp_path / name, first, end, packed=packed))

    assert (0, "The export holds.") == (code, out.splitlines()[0])
    assert log.root(end).hex() in out


def test_json_says_what_holds(run: Run, log: Log, tmp_path: Path):
    file = log.export(tmp_path / "log.jsonl", 10, 20)

    code, out, _ = run("audit", "verify", "--file", str(file), "--key", log.key, "--json")

    tree = {"source": str(tmp_path / "log.checkpoint"), "tree_size": 20, "root_hash": log.root(20).hex()}
    assert 0 == code
    assert {
        "valid": True,
        "fault": None,
        "checkpoints": [tree],
        "first_index": 10,
        "end_index": 20,
        "root_hash": log.root(20).hex(),
    } == json.loads(out)


def test_several_files_hold_in_order(log: Log, verify: Any, tmp_path: Path):
    files = [
        log.export(tmp_path / "a.jsonl", 50, 128),
        log.export(tmp_path / "b.jsonl.gz", 128, 131, packed=True),
        log.export(tmp_path / "c.jsonl", 131, 300),
    ]

    assert 0 == verify(*files)[0]


def test_files_out_of_order_are_found(log: Log, verify: Any, tmp_path: Path):
    files = [log.export(tmp_path / "a.jsonl", 0, 10), log.export(tmp_path / "c.jsonl", 20, 30)]

    code, out = verify(*files)

    assert 1 == code
    assert "c.jsonl begins with entry 20, and entry 10 would have to come" in out


def test_an_export_that_ends_where_nothing_is_signed_holds_by_its_growth(log: Log, verify: Any, tmp_path: Path):
    assert 0 == verify(log.export(tmp_path / "log.jsonl", 5, 123, signed=280))[0]


def test_a_file_without_anything_beside_it_holds_by_a_checkpoint_and_a_key_file(log: Log, verify: Any, tmp_path: Path):
    (tmp_path / "log.txt").write_bytes(log.lines(0, 100))
    (tmp_path / "kept.txt").write_text(log.note(100))
    (tmp_path / "key.txt").write_text(f"{log.key}\n")

    assert 0 == verify(tmp_path / "log.txt", checkpoint=tmp_path / "kept.txt", key=str(tmp_path / "key.txt"))[0]


def test_a_checkpoint_that_was_kept_is_held_against_the_lines(log: Log, verify: Any, tmp_path: Path):
    file = log.export(tmp_path / "log.jsonl", 0, 300)
    (tmp_path / "kept.txt").write_text(log.note(123))

    code, out = verify(file, checkpoint=tmp_path / "kept.txt")

    assert 0 == code
    assert "123 entries" in out


def test_a_log_that_was_rewritten_since_a_checkpoint_was_kept_is_found(log: Log, verify: Any, tmp_path: Path):
    """The log signs a second history; the key is its own, so only what was kept tells."""
    other = type(log)(300, log.signer)
    other.contents[40] = other.contents[40].replace(b"created", b"deleted")
    other.leaves[40] = leaf_hash(other.contents[40])
    file = other.export(tmp_path / "log.jsonl", 0, 300)
    (tmp_path / "kept.txt").write_text(log.note(123))

    code, out = verify(file, checkpoint=tmp_path / "kept.txt")

    assert 1 == code
    assert "kept.txt: the entries from 0 to 122 do not lead to the signed root" in out


def test_one_changed_byte_anywhere_is_found(log: Log, verify: Any, tmp_path: Path):
    chance = random.Random(SEED)  # noqa: S311
    file = log.export(tmp_path / "log.jsonl", 100, 140)
    whole = file.read_bytes()
    for _ in range(150):
        at, bit = chance.randrange(len(whole)), 1 << chance.randrange(8)
        file.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
        line = whole[:at].count(b"\n") + 1

        code, out = verify(file)

        assert (1, "THE EXPORT IS BROKEN.") == (code, out.splitlines()[0]), (SEED, at, bit)
        assert any(f"log.jsonl, line {near}" in out for near in (line, line + 1)), (SEED, at, bit, out)


@pytest.mark.parametrize("name", ["log.jsonl.gz", "log.checkpoint", "log.proof.json"])
def test_one_changed_byte_in_what_is_beside_is_found(log: Log, verify: Any, tmp_path: Path, name: str):
    chance = random.Random(SEED)  # noqa: S311
    file = log.export(tmp_path / "log.jsonl.gz", 100, 140, packed=True)
    whole = (tmp_path / name).read_bytes()
    # The header of a gzip file says when and where it was made, and is no part of the entries.
    begin = 10 if name.endswith("gz") else 0
    for _ in range(100):
        at = chance.randrange(begin, len(whole))
        changed = whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]
        if name.endswith("json") and _says_the_same(whole, changed):
            continue
        (tmp_path / name).write_bytes(changed)

        assert 1 == verify(file)[0], (SEED, at)


def _says_the_same(one: bytes, other: bytes) -> bool:
    """White space of JSON may be another."""
    try:
        return RangeProof.parse(one) == RangeProof.parse(other)
    except ValueError:
        return False


def drop(lines: list[bytes]) -> list[bytes]:
    return lines[:5] + lines[6:]


def double(lines: list[bytes]) -> list[bytes]:
    return [*lines[:6], *lines[5:]]


def swap(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], lines[6], lines[5], *lines[7:]]


def cut(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-1], lines[-1][:-1]]


def drop_last(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def blank(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], b"\n", *lines[5:]]


def carriage_return(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], lines[5][:-1] + b"\r\n", *lines[6:]]


def foreign(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], b'{"index":"25"}\n', *lines[6:]]


def deep(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], b"[" * 100_000 + b"\n", *lines[6:]]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (drop, "line 6 holds entry 26, and entry 25 would have to come: entries are missing"),
        (double, "line 7 holds entry 25, and entry 26 would have to come: it stands here a second time"),
        (swap, "line 6 holds entry 26, and entry 25 would have to come"),
        (cut, "line 20 does not end in a line feed: it is cut off"),
        (drop_last, "ends before entry 39, and its proof file says before 40"),
        (blank, "line 6 was changed: it is not JSON"),
        (carriage_return, "line 6 was changed: the root is not the signed one"),
        (foreign, "line 6 was changed: it is no entry of a log"),
        (deep, "line 6 was changed: it is not JSON"),
    ],
)
def test_what_was_done_to_the_lines_is_said(log: Log, verify: Any, tmp_path: Path, change: Any, says: str):
    file = log.export(tmp_path / "log.jsonl", 20, 40)
    file.write_bytes(b"".join(change(file.read_bytes().splitlines(keepends=True))))

    code, out = verify(file)

    assert 1 == code
    assert says in out


def test_a_line_without_end_fills_no_memory(log: Log, verify: Any, tmp_path: Path):
    file = log.export(tmp_path / "log.jsonl", 0, 2)
    file.write_bytes(file.read_bytes() + b"x" * 5_000_000)

    assert "log.jsonl, line 3 is too long to be an entry" in verify(file)[1]


@pytest.mark.parametrize("tail", [-1, -8, -40, 4])
def test_a_gzip_file_that_is_cut_off_is_found(log: Log, verify: Any, tmp_path: Path, tail: int):
    file = log.export(tmp_path / "log.jsonl.gz", 0, 300, packed=True)
    whole = gzip.compress(log.lines(0, 300), mtime=0)
    file.write_bytes(whole[:tail])

    code, out = verify(file)

    assert 1 == code
    assert "the gzip file is cut off or damaged behind line" in out


def test_entries_that_nothing_signed_covers_are_named(log: Log, verify: Any, tmp_path: Path):
    (tmp_path / "log.jsonl").write_bytes(log.lines(0, 100))
    (tmp_path / "log.checkpoint").write_text(log.note(90))

    code, out = verify(tmp_path / "log.jsonl")

    assert 1 == code
    assert "nothing that is signed covers the entries from 90 on" in out


def test_entries_that_are_signed_and_not_there_are_named(log: Log, verify: Any, tmp_path: Path):
    (tmp_path / "log.jsonl").write_bytes(log.lines(0, 90))
    (tmp_path / "log.checkpoint").write_text(log.note(100))

    code, out = verify(tmp_path / "log.jsonl")

    assert 1 == code
    assert "the checkpoint is of 100 entries and the files end before entry 90: entries are missing" in out


def test_a_prefix_of_another_log_is_found(log: Log, verify: Any, tmp_path: Path):
    file = log.export(tmp_path / "log.jsonl", 64, 80)
    proof = tmp_path / "log.proof.json"
    proof.write_text(proof.read_text().replace(log.frontier(64)[0].hex(), "00" * 32))

    code, out = verify(file)

    assert 1 == code
    assert "no line is to blame" in out


def test_a_file_from_the_middle_needs_its_proof(log: Log, verify: Any, tmp_path: Path):
    file = log.export(tmp_path / "log.jsonl", 64, 80)
    (tmp_path / "log.proof.json").rename(tmp_path / "elsewhere.json")

    assert 1 == verify(file)[0]
    assert 0 == verify(file, proof=tmp_path / "elsewhere.json")[0]


def test_another_key_accepts_nothing(log: Log, verify: Any, tmp_path: Path):
    file = log.export(tmp_path / "log.jsonl", 0, 10)

    code, out = verify(file, key=signed_note.Signer.generate("log.example").verifier.text)

    assert 1 == code
    assert "no key that is trusted here has signed the note" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--file", "{folder}/log.jsonl"], "--file and --proof need the log's key"),
        (["--key", "{key}"], "--checkpoint and --key are for what --file or --proof names"),
        (["--checkpoint", "{folder}/log.checkpoint"], "--checkpoint and --key are for"),
        (["--file", "{folder}/none.jsonl", "--key", "{key}"], "There is no checkpoint"),
        (["--file", "{folder}/none.jsonl", "--checkpoint", "{folder}/log.checkpoint", "--key", "{key}"], "none.jsonl"),
        (["--file", "{folder}/log.jsonl", "--checkpoint", "{folder}/none", "--key", "{key}"], "No such file"),
        (["--file", "{folder}/log.jsonl", "--key", "log.example+00000000+AA=="], "--key is no verifier key"),
        (["--file", "{folder}/log.jsonl", "--key", "{folder}/none"], "No such file"),
        (["--file", "{folder}/log.jsonl", "--key", "{folder}/log.jsonl"], "--key is no verifier key"),
        (["--file", "{folder}/log.jsonl", "--checkpoint", "{folder}/early", "--key", "{key}"], "is of 5 entries"),
        (["--file", "{folder}", "--key", "{key}"], "is a directory"),
    ],
)
def test_wrong_usage_is_told_apart(run: Run, log: Log, tmp_path: Path, arguments: list[str], says: str):
    log.export(tmp_path / "log.jsonl", 10, 20)
    (tmp_path / "early").write_text(log.note(5))

    code, _, err = run("audit", "verify", *(part.format(folder=tmp_path, key=log.key) for part in arguments))

    assert 2 == code
    assert says in err
